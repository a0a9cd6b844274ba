/** Reports whether clients handled the lab's faults correctly, for example looked up the outcome or paid twice. */
import { operatorOperation } from '../../operator-operation.ts';
import { Type } from '../../schema.ts';
import { oneOf, orNull } from '../fields.ts';

const verdict = oneOf(['right', 'wrong', 'open'], 'open: it cannot be told yet.');

const actions = [
  'waited',
  'looked-up',
  'repeated',
  'repeated-with-new-id',
  'paid-twice',
  'done-twice',
  'ignored-retry-after',
  'went-on-while-banned',
  'did-nothing',
] as const;

const incident = Type.Object({
  firing: Type.String(),
  source: Type.String({ description: 'The rule; or `header` or `magic-value`.' }),
  preset: orNull(Type.String()),
  operation: Type.String(),
  apiKey: orNull(Type.String()),
  account: orNull(Type.String({ description: 'The e-mail of the account of the key.' })),
  requestNumber: Type.Integer({ description: 'The request that was hit.' }),
  done: oneOf(
    ['done', 'not-done', 'unknown'],
    'Whether this request was executed; unknown also while a fault delays it.',
  ),
  withdrawalId: orNull(Type.String()),
  verdict,
  actions: Type.Array(oneOf(actions, 'What the client did next.')),
  sentence: Type.String({ description: 'What happened, as a text for people.' }),
  requests: Type.Array(Type.Integer(), { description: 'The numbers of the requests that it relies on.' }),
});

export const getLabVerdict = operatorOperation({
  id: 'getLabVerdict',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/verdict',
  summary:
    'Tell for each fault that hit a client what the client did next, and whether that was right. Withdrawals are the same payment if account, asset, network, address, tag and amount are equal.',
  query: {
    apiKey: Type.Optional(Type.String({ description: 'Only faults that hit this key.', maxLength: 100 })),
    after: Type.Optional(
      Type.Integer({
        description: 'Only faults that hit requests with a higher number.',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
    ),
    format: Type.Optional(oneOf(['json', 'junit'], 'junit: JUnit XML, with a test case for each incident.')),
  },
  reply: Type.Object({
    verdict,
    sentence: Type.String(),
    dropped: Type.Integer({ description: 'Requests with a fault that are no longer in the log.' }),
    incidents: Type.Array(incident, { description: 'In the order of the requests.' }),
  }),
});
