/** API tokens, with which machines use the operator API. */
import { operatorOperation } from '../../operator-operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { millisecondsInput, optionalReason, orNull } from '../fields.ts';
import { roles, tokenName } from './fields.ts';

const ipAllowList = Type.Array(Type.String({ description: 'An address or a CIDR range.', maxLength: 49 }), {
  description: 'The addresses that may use the token, stored in canonical form; empty: any address.',
  maxItems: 100,
});
const view = {
  id: Type.String(),
  name: tokenName,
  roles,
  ipAllowList,
  expiresAt: orNull(milliseconds('Expiry; null: never')),
  createdBy: orNull(Type.String({ description: 'Name of the operator; null: with the bootstrap token.' })),
  createdAt: milliseconds('Time of creation'),
  lastUsedAt: orNull(milliseconds('Time of the latest use, to the minute; null: never')),
};

export const listTokens = operatorOperation({
  id: 'listTokens',
  method: 'GET',
  path: '/operator/v1/tokens',
  summary: 'List the API tokens that are not revoked, in the order of their creation.',
  permission: 'manage-operators',
  reply: Type.Object({ tokens: Type.Array(Type.Object(view)) }),
});

export const createToken = operatorOperation({
  id: 'createToken',
  method: 'POST',
  path: '/operator/v1/tokens',
  summary: 'Create an API token for a machine. Only this reply contains it.',
  permission: 'manage-operators',
  needsProof: true,
  body: {
    name: tokenName,
    roles,
    ipAllowList: Type.Optional(ipAllowList),
    expiresAt: Type.Optional(
      orNull(millisecondsInput('Expiry (ms since the epoch, real time); null or absent: never')),
    ),
    ...optionalReason,
  },
  reply: Type.Object({ ...view, token: Type.String({ description: 'The bearer token.' }) }),
  status: 201,
  errors: ['operator-conflict'],
});

export const revokeToken = operatorOperation({
  id: 'revokeToken',
  method: 'DELETE',
  path: '/operator/v1/tokens/{id}',
  summary: 'Revoke an API token. It stops working at once.',
  permission: 'manage-operators',
  needsProof: true,
  pathParameters: { id: Type.String({ description: 'Id of the token.', maxLength: 64 }) },
  query: optionalReason,
  reply: Type.Object({ id: Type.String(), revoked: Type.Literal(true) }),
  errors: ['operator-not-found'],
});
