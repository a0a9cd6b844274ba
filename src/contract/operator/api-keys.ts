/** API keys of accounts. A secret is shown once, when its key is made. */

import { permissions } from '../operation.ts';
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import { emailText, millisecondsInput, oneOf, orNull, whyChanged } from './fields.ts';

const fields = {
  permissions: Type.Array(oneOf(permissions, 'What a key may do.'), {
    description: 'What the key may do.',
    uniqueItems: true,
  }),
  ipAllowList: Type.Array(Type.String({ description: 'An address or a CIDR range.', maxLength: 49 }), {
    description: 'Where the key may be used from, kept in canonical spelling; empty: anywhere.',
    maxItems: 100,
  }),
  expiresAt: orNull(millisecondsInput('When the key ends (ms since the epoch); null: never')),
};
const apiKey = Type.String({ description: 'What goes into X-MBX-APIKEY.' });
const createdAt = milliseconds('When it was made');

export const createApiKey = operatorOperation({
  id: 'createApiKey',
  method: 'POST',
  path: '/operator/v1/accounts/{email}/api-keys',
  summary: 'Make an API key; its secret is shown this once.',
  pathParameters: { email: emailText },
  body: {
    permissions: Type.Optional({ ...fields.permissions, description: 'All when absent.' }),
    ipAllowList: Type.Optional(fields.ipAllowList),
    expiresAt: Type.Optional(fields.expiresAt),
    ...whyChanged,
  },
  reply: Type.Object({
    apiKey,
    secretKey: Type.String({ description: 'What requests are signed with; it cannot be read again.' }),
    ...fields,
    createdAt,
  }),
  status: 201,
  idempotent: true,
  errors: ['operator-not-found'],
});

export const listApiKeys = operatorOperation({
  id: 'listApiKeys',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/api-keys',
  summary: 'List the API keys of an account, without secrets.',
  pathParameters: { email: emailText },
  reply: Type.Object({ apiKeys: Type.Array(Type.Object({ apiKey, ...fields, createdAt })) }),
  errors: ['operator-not-found'],
});

export const deleteApiKey = operatorOperation({
  id: 'deleteApiKey',
  method: 'DELETE',
  path: '/operator/v1/accounts/{email}/api-keys/{apiKey}',
  summary: 'End an API key at once.',
  pathParameters: { email: emailText, apiKey },
  query: whyChanged,
  reply: Type.Object({ apiKey, deleted: Type.Literal(true) }),
  errors: ['operator-not-found'],
});
