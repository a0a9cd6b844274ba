/** Random requests: for each operation parameters that fit or break its contract, signed rightly or wrongly, anywhere. */
import fc from 'fast-check';
import type { Operation } from '../../src/contract/operation.ts';
import { isSigned } from '../../src/contract/operation.ts';
import type { Parameter } from '../../src/contract/schema.ts';
import { sign } from '../support/exchange.ts';
import { houseEmail, houseKey, houseNames, outsideAddresses } from '../support/house.ts';

export type HttpRequest = {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
/** `fits`: nothing about its form is wrong, so that only the operation's own rules may refuse it. */
export type FuzzedRequest = { readonly request: HttpRequest; readonly fits: boolean };

/** Names and values as they stand in a query, already percent-encoded. */
type Pairs = readonly (readonly [name: string, value: string])[];

const emails = houseNames.map(houseEmail);
const likely: Readonly<Record<string, readonly string[]>> = {
  asset: ['ETH', 'XRP', 'BTC', 'BNB', 'ADA', 'DOGE', 'eth'],
  network: ['ETH', 'BTC', 'NOWHERE'],
  address: [...Object.values(outsideAddresses).flat(), '0x0', 'nowhere'],
  addressTag: ['1', '100000000', 'tag'],
  email: [...emails, 'nobody@house.example'],
  fromEmail: emails,
  toEmail: emails,
  withdrawOrderId: ['one', 'two', 'three'],
  symbol: ['ETHBTC', 'ETH', 'NONE'],
  name: ['mine', 'Zoë’s wallet', '财布'],
};

/** Text without control characters and lone surrogates. */
const legalText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused
  (text) => text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text),
);
const milliseconds = fc.integer({ min: 0, max: 2_000_000_000 }).map((n) => `${n * 1000}`);

/** A value that fits the contract. */
function fitting(
  name: string,
  { kind, minimum, maximum, allowed }: Parameter<unknown>,
): fc.Arbitrary<string> {
  if (allowed.length > 0) return fc.constantFrom(...allowed.map(String));
  const known = likely[name] ?? [];
  switch (kind) {
    case 'decimal':
      return fc.constantFrom(
        '0.00002',
        '1e-05',
        '.001',
        '0.01000001',
        '3',
        '1000000000',
        '0.000000001',
        '1E3',
      );
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'integer':
      return fc
        .oneof(
          fc.integer({ min: minimum, max: Math.min(maximum, minimum + 5) }),
          fc.integer({ min: minimum, max: maximum }),
        )
        .map(String);
    case 'long':
      return milliseconds;
    case 'list':
      return fc.constantFrom('ADA', 'XRP', 'ADA,XRP', '["ADA","ETH"]', 'BNB', 'NOPE');
    default:
      return known.length > 0
        ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known) }, legalText)
        : legalText;
  }
}

