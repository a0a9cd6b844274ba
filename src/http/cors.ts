/**
 * What lets pages of other origins call the API from a browser (CORS). Off unless origins are named: a page that holds an
 * API key shows it to everybody who looks.
 */
import type { RawRequest } from './http-message.ts';

/** Origins like `https://app.example.com`; `*` is every one, an empty list none. */
export type CorsOrigins = '*' | readonly string[];

const exposed = 'X-MBX-USED-WEIGHT, X-MBX-USED-WEIGHT-1M, Retry-After';
const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'X-MBX-APIKEY, Content-Type',
  'access-control-max-age': '600',
};

/** @returns whether a browser asks beforehand whether a page may send a request. */
export function isPreflight({ method, headers }: RawRequest, origins: CorsOrigins): boolean {
  return (
    method === 'OPTIONS' &&
    headers['access-control-request-method'] !== undefined &&
    isAllowed(headers.origin, origins)
  );
}

/** Headers of every reply to a request, also of an error: a page could not read it without them. */
export function corsHeaders(request: RawRequest, origins: CorsOrigins): Readonly<Record<string, string>> {
  // Caches keep replies to different origins apart.
  const vary: Record<string, string> = origins === '*' ? {} : { vary: 'Origin' };
  const { origin } = request.headers;
  if (!isAllowed(origin, origins)) return vary;
  return {
    ...vary,
    'access-control-allow-origin': origins === '*' ? '*' : String(origin),
    'access-control-expose-headers': exposed,
    ...(isPreflight(request, origins) && preflightHeaders),
  };
}

function isAllowed(origin: string | string[] | undefined, origins: CorsOrigins): boolean {
  if (origin === undefined) return false;
  return origins === '*' || origins.includes(String(origin));
}
