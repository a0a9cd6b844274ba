/**
 * Protects requests that a browser makes with the cookie of a session, or without any credentials, against pages of
 * other origins: the host must be one of this server (DNS rebinding), the page must be of the same origin, and a change
 * needs a header that a form cannot send (CSRF).
 */
import { isIP } from 'node:net';
import { type Rejection, reject } from '../../contract/errors.ts';

/** Any value: only that it was sent counts. */
export const sessionHeader = 'X-Bursar-Session';

/** A read that nobody asked for, because something has changed: it does not keep the session alive. */
const refreshHeader = 'X-Bursar-Refresh';
export const isRefresh = ({ method, headers }: BrowserRequest): boolean =>
  isSafe(method) && headers[refreshHeader.toLowerCase()] !== undefined;

export type BrowserRequest = {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

type Forbidden = Rejection<'operator-forbidden'>;

/**
 * @param origins those under which proxies serve the API, for example `https://bursar.example.com`
 * @returns the origin of the request
 */
export function originOf({ headers }: BrowserRequest, origins: readonly string[]): URL | Forbidden {
  const host = textOf(headers.host);
  const configured = origins.map((origin) => new URL(origin)).find((origin) => isHostOf(origin, host));
  if (configured !== undefined) return configured;
  const url = URL.parse(`http://${host}`);
  if (url !== null && url.host !== '' && isOwnName(url.hostname)) return url;
  return forbid(
    `'${host.slice(0, 100)}' is not a host of this server. Use http://localhost, or add its origin to BURSAR_OPERATOR_ORIGINS.`,
  );
}

/** Hosts are written in any case, and with or without the usual port. */
function isHostOf({ host, port, protocol }: URL, given: string): boolean {
  const usualPort = protocol === 'https:' ? 443 : 80;
  const written = given.toLowerCase();
  return written === host || (port === '' && written === `${host}:${usualPort}`);
}

/** An IP address is not a name that somebody else could point to this server. */
function isOwnName(hostname: string): boolean {
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

/** @returns the rejection of a request that a page of another origin has made. */
export function rejectForeign({ method, headers }: BrowserRequest, origin: URL): Forbidden | undefined {
  const site = textOf(headers['sec-fetch-site']);
  const isSameSite = site === '' || site === 'same-origin' || (site === 'none' && isSafe(method));
  const given = textOf(headers.origin);
  if (isSameSite && (given === '' || given === origin.origin)) return undefined;
  return forbid('The request comes from a page of another origin.');
}

/** For requests with the cookie of a session. */
export function rejectForm({ method, headers }: BrowserRequest): Forbidden | undefined {
  if (isSafe(method) || headers[sessionHeader.toLowerCase()] !== undefined) return undefined;
  return forbid(`${sessionHeader}: this header must be sent with the cookie of a session.`);
}

const isSafe = (method: string) => method === 'GET' || method === 'HEAD';
const textOf = (value: string | string[] | undefined) =>
  Array.isArray(value) ? value.join() : (value ?? '');
const forbid = (reason: string): Forbidden => reject('operator-forbidden', { reason });
