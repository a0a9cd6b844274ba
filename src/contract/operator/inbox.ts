/** The inbox: the items that wait for a person. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { assetCode, emailText, networkCode, oneOf, orNull } from './fields.ts';

/** An operation that the caller may use on an item. */
const action = Type.Object({
  operation: Type.String({ description: 'Id of the operation.' }),
  method: oneOf(['GET', 'POST'], 'Its method.'),
  path: Type.String({ description: 'Its path, with the id of the subject.' }),
  needsProof: Type.Boolean({
    description: 'Whether it needs a proof of identity that is at most two minutes old.',
  }),
});

export const inboxKinds = [
  'approval',
  'change',
  'unattributed-deposit',
  'reorganised-deposit',
  'waiting-withdrawal',
  'unknown-outcome',
  'stuck-transaction',
  'low-addresses',
  'integrity',
] as const;

const item = Type.Object({
  id: Type.String({ description: 'Unique among the items: the kind and the id of the subject.' }),
  kind: oneOf(
    inboxKinds,
    'approval: a withdrawal needs (more) approvals; change: a proposed change needs another person; unattributed-deposit: a deposit whose owner is not known; reorganised-deposit: a credited deposit whose block is no longer part of the chain; waiting-withdrawal: it cannot be sent now; unknown-outcome: nobody knows yet whether a withdrawal was paid; stuck-transaction: broadcast and not confirmed for long; low-addresses: few deposit addresses of a manual network are left for customers; integrity: the last integrity report of any process has a mismatch, or custody does not cover the balances.',
  ),
  since: milliseconds('Time since when it waits'),
  subject: Type.Object({
    kind: oneOf(['withdrawal', 'deposit', 'change', 'network', 'ledger'], 'What the item is about.'),
    id: Type.String({ description: 'Its id.' }),
    path: Type.String({ description: 'The path of the operation that shows it.' }),
  }),
  account: orNull({ ...emailText, description: 'The customer; null if there is none.' }),
  reason: Type.String({ description: 'Why it is here, in words.' }),
  asset: orNull(assetCode),
  network: orNull(networkCode),
  amount: orNull(decimalText('The amount at stake, in the asset; null if there is none.')),
  destination: orNull(
    Type.String({
      description: 'The address that a withdrawal pays to, with its tag after a blank; null for other items.',
    }),
  ),
  actions: Type.Array(action, { description: 'What the caller may do about it.' }),
  excluded: orNull(
    Type.String({
      description:
        'Why the caller may not decide although the permission is there; null: nothing speaks against it.',
    }),
  ),
});

export const listInbox = operatorOperation({
  id: 'listInbox',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/inbox',
  summary:
    'List what waits for a person, oldest first, each with its reason and with what the caller may do about it.',
  query: {
    kind: Type.Optional(oneOf(inboxKinds, 'Only items of this kind.')),
    limit: Type.Optional(
      Type.Integer({ description: 'Maximum number of items.', minimum: 1, maximum: 200, default: 50 }),
    ),
    cursor: Type.Optional(
      Type.String({
        description: '`nextCursor` of the page before, with the same filter.',
        minLength: 1,
        maxLength: 400,
      }),
    ),
  },
  reply: Type.Object({
    items: Type.Array(item),
    nextCursor: orNull(Type.String({ description: '`cursor` of the next page; null on the last page.' })),
  }),
});
