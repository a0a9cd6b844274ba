/** The approval policy: which withdrawals people must approve, and which changes need a second person. */
import {
  type ApprovalRule,
  approvalDecisions,
  type ChangeRule,
  changeKinds,
  destinationKinds,
  maxApprovers,
  maxRules,
} from '../approval-terms.ts';
import { operatorOperation } from '../operator-operation.ts';
import { operatorRoles } from '../operator-permissions.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import {
  amountInput,
  assetCode,
  emailText,
  nextCursor,
  oneOf,
  optionalReason,
  orNull,
  paging,
} from './fields.ts';

export const tagText = Type.String({
  description: 'A tag of accounts.',
  pattern: '^[a-z0-9][a-z0-9-]{0,31}$',
  patternInWords: '1 to 32 lower-case letters, digits and hyphens, not starting with a hyphen',
});
const role = oneOf(operatorRoles, 'The role that the approvers must have; absent: any that may approve.');
const some = { minItems: 1, maxItems: maxRules };
const name = Type.String({ description: 'Unique in the policy.', minLength: 1, maxLength: 64 });

const rule = Type.Object(
  {
    name,
    assets: Type.Optional(Type.Array(assetCode, { ...some, description: 'Absent: all assets.' })),
    aboveUsd: Type.Optional(
      amountInput(
        'The gross amount is worth more than this, in US dollars at the price of the asset. An asset without a price counts as more.',
      ),
    ),
    destinations: Type.Optional(
      Type.Array(
        oneOf(
          destinationKinds,
          "internal: an address of this exchange; whitelisted: in the account's address book, and counting as whitelisted; new: any other.",
        ),
        { ...some, description: 'Absent: all destinations.' },
      ),
    ),
    tags: Type.Optional(
      Type.Array(tagText, {
        ...some,
        description: 'The account has one of these tags. Absent: all accounts.',
      }),
    ),
    decision: oneOf(
      approvalDecisions,
      'auto: it is sent at once, unless it is above the autoApprovalLimit of its asset; approve: people must approve it; deny: it is rejected.',
    ),
    approvers: Type.Optional(
      Type.Integer({
        description:
          'How many people must approve; required by the decision approve. More than one must have signed in.',
        minimum: 1,
        maximum: maxApprovers,
      }),
    ),
    role: Type.Optional(role),
  },
  { additionalProperties: false },
);
const rules = Type.Unsafe<readonly ApprovalRule[]>(
  Type.Array(rule, {
    maxItems: maxRules,
    description:
      'In order: the first one that matches decides. A withdrawal that none matches is sent at once, unless it is above the autoApprovalLimit of its asset.',
  }),
);
const changes = Type.Unsafe<readonly ChangeRule[]>(
  Type.Array(
    Type.Object(
      {
        kind: oneOf(
          changeKinds,
          'credit, debit: of an account; dividend; deposit: one that is reported of a manual network is credited; assignment: of an unattributed deposit; policy: of this policy; limits: the limits of an asset, or the quota of an account; operators: who has access; prices: by which values are computed; outcomes: a withdrawal of a manual network that may have been sent is queued again or fails.',
        ),
        aboveUsd: Type.Optional(
          amountInput('Only of a larger value in US dollars; an asset without a price counts as larger.'),
        ),
        role: Type.Optional(role),
      },
      { additionalProperties: false },
    ),
    {
      maxItems: maxRules,
      description: 'Changes that are made only when a second person approves them.',
    },
  ),
);

const policy = Type.Object({
  version: Type.Integer({ description: 'Versions count from 1; 0: no policy was ever set.', minimum: 0 }),
  rules,
  changes,
});

export const listPolicies = operatorOperation({
  id: 'listPolicies',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/policies',
  summary: 'List the newest versions of the approval policy, oldest first. The last one is in force.',
  query: paging,
  reply: Type.Object({
    policies: Type.Array(
      Type.Object({
        ...policy.properties,
        actor: Type.String({ description: 'Who set it.' }),
        reason: Type.String({ description: 'The reason; empty if none was given.' }),
        time: milliseconds('Time from which it is in force'),
      }),
    ),
    nextCursor,
  }),
  isNewestLast: true,
});

