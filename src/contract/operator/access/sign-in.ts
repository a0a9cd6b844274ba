/**
 * Signing in and out. A sign-in answers with a cookie, which the browser sends from then on; requests with it that
 * change something need the header X-Bursar-Session too. Only pages of the same origin can sign in.
 */
import { operatorOperation } from '../../operator-operation.ts';
import { Type } from '../../schema.ts';
import { newPassword, operatorName, roles, secret, signedIn, webAuthn } from './fields.ts';

const attempt = {
  method: 'POST',
  permission: 'public',
  reply: signedIn,
  errors: ['credentials-wrong', 'sign-ins-too-many'],
} as const;

export const signIn = operatorOperation({
  ...attempt,
  id: 'signIn',
  path: '/operator/v1/sign-in',
  summary: 'Sign in with name and password.',
  body: { name: operatorName, password: Type.String({ description: 'The password.', maxLength: 200 }) },
});

export const getSignInOptions = operatorOperation({
  id: 'getSignInOptions',
  method: 'POST',
  path: '/operator/v1/sign-in/passkey-options',
  summary: 'Get a challenge to sign in with a passkey. It is valid for five minutes.',
  permission: 'public',
  reply: Type.Object({ options: webAuthn('For navigator.credentials.get.') }),
});

export const signInWithPasskey = operatorOperation({
  ...attempt,
  id: 'signInWithPasskey',
  path: '/operator/v1/sign-in/passkey',
  summary: 'Sign in with a passkey.',
  body: { response: webAuthn('The answer of navigator.credentials.get.') },
});

const password = Type.Optional({
  ...newPassword,
  description: 'Without it, a passkey must be registered in the new session.',
});

export const acceptLink = operatorOperation({
  id: 'acceptLink',
  method: 'POST',
  path: '/operator/v1/links/accept',
  summary:
    'Use a one-time link: sign in, and set a password. Earlier passwords, passkeys and sessions of the operator no longer work.',
  permission: 'public',
  body: { secret, password },
  reply: signedIn,
  errors: ['operator-not-found', 'sign-ins-too-many'],
});

export const createFirstAdministrator = operatorOperation({
  id: 'createFirstAdministrator',
  method: 'POST',
  path: '/operator/v1/links/first-administrator',
  summary:
    'Use the one-time link that a start prints while there is no administrator: become the first one, and sign in.',
  permission: 'public',
  body: {
    secret,
    name: operatorName,
    password,
    roles: Type.Optional({ ...roles, description: 'Further roles; administrator is one in any case.' }),
  },
  reply: signedIn,
  status: 201,
  errors: ['operator-not-found', 'operator-conflict', 'sign-ins-too-many'],
});

export const signOut = operatorOperation({
  id: 'signOut',
  method: 'POST',
  path: '/operator/v1/sign-out',
  summary: 'End the session.',
  permission: 'session',
  reply: Type.Object({ signedOut: Type.Literal(true) }),
  errors: ['operator-not-found'],
});
