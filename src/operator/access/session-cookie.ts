/** The cookie of a session. Behind TLS it has the prefix `__Host-`, so that no other host can set it. */
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

const isSecure = ({ protocol }: URL) => protocol === 'https:';
const nameFor = (origin: URL) => (isSecure(origin) ? `__Host-${name}` : name);
