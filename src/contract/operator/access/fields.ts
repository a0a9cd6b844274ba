/** Fields of the operations about operators and their access. Times here are real times, also in the lab. */
import { operatorPermissions, operatorRoles } from '../../operator-permissions.ts';
import { milliseconds, Type } from '../../schema.ts';
import { oneOf, orNull } from '../fields.ts';

const nameRules = {
  pattern: '^[a-z0-9][a-z0-9._-]{0,63}$',
  patternInWords: '1 to 64 lower-case letters, digits, `.`, `_` and `-`, the first a letter or digit',
};
export const operatorName = Type.String({ description: 'Name of the operator.', ...nameRules });
export const tokenName = Type.String({
  description: 'Name of the token, for the audit trail.',
  ...nameRules,
});
export const passkeyName = Type.String({
  description: 'Name of the passkey, for its owner.',
  minLength: 1,
  maxLength: 64,
});
const role = oneOf(operatorRoles, 'A role: a set of permissions, which docs/operators.md lists.');
export const roles = Type.Array(role, { description: 'The roles.', uniqueItems: true });
export const permissions = Type.Array(
  oneOf(Object.keys(operatorPermissions), 'A permission, which docs/operators.md describes.'),
  { description: 'What the roles allow.' },
);
export const newPassword = Type.String({
  description: 'The new password.',
  minLength: 12,
  maxLength: 200,
});
export const secret = Type.String({ description: 'The secret of the one-time link.', maxLength: 200 });

export const operatorView = Type.Object({
  id: Type.String(),
  name: operatorName,
  roles,
  state: oneOf(
    ['invited', 'active', 'disabled'],
    'invited: has a one-time link, and neither a password nor a passkey yet.',
  ),
  createdAt: milliseconds('Time of creation'),
  lastSeenAt: orNull(milliseconds('Time of the latest request, to the minute; null: none yet')),
  unconfirmedUntil: orNull(
    milliseconds(
      'Until when the access, which the bootstrap token has opened, does not count where several people are needed; null: it counts',
    ),
  ),
});

export const sessionView = Type.Object({
  id: Type.String(),
  createdAt: milliseconds('Time of the sign-in'),
  seenAt: milliseconds('Time of the latest request, to the minute'),
  idleUntil: milliseconds('When the session ends unless it is used'),
  expiresAt: milliseconds('When the session ends in any case'),
  ip: Type.String({ description: 'The address of the sign-in.' }),
  userAgent: Type.String({ description: 'The browser, as it calls itself.' }),
  provedAt: milliseconds('Time of the latest proof of identity'),
  provedBy: Type.String({ description: 'password, link, or passkey and the id of its credential.' }),
});

/** The reply to a sign-in. The session itself is in the cookie. */
export const signedIn = Type.Object({ operator: operatorView, permissions, session: sessionView });

export const linkView = Type.Object({
  secret,
  expiresAt: milliseconds('When the link expires'),
});

/** JSON of the Web Authentication API, which the browser reads and writes. */
export const webAuthn = (description: string) =>
  Type.Unsafe<Record<string, unknown>>({ type: 'object', description });
