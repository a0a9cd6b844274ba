import type { CheckedCredential } from '../../../command/operator/session-open.ts';
import { unwrap } from '../../../command/outcome.ts';
import type { Operator } from '../../../command/unit-of-work.ts';
import { isRejection, reject } from '../../../contract/errors.ts';
import * as operations from '../../../contract/operator/access/me.ts';
import { attempt, orFailed } from '../../access/attempt.ts';
import { hasPasskey } from '../../access/authentication.ts';
import { type AccessParts, implementAccess } from '../../access/implement-access.ts';
import { originOfPage } from '../../access/new-session.ts';
import { isPassword } from '../../access/password.ts';
import { signedIn } from '../../access/signed-in.ts';
import { viewSession } from '../../access/views.ts';

const proofIn = (sessionId: string) => `prove ${sessionId}`;

export const proveWithPassword = implementAccess(
  operations.proveWithPassword,
  async ({ body: { password } }, operator, parts, request) => {
    const { operatorId, name } = signedIn(operator);
    if (await hasPasskey(parts.reads, operatorId))
      return reject('operator-conflict', {
        reason:
          'You have a passkey, so a password is no proof. Use the passkey; if it is lost, ask an administrator for a link.',
      });
    const proved = await attempt(
      { name, kind: 'password', request, operatorId },
      parts,
      'credentials-wrong',
      async () => {
        const row = await parts.reads.row('operators', { id: operatorId });
        const passwordHash = row?.passwordHash ?? null;
        if (!(await isPassword(password, passwordHash)) || passwordHash === null) return undefined;
        return prove(operator, parts, { passwordHash }, 'password', parts.access.nowMs());
      },
    );
    return isRejection(proved) ? proved : { session: viewSession(proved.done) };
  },
);

export const getProofOptions = implementAccess(
  operations.getProofOptions,
  async (_input, operator, { reads, access }, { origin }) => {
    const { operatorId, sessionId } = signedIn(operator);
    const known = await reads.rows('operator_passkeys', { operatorId });
    const ceremony = { purpose: proofIn(sessionId), origin: originOfPage(origin), nowMs: access.nowMs() };
    const options = await access.passkeys.authenticationOptions(ceremony, known);
    return isRejection<'operator-invalid'>(options) ? options : { options };
  },
);

export const proveWithPasskey = implementAccess(
  operations.proveWithPasskey,
  async ({ body: { response } }, operator, parts, request) => {
    const { operatorId, sessionId, name } = signedIn(operator);
    const credentialId = String(response.id).slice(0, 1400);
    const proved = await attempt(
      { name, kind: 'passkey', request, operatorId },
      parts,
      'credentials-wrong',
      async () => {
        const passkey = await parts.reads.row('operator_passkeys', { credentialId });
        const atMs = parts.access.nowMs();
        const ceremony = { purpose: proofIn(sessionId), origin: originOfPage(request.origin), nowMs: atMs };
        const use =
          passkey && (await parts.access.passkeys.verifyAuthentication(ceremony, passkey, response));
        if (use === undefined) return undefined;
        return prove(
          operator,
          parts,
          { passkey: { credentialId, ...use, atMs } },
          `passkey ${credentialId}`,
          atMs,
        );
      },
    );
    return isRejection(proved) ? proved : { session: viewSession(proved.done) };
  },
);

async function prove(
  operator: Operator,
  { commands }: AccessParts,
  credential: CheckedCredential,
  by: string,
  atMs: number,
) {
  const { operatorId, sessionId } = signedIn(operator);
  const proof = { operator, operatorId, sessionId, credential, by, atMs };
  return orFailed(unwrap(await commands.submit('proveIdentity', proof)));
}
