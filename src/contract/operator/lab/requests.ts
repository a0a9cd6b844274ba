/** The last requests of customers, explained. */
import { operatorOperation } from '../../operator-operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { oneOf, orNull } from '../fields.ts';

const parameter = Type.Object({
  in: oneOf(['query', 'body'], 'Where it was sent.'),
  name: Type.String(),
  value: Type.String({ description: 'As sent, percent-encoded.' }),
});

const signedText = Type.Object({
  form: Type.String({
    description:
      'raw: the bytes as sent; plus-as-percent-20, decoded, encoded: other forms that count as signed unless BURSAR_SIGNATURES is strict.',
  }),
  encoding: oneOf(['utf8', 'latin1'], 'The encoding in which `text` has exactly the bytes that are signed.'),
  text: Type.String(),
});

const explained = Type.Object({
  number: Type.Integer({ description: 'In the order of arrival, from 1 at the start of the process.' }),
  at: milliseconds('Time of its arrival'),
  apiKey: orNull(Type.String({ description: 'null: it named none, or one that does not exist.' })),
  account: orNull(Type.String({ description: 'The e-mail of the account of the key.' })),
  operation: orNull(Type.String({ description: 'null: the path or the method is unknown.' })),
  method: Type.String(),
  path: Type.String(),
  parameters: Type.Array(parameter, { description: 'Without the parameter signature.' }),
  signedTexts: Type.Array(signedText, {
    description: 'Every text that counts as signed; none if the operation takes no signature.',
  }),
  rejectedBy: orNull(
    Type.String({
      description:
        'The check that rejected it: weight-of-address, route, maintenance, time-unit, key, content-type, timestamp, signature, weight-of-account, permission, parameters; `operation`: the operation itself; `lab`: a fault.',
    }),
  ),
  error: Type.Unsafe<{ readonly code: number; readonly msg: string } | null>({
    type: ['object', 'null'],
    required: ['code', 'msg'],
    properties: { code: { type: 'integer' }, msg: { type: 'string' } },
    description: 'The error of the reply.',
  }),
  hint: orNull(
    Type.String({
      description:
        'What was signed instead, if the signature proves it; or how far a rejected timestamp was from the clock of the server.',
    }),
  ),
  firing: orNull(Type.String({ description: 'The firing of a fault that hit it.' })),
  status: orNull(
    Type.Integer({
      description:
        'The HTTP status of the reply, also if the client did not get it; null: a fault still delays the request.',
    }),
  ),
  ending: Type.String({ description: 'How the reply went wrong; normal: it did not.' }),
  done: oneOf(
    ['done', 'not-done', 'unknown'],
    'Whether the work of the request was done; unknown also while a fault delays it.',
  ),
  withdrawalId: orNull(Type.String({ description: 'The withdrawal that it has submitted.' })),
});

export const listLabRequests = operatorOperation({
  id: 'listLabRequests',
  permission: 'use-lab',
  method: 'GET',
  path: '/operator/v1/lab/requests',
  summary:
    'Explain the last requests of customers: the texts that count as signed, which check rejected them and why, and what the lab did.',
  query: {
    apiKey: Type.Optional(Type.String({ description: 'Only requests with this key.', maxLength: 100 })),
    limit: Type.Optional(
      Type.Integer({
        description: 'The number of requests to show, counted from the newest.',
        minimum: 1,
        maximum: 1000,
        default: 100,
      }),
    ),
  },
  reply: Type.Object({ requests: Type.Array(explained, { description: 'Oldest first.' }) }),
});
