/**
 * CORS, which lets pages of other origins call the API from a browser. It is off unless origins are configured, because
 * a page that contains an API key reveals it to every visitor.
 */
import type { IncomingHttpHeaders } from 'node:http';

const noHeaders = {};

/** Origins such as `https://app.example.com`; `*` allows every origin, an empty list none. */
export type CorsOrigins = '*' | readonly string[];

export type CorsPolicy = {
  readonly origins: CorsOrigins;
  /** Request headers that pages may send besides those of the API. */
  readonly moreHeaders: readonly string[];
};

const exposedHeaders = [
  'X-MBX-USED-WEIGHT',
  'X-MBX-USED-WEIGHT-1M',
  'X-SAPI-USED-IP-WEIGHT-1M',
  'X-SAPI-USED-UID-WEIGHT-1M',
  'X-SAPI-USED-UID-WEIGHT-1S',
  'Retry-After',
].join(', ');
const allowedHeaders = ['X-MBX-APIKEY', 'X-MBX-TIME-UNIT', 'Content-Type'];
const preflightHeaders = (moreHeaders: readonly string[]) => ({
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers': [...allowedHeaders, ...moreHeaders].join(', '),
  'access-control-max-age': '600',
});

/** The part of a request that determines whether a page may read the reply. */
type RequestHead = {
  readonly method?: string | undefined;
  readonly headers: Readonly<IncomingHttpHeaders>;
};

/**
 * @returns whether a request is a CORS preflight from an allowed origin. The reply must always have status 200: after an
 * error the browser would not send the actual request, and the page could not read why it is rejected.
 */
export function isAllowedPreflight({ method, headers }: RequestHead, origins: CorsOrigins): boolean {
  return (
    method === 'OPTIONS' &&
    headers['access-control-request-method'] !== undefined &&
    isAllowed(headers.origin, origins)
  );
}

/**
 * The CORS headers of every reply, including errors, which a page could not read without them. The listener adds them,
 * so that no reply lacks them. The exception is a request whose headers could not be parsed (431, most of 400, and 408
 * for a late head), because its origin is not known.
 */
export function corsHeaders(
  request: RequestHead,
  { origins, moreHeaders }: CorsPolicy,
): Readonly<Record<string, string>> {
  if (origins.length === 0) return noHeaders;
  // Caches must store replies to different origins separately.
  const vary: Record<string, string> = origins === '*' ? {} : { vary: 'Origin' };
  const { origin } = request.headers;
  if (!isAllowed(origin, origins)) return vary;
  return {
    ...vary,
    'access-control-allow-origin': origins === '*' ? '*' : origin,
    'access-control-expose-headers': exposedHeaders,
    ...(isAllowedPreflight(request, origins) && preflightHeaders(moreHeaders)),
  };
}

function isAllowed(origin: string | undefined, origins: CorsOrigins): origin is string {
  if (origin === undefined) return false;
  return origins === '*' || origins.includes(origin);
}
