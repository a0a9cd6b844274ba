/**
 * What lets pages of other origins call the API from a browser (CORS). Off unless origins are named: a page that holds an
 * API key shows it to everybody who looks.
 */
import type { IncomingHttpHeaders } from 'node:http';

const noHeaders = {};

/** Origins like `https://app.example.com`; `*` is every one, an empty list none. */
export type CorsOrigins = '*' | readonly string[];

const exposed = 'X-MBX-USED-WEIGHT, X-MBX-USED-WEIGHT-1M, Retry-After';
const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'X-MBX-APIKEY, Content-Type',
  'access-control-max-age': '600',
};

/** As much of a request as decides whether a page may read the reply. */
type RequestHead = {
  readonly method?: string | undefined;
  readonly headers: Readonly<IncomingHttpHeaders>;
};

/**
 * @returns whether a browser asks beforehand whether a page may send a request. It must always be answered 200: with an
 * error, the browser would not send the request, and the page could not read why it is refused.
 */
export function isPreflight({ method, headers }: RequestHead, origins: CorsOrigins): boolean {
  return (
    method === 'OPTIONS' &&
    headers['access-control-request-method'] !== undefined &&
    isAllowed(headers.origin, origins)
  );
}

/**
 * Headers of every reply to a request, also of an error: a page could not read it without them. The listener adds them, so
 * that no reply is forgotten. Only a request whose headers could not be parsed is answered without them (431, most of
 * 400, and 408 where the head was late): its origin is not known.
 */
export function corsHeaders(request: RequestHead, origins: CorsOrigins): Readonly<Record<string, string>> {
  if (origins.length === 0) return noHeaders;
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