/** Percent-encoded text that is often wrong: type, length, encoding, characters. */
const strange = fc.oneof(
  fc.constantFrom(
    '',
    '%00',
    '%',
    '%zz',
    '%ff',
    '%C0%80',
    '%ED%A0%80',
    '-1',
    '0',
    '1e999',
    'NaN',
    '0x10',
    '+5',
    '%0A',
    'null',
  ),
  fc.constantFrom(
    '9'.repeat(40),
    '1'.repeat(400),
    'x'.repeat(3000),
    '%E2%98%83'.repeat(90),
    '99999999999999999999',
  ),
  fc.constantFrom(
    '[]',
    '{}',
    '["',
    ',,,',
    "';DROP+TABLE+balances;--",
    '__proto__',
    'constructor',
    '\u00e9\u00ff',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc
    .string({
      unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)),
      maxLength: 30,
    })
    .map((text) => text.replace(/[&#=]/g, '')),
);

type Drawn = { readonly pairs: Pairs; readonly fits: boolean };

function parametersOf({ parameters }: Operation): fc.Arbitrary<Drawn> {
  const each = Object.entries(parameters).map(([name, parameter]) => {
    const good = fitting(name, parameter).map((value) => ({
      pairs: [[name, encodeURIComponent(value)] as const],
      fits: true,
    }));
    const absent = fc.constant<Drawn>({ pairs: [], fits: !parameter.mandatory });
    const bad = strange.map((value) => ({ pairs: [[name, value] as const], fits: false }));
    const twice = good.map(({ pairs }) => ({ pairs: [...pairs, ...pairs], fits: parameter.kind === 'list' }));
    return fc.oneof(
      { weight: parameter.mandatory ? 40 : 8, arbitrary: good },
      { weight: parameter.mandatory ? 1 : 8, arbitrary: absent },
      { weight: 2, arbitrary: bad },
      { weight: 1, arbitrary: twice },
    );
  });
  const unknown = fc.option(
    strange.map((value) => ['fuzz', value.replace(/[^\w%]/g, '')] as const),
    { nil: undefined, freq: 8 },
  );
  return fc.tuple(fc.tuple(...each), unknown).map(([drawn, extra]) => ({
    pairs: [...drawn.flatMap(({ pairs }) => pairs), ...(extra ? [extra] : [])],
    // An end before its start is for the server to see, and to refuse.
    fits: drawn.every(({ fits }) => fits) && ordered(drawn.flatMap(({ pairs }) => pairs)),
  }));
}

function ordered(pairs: Pairs): boolean {
  const { startTime, endTime } = Object.fromEntries(pairs) as Record<string, string | undefined>;
  return startTime === undefined || endTime === undefined || Number(startTime) <= Number(endTime);
}

type Dress = {
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

function dressOf(operation: Operation): fc.Arbitrary<Dress> {
  const [path = '/'] = operation.paths;
  return fc.record({
    who: fc.constantFrom('master', 'master', 'alice'),
    key: rarely<Dress['key']>('right', 'none', 'malformed', 'unknown'),
    time: rarely<Dress['time']>('now', 'late', 'ahead', 'none', 'nonsense'),
    window: rarely<string | undefined>(undefined, '5000', '60000', '60001', '0', '-5', 'x', '9'.repeat(30)),
    signature: rarely<Dress['signature']>('right', 'wrong', 'none', 'twice', 'first', 'other'),
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
    headers: rarely<Dress['headers']>(
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
    .tuple(parametersOf(operation), dressOf(operation))
    .map(([drawn, dress]) => dressed(operation, drawn, dress));
}

function dressed(operation: Operation, { pairs, fits }: Drawn, dress: Dress): FuzzedRequest {
  const signed = isSigned(operation.security);
  const all = [...pairs, ...(signed ? timing(dress) : [])];
  const cut = Math.max(0, all.length - dress.inBody);
  const text = (part: Pairs) => part.map(([name, value]) => `${name}=${value}`).join('&');
  const query = text(all.slice(0, cut));
  const body = text(all.slice(cut));
  const sent = `${dress.path}?${signed ? withSignature(query, body, dress) : query}`;
  // What HTTP itself refuses is answered before the method is known, with a body that a reader of HEAD does not expect.
  const target = dress.method === 'HEAD' ? sent.replace(/[^!-~]/g, '') : sent;
  const headers = { ...dress.headers, ...keyHeader(operation, dress), ...typeHeader(body, dress) };
  const right = dress.key === 'right' && dress.time === 'now' && ['right', 'first'].includes(dress.signature);
  const plain =
    ['5000', '60000', undefined].includes(dress.window) && Object.keys(dress.headers).length === 0;
  const usualPlace =
    dress.method === operation.method &&
    (dress.path === operation.paths[0] || dress.path === `/${operation.paths[0]}`);
  const usualBody =
    body === '' || (operation.method !== 'GET' && dress.contentType === 'application/x-www-form-urlencoded');
  const allowed = !operation.masterOnly || dress.who === 'master';
  return {
    request: { method: dress.method, target, headers, body },
    fits: fits && usualPlace && usualBody && plain && allowed && (right || !signed),
  };
}

function timing({ time, window }: Dress): Pairs {
  const shift = { now: 0, late: -70_000, ahead: 60_000, none: 0, nonsense: 0 }[time];
  const stamp = time === 'nonsense' ? 'soon' : String(Date.now() + shift);
  return [
    ...(time === 'none' ? [] : ([['timestamp', stamp]] as const)),
    ...(window === undefined ? [] : ([['recvWindow', window]] as const)),
  ];
}

function withSignature(query: string, body: string, { signature, who }: Dress): string {
  const other = who === 'master' ? 'alice' : 'master';
  const { secretKey } = houseKey(signature === 'other' ? other : who);
  // Bytes beyond ASCII travel as they are.
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

function keyHeader({ security }: Operation, { key, who }: Dress): Record<string, string> {
  if (security === 'NONE' || key === 'none') return {};
  const given = { right: houseKey(who).apiKey, malformed: 'short', unknown: 'u'.repeat(64) }[key];
  return { 'x-mbx-apikey': given };
}

function typeHeader(body: string, { contentType }: Dress): Record<string, string> {
  return body === '' || contentType === undefined ? {} : { 'content-type': contentType };
}
