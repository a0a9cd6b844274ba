/**
 * The cookie of a session. Behind TLS it has the prefix `__Host-`, so that no other host can set it. The port is in its
 * name, because browsers send a cookie to all ports of a host: two servers on localhost would sign each other out.
 */
const name = 'bursar_session';

/** @returns undefined if the request has none. */
export function sessionSecretIn(cookies: string | undefined, origin: URL): string | undefined {
  const wanted = nameFor(origin);
  for (const pair of (cookies ?? '').split(';')) {
    const [key = '', value = ''] = pair.trim().split('=', 2);
    if (key === wanted && value !== '') return value;
  }
  return undefined;
}

/** @param maxAgeMs how long the browser keeps it; 0: it removes it. */
export function sessionCookie(secret: string, origin: URL, maxAgeMs: number): string {
  const secure = isSecure(origin) ? '; Secure' : '';
  const maxAge = Math.floor(maxAgeMs / 1000);
  return `${nameFor(origin)}=${secret}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`;
}

const isSecure = ({ protocol }: URL) => protocol === 'https:';
const nameFor = (origin: URL) => {
  const { port } = origin;
  return `${isSecure(origin) ? '__Host-' : ''}${name}${port === '' ? '' : `_${port}`}`;
};