export const putPolicy = operatorOperation({
  id: 'putPolicy',
  permission: 'change-policies',
  needsProof: true,
  method: 'PUT',
  path: '/operator/v1/policies',
  summary:
    'Replace the approval policy. It applies to withdrawals that are submitted from now on, and to those that their customers have not confirmed yet if it is stricter.',
  body: { rules, changes: Type.Optional(changes), ...optionalReason },
  reply: policy,
  errors: ['operator-conflict'],
});

const outcome = (what: string) =>
  Type.Object({
    count: Type.Integer({ description: `Number of withdrawals that ${what}.`, minimum: 0 }),
    valueUsd: decimalText(
      'Their value in US dollars at the prices of now; assets without a price count as 0.',
    ),
  });

export const rehearsePolicy = operatorOperation({
  id: 'rehearsePolicy',
  permission: 'view',
  method: 'POST',
  path: '/operator/v1/policies/rehearse',
  summary:
    'Try a draft of the approval policy on the withdrawals of the last days. The body may be that of a PUT; only the rules are tried. Nothing is written. Prices, tags, address books and the limits of assets are those of now. A process runs one rehearsal at a time, and slowly, so that customers do not notice; a further one is refused.',
  body: {
    rules,
    changes: Type.Optional(changes),
    ...optionalReason,
    days: Type.Optional(
      Type.Integer({ description: 'Number of days before now.', minimum: 1, maximum: 90, default: 30 }),
    ),
  },
  reply: Type.Object({
    from: milliseconds('Time of the earliest withdrawal that was considered, or the start of the period'),
    to: milliseconds('End of the period'),
    isComplete: Type.Boolean({
      description:
        'Whether all withdrawals of the period were considered; false: only those since `from`, because it took a minute.',
    }),
    passed: outcome('would have been sent at once'),
    waiting: outcome('people would have had to approve'),
    denied: outcome('would have been denied'),
    rules: Type.Array(
      Type.Object({
        name: Type.String({ description: 'Name of a rule of the draft, or autoApprovalLimit.' }),
        count: Type.Integer({ minimum: 0 }),
      }),
      { description: 'How many withdrawals each rule would have held or denied.' },
    ),
    examples: Type.Array(
      Type.Object({
        id: Type.String(),
        email: orNull(emailText),
        asset: assetCode,
        amount: decimalText('Gross amount.'),
        decision: oneOf(['approve', 'deny'], 'What the draft decides.'),
        rule: Type.String(),
        approvers: Type.Integer({ description: '0 if it is denied.', minimum: 0 }),
        approvalsNeeded: Type.Integer({
          description: 'The number of approvals that it actually needed.',
          minimum: 0,
        }),
      }),
      { description: 'The newest of those that would not have passed, at most 100.' },
    ),
  }),
  errors: ['operator-conflict'],
});

export const getAccountTags = operatorOperation({
  id: 'getAccountTags',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/tags',
  summary: 'Get the tags of an account, by which rules of the approval policy select accounts.',
  pathParameters: { email: emailText },
  reply: Type.Object({ email: emailText, tags: Type.Array(tagText) }),
  errors: ['operator-not-found'],
});

export const putAccountTags = operatorOperation({
  id: 'putAccountTags',
  permission: 'change-policies',
  needsProof: true,
  method: 'PUT',
  path: '/operator/v1/accounts/{email}/tags',
  summary: 'Replace the tags of an account.',
  pathParameters: { email: emailText },
  body: { tags: Type.Array(tagText, { maxItems: 20 }), ...optionalReason },
  reply: Type.Object({ email: emailText, tags: Type.Array(tagText) }),
  errors: ['operator-not-found', 'operator-conflict'],
});
