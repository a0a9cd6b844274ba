/** Withdrawals of manual networks: claiming them, and reporting their outcomes. */
import { operatorOperation } from '../operator-operation.ts';
import { Type } from '../schema.ts';
import { withdrawalStages } from '../withdrawal-stages.ts';
import { generation, heldClaim, shownClaim } from './claim-fields.ts';
import { oneOf, optionalReason } from './fields.ts';
import { networkFilter } from './list-fields.ts';
import { withdrawal } from './withdrawals.ts';

const id = Type.String({ description: 'Id of the withdrawal.', maxLength: 64 });
const leaseSeconds = Type.Integer({
  description: 'How long the owner has to report something.',
  minimum: 10,
  maximum: 86_400,
  default: 600,
});
const txId = Type.String({
  description: 'Transaction id, in any form of the network.',
  minLength: 1,
  maxLength: 256,
});

const claim = Type.Object({
  id: Type.String({ description: 'Id of the withdrawal.' }),
  ...heldClaim,
  stage: oneOf(withdrawalStages, 'The stage of the withdrawal.'),
  txId: Type.String({ description: 'The latest transaction; empty if none is reported.' }),
});

export const listClaims = operatorOperation({
  id: 'listClaims',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/claims',
  summary: 'List the withdrawals of manual networks that are under way, in the order of submission.',
  query: {
    state: Type.Optional(
      oneOf(
        ['claimable', 'held', 'unknown', 'sent'],
        'claimable: nobody has claimed it; unknown: a lease has expired, and a person must decide; the others as in the claim. claimable when absent.',
      ),
    ),
    network: networkFilter,
    after: Type.Optional(
      Type.String({ description: 'Id of the last withdrawal of the page before.', maxLength: 64 }),
    ),
    limit: Type.Optional(
      Type.Integer({ description: 'Maximum number of rows.', minimum: 1, maximum: 1000, default: 100 }),
    ),
  },
  reply: Type.Object({
    claims: Type.Array(
      Type.Object(
        { withdrawal, claim: Type.Optional(shownClaim) },
        {
          description: '`claim` is absent while nobody has claimed the withdrawal.',
        },
      ),
    ),
    next: Type.Optional(Type.String({ description: '`after` of the next page; absent on the last one.' })),
  }),
  errors: ['operator-not-found'],
});

const change = {
  method: 'POST',
  pathParameters: { id },
  reply: claim,
  errors: ['operator-not-found', 'operator-conflict'],
} as const;

export const takeClaim = operatorOperation({
  ...change,
  id: 'takeClaim',
  permission: 'settle-withdrawals',
  path: '/operator/v1/withdrawals/{id}/claim',
  summary:
    'Claim a queued withdrawal of a manual network, in order to send it. Nobody else can claim it until the claim is released. If nothing is reported before the lease expires, its outcome is unknown, and a person must decide.',
  body: { leaseSeconds: Type.Optional(leaseSeconds), ...optionalReason },
  status: 201,
  idempotent: true,
});

export const extendClaim = operatorOperation({
  ...change,
  id: 'extendClaim',
  permission: 'settle-withdrawals',
  path: '/operator/v1/withdrawals/{id}/claim/extend',
  summary: 'Let the lease of a claim run for this long from now on.',
  body: { generation, leaseSeconds: Type.Optional(leaseSeconds), ...optionalReason },
});

export const releaseClaim = operatorOperation({
  ...change,
  id: 'releaseClaim',
  permission: 'settle-withdrawals',
  path: '/operator/v1/withdrawals/{id}/claim/release',
  summary: 'Give a claim back: the withdrawal is queued again, and others may claim it.',
  body: {
    generation,
    nothingSigned: Type.Literal(true, {
      description: 'The declaration of the owner that no transaction of the withdrawal exists.',
    }),
    ...optionalReason,
  },
});

export const reportTransaction = operatorOperation({
  ...change,
  id: 'reportTransaction',
  permission: 'settle-withdrawals',
  path: '/operator/v1/withdrawals/{id}/transactions',
  summary:
    'Report the transaction of a claimed withdrawal, best before it is sent: from then on the withdrawal is broadcast. The same report again changes nothing.',
  body: {
    generation,
    txId,
    signedTransaction: Type.Optional(
      Type.String({ description: 'The bytes, in any form. They are stored once.', maxLength: 50_000 }),
    ),
    replaces: Type.Optional(
      Type.String({
        description:
          'The latest transaction of the withdrawal, if this is a further one that can be confirmed only instead of it, for example with a higher network fee.',
        maxLength: 256,
      }),
    ),
    ...optionalReason,
  },
});

export const reportConfirmations = operatorOperation({
  ...change,
  id: 'reportConfirmations',
  permission: 'settle-withdrawals',
  path: '/operator/v1/withdrawals/{id}/confirmations',
  summary:
    'Report the number of confirmations of a transaction. With as many as the asset requires, or if it is final, the withdrawal is completed. The owner of the claim reports it, or a person who may resolve withdrawals.',
  body: {
    txId,
    confirmations: Type.Integer({ minimum: 0, maximum: 2_147_483_647 }),
    final: Type.Optional(
      Type.Boolean({ description: 'true: the payment is final, however many confirmations it has.' }),
    ),
    ...optionalReason,
  },
});

const reason = Type.String({ description: 'Reason for the audit trail.', minLength: 1, maxLength: 500 });

export const reportUnsent = operatorOperation({
  ...change,
  id: 'reportUnsent',
  permission: 'settle-withdrawals',
  path: '/operator/v1/withdrawals/{id}/unsent',
  summary:
    'Declare that a claimed withdrawal was not sent and will not be, or that none of its transactions can ever be confirmed. It fails, and its hold, fee included, is released.',
  body: {
    generation: Type.Optional(
      Type.Integer({
        description:
          'Which claim of the withdrawal. The owner must name it if the withdrawal has been claimed more than once.',
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
    ),
    reason,
  },
});

export const resolveWithdrawal = operatorOperation({
  ...change,
  id: 'resolveWithdrawal',
  permission: 'resolve-withdrawals',
  path: '/operator/v1/withdrawals/{id}/resolve',
  summary:
    'Decide about a withdrawal whose lease has expired: it was sent, by this transaction; or it was not, and is queued again or fails. Only a person can; first make sure that whoever claimed it cannot send it any more.',
  body: {
    outcome: oneOf(['sent', 'not-sent-queue', 'not-sent-fail'], 'What the person has found out.'),
    txId: Type.Optional({ ...txId, description: 'Required if it was sent, and not allowed otherwise.' }),
    reason,
  },
});
