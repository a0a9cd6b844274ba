/**
 * Random requests: valid or invalid parameters of an operation, signed correctly or not, sent to any path in any
 * manner.
 */
import fc from 'fast-check';
import type { Operation } from '../../src/contract/operation.ts';
import { isSigned } from '../../src/contract/operation.ts';
import { sign } from '../support/exchange.ts';
import { keyOf } from '../support/world.ts';
import { type Drawn, type Pairs, parametersOf } from './request-parameters.ts';

export type HttpRequest = {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
/** `fits`: the form of the request is valid, so that only the operation's own rules may reject it. */
export type FuzzedRequest = { readonly request: HttpRequest; readonly fits: boolean };

/** The variation of a request; each field is usually the valid choice. */
type Variation = {
  readonly who: string;
  readonly key: 'right' | 'none' | 'malformed' | 'unknown';
  readonly time: 'now' | 'late' | 'ahead' | 'none' | 'nonsense';
  readonly window: string | undefined;
  readonly signature: 'right' | 'wrong' | 'none' | 'twice' | 'first' | 'other';
  readonly inBody: number;
  readonly contentType: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
};

const rarely = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 24, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

function variationsOf(operation: Operation): fc.Arbitrary<Variation> {
  const [path = '/'] = operation.paths;
  return fc.record({
    who: fc.constantFrom('master', 'master', 'alice'),
    key: rarely<Variation['key']>('right', 'none', 'malformed', 'unknown'),
    time: rarely<Variation['time']>('now', 'late', 'ahead', 'none', 'nonsense'),
    window: rarely<string | undefined>(undefined, '5000', '60000', '60001', '0', '-5', 'x', '9'.repeat(30)),
    signature: rarely<Variation['signature']>('right', 'wrong', 'none', 'twice', 'first', 'other'),
    inBody: operation.method === 'GET' ? rarely(0, 3) : fc.nat({ max: 12 }),
    contentType: rarely<string | undefined>(
      'application/x-www-form-urlencoded',
      undefined,
      'application/json',
      'text/plain',
      'multipart/form-data',
      '/',
      'a;b',
    ),
    method: rarely<string>(
      operation.method,
      'GET',
      'POST',
      'PUT',
      'DELETE',
      'PATCH',
      'HEAD',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
    ),
    path: rarely(path, `/${path}`, `${path}/`, path.toUpperCase(), '/', '/%', '/../..', '/wapi/v3/none.html'),
    headers: rarely<Variation['headers']>(
      {},
      { accept: 'text/html' },
      { 'x-forwarded-for': '1, 2' },
      { expect: 'the-unexpected' },
      { 'content-encoding': 'gzip' },
      { upgrade: 'websocket', connection: 'upgrade' },
      { cookie: 'x'.repeat(9000) },
    ),
  });
}

export function requestsOf(operation: Operation): fc.Arbitrary<FuzzedRequest> {
  return fc
    .tuple(parametersOf(operation), variationsOf(operation))
    .map(([drawn, variation]) => buildRequest(operation, drawn, variation));
}

function buildRequest(operation: Operation, { pairs, fits }: Drawn, variation: Variation): FuzzedRequest {
  const signed = isSigned(operation.security);
  const all = [...pairs, ...(signed ? timing(variation) : [])];
  const cut = Math.max(0, all.length - variation.inBody);
  const text = (part: Pairs) => part.map(([name, value]) => `${name}=${value}`).join('&');
  const query = text(all.slice(0, cut));
  const body = text(all.slice(cut));
  const sent = `${variation.path}?${signed ? withSignature(query, body, variation) : query}`;
  // Errors at the HTTP level are sent before the method is known, with a body that a reader of HEAD does not expect.
  const target = variation.method === 'HEAD' ? sent.replace(/[^!-~]/g, '') : sent;
  const headers = {
    ...variation.headers,
    ...keyHeader(operation, variation),
    ...typeHeader(body, variation),
  };
  const right =
    variation.key === 'right' && variation.time === 'now' && ['right', 'first'].includes(variation.signature);
  const plain =
    ['5000', '60000', undefined].includes(variation.window) && Object.keys(variation.headers).length === 0;
  const usualPlace =
    variation.method === operation.method &&
    (variation.path === operation.paths[0] || variation.path === `/${operation.paths[0]}`);
  const usualBody =
    body === '' ||
    (operation.method !== 'GET' && variation.contentType === 'application/x-www-form-urlencoded');
  const allowed = !operation.masterOnly || variation.who === 'master';
  return {
    request: { method: variation.method, target, headers, body },
    fits: fits && usualPlace && usualBody && plain && allowed && (right || !signed),
  };
}

function timing({ time, window }: Variation): Pairs {
  const shift = { now: 0, late: -70_000, ahead: 60_000, none: 0, nonsense: 0 }[time];
  const stamp = time === 'nonsense' ? 'soon' : String(Date.now() + shift);
  return [
    ...(time === 'none' ? [] : ([['timestamp', stamp]] as const)),
    ...(window === undefined ? [] : ([['recvWindow', window]] as const)),
  ];
}

function withSignature(query: string, body: string, { signature, who }: Variation): string {
  const other = who === 'master' ? 'alice' : 'master';
  const { secretKey } = keyOf(signature === 'other' ? other : who);
  // Bytes beyond ASCII are sent unencoded.
  const digest = sign(secretKey, Buffer.from(query + body, 'latin1'));
  const joined = (...parts: string[]) => parts.filter((part) => part !== '').join('&');
  switch (signature) {
    case 'none':
      return query;
    case 'wrong':
      return joined(query, `signature=${'0'.repeat(64)}`);
    case 'twice':
      return joined(query, `signature=${digest}`, `signature=${digest}`);
    case 'first':
      return joined(`signature=${digest}`, query);
    default:
      return joined(query, `signature=${digest}`);
  }
}

function keyHeader({ security }: Operation, { key, who }: Variation): Record<string, string> {
  if (security === 'NONE' || key === 'none') return {};
  const given = { right: keyOf(who).apiKey, malformed: 'short', unknown: 'u'.repeat(64) }[key];
  return { 'x-mbx-apikey': given };
}

function typeHeader(body: string, { contentType }: Variation): Record<string, string> {
  return body === '' || contentType === undefined ? {} : { 'content-type': contentType };
}
