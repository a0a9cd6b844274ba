/**
 * API keys of accounts. A secret is shown only once, when its key is created; the private key of a public one is never
 * seen here.
 */

import { keyTypes } from '../key-types.ts';
import { operatorOperation } from '../operator-operation.ts';
import { permissions } from '../permission.ts';
import { milliseconds, Type } from '../schema.ts';
import { emailText, millisecondsInput, oneOf, optionalReason, orNull } from './fields.ts';

const fields = {
  permissions: Type.Array(oneOf(permissions, 'A permission of the key.'), {
    description: 'The permissions of the key.',
    uniqueItems: true,
  }),
  ipAllowList: Type.Array(Type.String({ description: 'An address or a CIDR range.', maxLength: 49 }), {
    description: 'The addresses that may use the key, stored in canonical form; empty: any address.',
    maxItems: 100,
  }),
  expiresAt: orNull(millisecondsInput('Expiry of the key (ms since the epoch); null: never')),
};
const apiKey = Type.String({ description: 'The value of the X-MBX-APIKEY header.' });
const createdAt = milliseconds('Time of creation');
const kind = {
  type: oneOf(
    keyTypes,
    'How requests are signed: hmac (HMAC SHA256), rsa (PKCS #1 v1.5 with SHA-256), ed25519.',
  ),
  publicKey: orNull(Type.String({ description: 'The registered public key (PEM); null for hmac.' })),
};
const publicKeyInput = Type.String({
  description:
    'The public key of the customer (PEM, -----BEGIN PUBLIC KEY-----): Ed25519, or RSA of 2048 to 4096 bits. The reply then has no secret. Without it, an HMAC secret is generated.',
  minLength: 1,
  maxLength: 4000,
});

/** An API key, without its secret. */
export const shownApiKey = Type.Object({ apiKey, ...kind, ...fields, createdAt });

export const createApiKey = operatorOperation({
  id: 'createApiKey',
  permission: 'change-access',
  method: 'POST',
  path: '/operator/v1/accounts/{email}/api-keys',
  summary: 'Create an API key, or register a public key. Only this reply contains the secret of an HMAC key.',
  pathParameters: { email: emailText },
  body: {
    permissions: Type.Optional({ ...fields.permissions, description: 'All permissions when absent.' }),
    ipAllowList: Type.Optional(fields.ipAllowList),
    expiresAt: Type.Optional(fields.expiresAt),
    publicKey: Type.Optional(publicKeyInput),
    ...optionalReason,
  },
  reply: Type.Object({
    apiKey,
    secretKey: Type.Optional(
      Type.String({
        description: 'The secret that signs requests; it cannot be retrieved later. Only for an hmac key.',
      }),
    ),
    ...kind,
    ...fields,
    createdAt,
  }),
  status: 201,
  idempotent: true,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listApiKeys = operatorOperation({
  id: 'listApiKeys',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/api-keys',
  summary: 'List the API keys of an account, without secrets.',
  pathParameters: { email: emailText },
  reply: Type.Object({ apiKeys: Type.Array(shownApiKey) }),
  errors: ['operator-not-found'],
});

export const deleteApiKey = operatorOperation({
  id: 'deleteApiKey',
  permission: 'change-access',
  method: 'DELETE',
  path: '/operator/v1/accounts/{email}/api-keys/{apiKey}',
  summary: 'Revoke an API key. It stops working at once.',
  pathParameters: { email: emailText, apiKey },
  query: optionalReason,
  reply: Type.Object({ apiKey, deleted: Type.Literal(true) }),
  errors: ['operator-not-found'],
});
