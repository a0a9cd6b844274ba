/** The operator who makes the request: identity, sessions, password, passkeys, proofs of identity. */
import { operatorOperation } from '../../operator-operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { oneOf, orNull } from '../fields.ts';
import { newPassword, passkeyName, permissions, roles, sessionView, webAuthn } from './fields.ts';

export const getMe = operatorOperation({
  id: 'getMe',
  method: 'GET',
  path: '/operator/v1/me',
  summary: 'Get who makes the request, and what they may do.',
  permission: 'anyone',
  reply: Type.Object({
    kind: oneOf(
      ['operator', 'token', 'bootstrap'],
      'A person, a machine, or the holder of the bootstrap token.',
    ),
    actor: Type.String({ description: 'The name in the audit trail.' }),
    roles,
    permissions,
    features: Type.Array(oneOf(['lab', 'manual-networks'], 'A part of the API.'), {
      description:
        'What this server has: the rehearsal lab; networks that people or external signers settle.',
    }),
    session: orNull({ ...sessionView, description: 'Null unless a person has signed in.' }),
  }),
});

export const listMySessions = operatorOperation({
  id: 'listMySessions',
  method: 'GET',
  path: '/operator/v1/me/sessions',
  summary: 'List your sessions, the latest first.',
  permission: 'session',
  reply: Type.Object({ current: Type.String(), sessions: Type.Array(sessionView) }),
});

export const endMySession = operatorOperation({
  id: 'endMySession',
  method: 'DELETE',
  path: '/operator/v1/me/sessions/{id}',
  summary: 'End one of your sessions.',
  permission: 'session',
  pathParameters: { id: Type.String({ description: 'Id of the session.', maxLength: 64 }) },
  reply: Type.Object({ id: Type.String(), ended: Type.Literal(true) }),
  errors: ['operator-not-found'],
});

export const putMyPassword = operatorOperation({
  id: 'putMyPassword',
  method: 'PUT',
  path: '/operator/v1/me/password',
  summary: 'Set your password. Your other sessions end.',
  permission: 'session',
  needsProof: true,
  body: { password: newPassword },
  reply: Type.Object({ changed: Type.Literal(true) }),
  errors: ['operator-not-found'],
});

const passkey = Type.Object({
  id: Type.String({ description: 'Id of the credential.' }),
  name: passkeyName,
  host: Type.String({ description: 'The host for which it was made.' }),
  createdAt: milliseconds('Time of the registration'),
  lastUsedAt: orNull(milliseconds('Time of the latest use; null: never')),
});

export const listMyPasskeys = operatorOperation({
  id: 'listMyPasskeys',
  method: 'GET',
  path: '/operator/v1/me/passkeys',
  summary: 'List your passkeys.',
  permission: 'session',
  reply: Type.Object({ passkeys: Type.Array(passkey) }),
});

export const getPasskeyOptions = operatorOperation({
  id: 'getPasskeyOptions',
  method: 'POST',
  path: '/operator/v1/me/passkey-options',
  summary: 'Get a challenge to register a passkey. It is valid for five minutes.',
  permission: 'session',
  needsProof: true,
  reply: Type.Object({ options: webAuthn('For navigator.credentials.create.') }),
});

export const registerPasskey = operatorOperation({
  id: 'registerPasskey',
  method: 'POST',
  path: '/operator/v1/me/passkeys',
  summary: 'Register a passkey. Only a browser at http://localhost or at an origin with a name can make one.',
  permission: 'session',
  needsProof: true,
  body: { name: passkeyName, response: webAuthn('The answer of navigator.credentials.create.') },
  reply: passkey,
  status: 201,
  errors: ['operator-conflict'],
});

export const deleteMyPasskey = operatorOperation({
  id: 'deleteMyPasskey',
  method: 'DELETE',
  path: '/operator/v1/me/passkeys/{id}',
  summary: 'Delete one of your passkeys.',
  permission: 'session',
  needsProof: true,
  pathParameters: { id: Type.String({ description: 'Id of the credential.', maxLength: 1400 }) },
  reply: Type.Object({ id: Type.String(), deleted: Type.Literal(true) }),
  errors: ['operator-not-found', 'operator-conflict'],
});

const proof = {
  method: 'POST',
  permission: 'session',
  reply: Type.Object({ session: sessionView }),
  errors: ['credentials-wrong', 'sign-ins-too-many'],
} as const;

export const proveWithPassword = operatorOperation({
  ...proof,
  id: 'proveWithPassword',
  path: '/operator/v1/me/proof',
  summary:
    'Prove your identity again with the password, for an operation that needs a recent proof. A person with a passkey uses that instead.',
  errors: [...proof.errors, 'operator-conflict'],
  body: { password: Type.String({ description: 'The password.', maxLength: 200 }) },
});

export const getProofOptions = operatorOperation({
  id: 'getProofOptions',
  method: 'POST',
  path: '/operator/v1/me/proof/passkey-options',
  summary: 'Get a challenge to prove your identity with a passkey. It is valid for five minutes.',
  permission: 'session',
  reply: Type.Object({ options: webAuthn('For navigator.credentials.get.') }),
});

export const proveWithPasskey = operatorOperation({
  ...proof,
  id: 'proveWithPasskey',
  path: '/operator/v1/me/proof/passkey',
  summary: 'Prove your identity again with a passkey, for an operation that needs a recent proof.',
  body: { response: webAuthn('The answer of navigator.credentials.get.') },
});
