import { unwrap } from '../../../command/outcome.ts';
import { isRejection } from '../../../contract/errors.ts';
import * as operations from '../../../contract/operator/access/sign-in.ts';
import type { OperatorReply } from '../../../contract/operator-operation.ts';
import { attempt, orFailed } from '../../access/attempt.ts';
import { isFirstLink } from '../../access/first-link.ts';
import { type AccessParts, implementAccess } from '../../access/implement-access.ts';
import { originOfPage, prepareSession, replySignedIn } from '../../access/new-session.ts';
import { hashPassword, isPassword } from '../../access/password.ts';
import { hashOf } from '../../access/secret-hash.ts';
import { sessionCookie } from '../../access/session-cookie.ts';
import { signedIn } from '../../access/signed-in.ts';
import { type RequestDetails, WithCookie } from '../../handler.ts';

const signInPurpose = 'sign in';

export const signIn = implementAccess(
  operations.signIn,
  async ({ body: { name, password } }, _operator, parts, request) => {
    const prepared = prepareSession(parts, request, 'password');
    const opened = await attempt(
      { name, kind: 'password', request },
      parts,
      'credentials-wrong',
      async () => {
        const row = await parts.reads.row('operators', { name });
        const passwordHash = row?.passwordHash ?? null;
        const isRight = await isPassword(password, passwordHash);
        if (!isRight || row === undefined || passwordHash === null) return undefined;
        return orFailed(
          unwrap(
            await parts.commands.submit('openOperatorSession', {
              operatorId: row.id,
              credential: { passwordHash },
              session: prepared.session,
            }),
          ),
        );
      },
    );
    return isRejection(opened) ? opened : replySignedIn(opened.done, prepared, request);
  },
);

export const getSignInOptions = implementAccess(
  operations.getSignInOptions,
  async (_input, _operator, { access }, { origin }) => {
    const ceremony = { purpose: signInPurpose, origin: originOfPage(origin), nowMs: access.nowMs() };
    const options = await access.passkeys.authenticationOptions(ceremony);
    return isRejection<'operator-invalid'>(options) ? options : { options };
  },
);

export const signInWithPasskey = implementAccess(
  operations.signInWithPasskey,
  async ({ body: { response } }, _operator, parts, request) => {
    const credentialId = String(response.id).slice(0, 1400);
    const prepared = prepareSession(parts, request, `passkey ${credentialId}`);
    const opened = await attempt(
      { name: credentialId, kind: 'passkey', request },
      parts,
      'credentials-wrong',
      async () => {
        const passkey = await parts.reads.row('operator_passkeys', { credentialId });
        const { atMs } = prepared.session;
        const ceremony = { purpose: signInPurpose, origin: originOfPage(request.origin), nowMs: atMs };
        const use =
          passkey && (await parts.access.passkeys.verifyAuthentication(ceremony, passkey, response));
        if (passkey === undefined || use === undefined) return undefined;
        return orFailed(
          unwrap(
            await parts.commands.submit('openOperatorSession', {
              operatorId: passkey.operatorId,
              credential: { passkey: { credentialId, ...use, atMs } },
              session: prepared.session,
            }),
          ),
        );
      },
    );
    return isRejection(opened) ? opened : replySignedIn(opened.done, prepared, request);
  },
);

export const acceptLink = implementAccess(
  operations.acceptLink,
  async ({ body: { secret, password } }, _operator, parts, request) => {
    const prepared = prepareSession(parts, request, 'link');
    const opened = await attempt(
      { name: 'one-time link', kind: 'link', request },
      parts,
      'link-unknown',
      async () => {
        const linkHash = hashOf(secret);
        if ((await parts.reads.row('operator_links', { secretHash: linkHash })) === undefined)
          return undefined;
        const passwordHash = await hashOrNull(password);
        const use = { linkHash, passwordHash, session: prepared.session };
        return orFailed(unwrap(await parts.commands.submit('acceptOperatorLink', use)));
      },
    );
    if (isRejection(opened)) return opened;
    parts.access.administrators.forget();
    return replySignedIn(opened.done, prepared, request);
  },
);

export const createFirstAdministrator = implementAccess(
  operations.createFirstAdministrator,
  async ({ body }, _operator, parts, request) => {
    const { access } = parts;
    const isLink = async () => isFirstLink(access, body.secret) || undefined;
    const link = await attempt(
      { name: 'first administrator', kind: 'link', request },
      parts,
      'link-unknown',
      isLink,
    );
    return isRejection(link) ? link : makeFirst(body, parts, request);
  },
);

async function makeFirst(
  { name, password, roles = [] }: FirstInput,
  parts: AccessParts,
  request: RequestDetails,
) {
  const prepared = prepareSession(parts, request, 'link');
  const outcome = unwrap(
    await parts.commands.submit('createFirstAdministrator', {
      name,
      roles: [...new Set(['administrator', ...roles] as const)],
      passwordHash: await hashOrNull(password),
      session: prepared.session,
    }),
  );
  if (isRejection(outcome)) return outcome;
  parts.access.administrators.forget();
  return replySignedIn(outcome.done, prepared, request);
}

type FirstInput = {
  readonly name: string;
  readonly password?: string;
  readonly roles?: OperatorReply<typeof operations.signIn>['operator']['roles'];
};

const hashOrNull = async (password: string | undefined) =>
  password === undefined ? null : hashPassword(password);

export const signOut = implementAccess(
  operations.signOut,
  async (_input, operator, { commands }, { origin }) => {
    const { operatorId, sessionId } = signedIn(operator);
    const outcome = unwrap(
      await commands.submit('closeOperatorSession', { operator, operatorId, sessionId }),
    );
    if (isRejection(outcome)) return outcome;
    return new WithCookie({ signedOut: true as const }, sessionCookie('', originOfPage(origin), 0));
  },
);
