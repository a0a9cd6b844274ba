/** A new session: its row, and the cookie with its secret. */
import type { NewSession } from '../../command/operator/new-session.ts';
import type { SessionOpened } from '../../command/operator/session-open.ts';
import { type RequestDetails, WithCookie } from '../handler.ts';
import type { AccessParts } from './implement-access.ts';
import { hashOf, makeSecret } from './secret-hash.ts';
import { sessionCookie } from './session-cookie.ts';
import { viewSignedIn } from './views.ts';

const maxUserAgent = 200;

export type Prepared = { readonly session: NewSession; readonly secret: string };

export function prepareSession(
  { access }: Pick<AccessParts, 'access'>,
  { ip, userAgent }: RequestDetails,
  by: string,
): Prepared {
  const secret = makeSecret('bursar_session');
  const session = {
    secretHash: hashOf(secret),
    ip,
    userAgent: userAgent.slice(0, maxUserAgent),
    by,
    atMs: access.nowMs(),
  };
  return { session, secret };
}

export function replySignedIn(
  { operator, session }: SessionOpened,
  { secret }: Prepared,
  { origin }: RequestDetails,
): WithCookie<ReturnType<typeof viewSignedIn>> {
  const lifeMs = session.expiresAt - session.createdAt;
  return new WithCookie(viewSignedIn(operator, session), sessionCookie(secret, originOfPage(origin), lifeMs));
}

/** @throws if the operation is not one that only pages use. */
export function originOfPage(origin: URL | null): URL {
  if (origin === null) throw new Error('the request of a page has no origin');
  return origin;
}
