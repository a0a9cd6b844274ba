/** The usual mistakes of clients that sign something else than they send. */
import type { ApiKey } from '../customer/key-ring.ts';
import { signedPayload, signedTexts } from '../customer/signature.ts';
import { SharedSecret, type SignatureKey, type TextEncoding } from '../customer/signature-key.ts';
import { decodeComponent, decodePercent, type RawPair, splitPairs } from '../http/raw-parameters.ts';
import type { LoggedRequest } from './logged-request.ts';

export type OtherText = {
  readonly mistake: string;
  readonly text: string;
  readonly encoding?: TextEncoding;
};

/** @param strict whether the server takes only the bytes as sent */
export function* otherTexts(
  { sent, method, path, key }: LoggedRequest,
  strict: boolean,
): Generator<OtherText> {
  const raw = signedPayload(sent);
  const query = signedPayload({ ...sent, body: '' });
  const body = signedPayload({ ...sent, query: '' });
  const pairs = [...splitPairs(query), ...splitPairs(body)];
  if (strict) yield* lenientTexts(sent);
  yield* textsOfParts(raw, query, body);
  yield {
    mistake: 'the path was signed with the parameters; only the parameters are signed',
    text: `${path}?${raw}`,
  };
  yield { mistake: 'a question mark was signed before the parameters', text: `?${raw}` };
  yield {
    mistake: 'the method and the path were signed with the parameters; only the parameters are signed',
    text: `${method}${path}${raw}`,
  };
  yield* textsWithout(pairs);
  yield* textsWithRecvWindow(pairs);
  yield* encodedTexts(raw, pairs);
  yield* reordered(pairs, key?.signatureKey.type === 'hmac');
}

function* lenientTexts(sent: LoggedRequest['sent']): Generator<OtherText> {
  const [, ...lenient] = signedTexts(sent);
  for (const { form, text, encoding } of lenient) {
    const mistake = `the text in the form '${form}' was signed; this server accepts only the bytes as sent`;
    yield { mistake, text, encoding };
  }
}

function* textsOfParts(raw: string, query: string, body: string): Generator<OtherText> {
  if (query !== '' && body !== '') {
    yield { mistake: 'only the body was signed; the query is signed too', text: body };
    yield { mistake: 'only the query was signed; the body is signed too', text: query };
    yield { mistake: 'the body was signed before the query; the query comes first', text: body + query };
    const joined = 'query and body were signed with & between them; nothing is between them';
    yield { mistake: joined, text: `${query}&${body}` };
    yield { mistake: `the body was signed before the query, with & between them`, text: `${body}&${query}` };
  }
  if (raw !== '') yield { mistake: 'an empty text was signed instead of the parameters', text: '' };
}

const joined = (pairs: readonly RawPair[]) =>
  pairs.map(({ name, value, hasValue }) => (hasValue ? `${name}=${value}` : name)).join('&');

function* textsWithout(pairs: readonly RawPair[]): Generator<OtherText> {
  for (const names of [['timestamp'], ['recvWindow'], ['timestamp', 'recvWindow']]) {
    const left = pairs.filter(({ name }) => !names.includes(name));
    if (left.length === pairs.length) continue;
    yield { mistake: `the text was signed before ${names.join(' and ')} was added`, text: joined(left) };
  }
}

/** The default of the exchange, those of libraries, and the maximum. */
const usualRecvWindows = ['5000', '10000', '60000'];

/** Libraries add it before or after the timestamp. */
function* textsWithRecvWindow(pairs: readonly RawPair[]): Generator<OtherText> {
  const timestamp = pairs.findIndex(({ name }) => name === 'timestamp');
  if (timestamp < 0 || pairs.some(({ name }) => name === 'recvWindow')) return;
  for (const value of usualRecvWindows)
    for (const index of [timestamp, timestamp + 1])
      yield {
        mistake: `recvWindow=${value} was signed, but it was not sent`,
        text: joined(pairs.toSpliced(index, 0, { name: 'recvWindow', value, hasValue: true })),
      };
}

const strictly = (value: string) =>
  encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The ways in which libraries encode values. */
const encoders: readonly (readonly [name: string, encode: (value: string) => string])[] = [
  ["with all of !'()* encoded", strictly],
  ['with + for spaces', (value) => new URLSearchParams([['', value]]).toString().slice(1)],
  ['with / left as it is', (value) => strictly(value).replaceAll('%2F', '/')],
  ['with @ and : left as they are', (value) => strictly(value).replaceAll('%40', '@').replaceAll('%3A', ':')],
  ['with encodeURI', (value) => encodeURI(value)],
  ['encoded twice', (value) => encodeURIComponent(encodeURIComponent(value))],
];

const inPercent = /%[0-9a-f]{2}/gi;

function* encodedTexts(raw: string, pairs: readonly RawPair[]): Generator<OtherText> {
  const digits = 'the percent-encoding was signed in';
  yield { mistake: `${digits} lower case`, text: raw.replace(inPercent, (each) => each.toLowerCase()) };
  yield { mistake: `${digits} upper case`, text: raw.replace(inPercent, (each) => each.toUpperCase()) };
  const decoded = decodedPairs(pairs);
  if (decoded === null) return;
  for (const [name, encode] of encoders) {
    const text = decoded.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
    yield { mistake: `the parameters were signed with another encoding: ${name}`, text, encoding: 'utf8' };
  }
  const json = JSON.stringify(Object.fromEntries(decoded));
  yield {
    mistake: 'the parameters were signed as JSON; they are signed as sent',
    text: json,
    encoding: 'utf8',
  };
}

function decodedPairs(pairs: readonly RawPair[]): readonly (readonly [string, string])[] | null {
  const decoded: (readonly [string, string])[] = [];
  for (const pair of pairs) {
    const [name, value] = [decodeComponent(pair.name), decodeComponent(pair.value)];
    if (name === null || value === null) return null;
    decoded.push([name, value]);
  }
  return decoded;
}

/** All orders of up to this many parameters are tried with a shared secret: 720 signatures, about a millisecond. */
const maxPermuted = 6;

function* reordered(pairs: readonly RawPair[], isCheap: boolean): Generator<OtherText> {
  const mistake = 'the parameters were signed in another order than they were sent in';
  const byName = pairs.toSorted((one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)));
  yield { mistake: `${mistake}: sorted by name`, text: joined(byName) };
  const isTime = ({ name }: RawPair) => name === 'timestamp';
  const others = pairs.filter((pair) => !isTime(pair));
  yield { mistake: `${mistake}: timestamp last`, text: joined([...others, ...pairs.filter(isTime)]) };
  yield { mistake: `${mistake}: timestamp first`, text: joined([...pairs.filter(isTime), ...others]) };
  yield { mistake: `${mistake}: reversed`, text: joined(pairs.toReversed()) };
  if (!isCheap || pairs.length > maxPermuted) return;
  for (const order of permutations(pairs))
    yield { mistake: `${mistake}: ${order.map(({ name }) => name).join(', ')}`, text: joined(order) };
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length <= 1) yield items;
  else
    for (const [index, item] of items.entries())
      for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
}

export type OtherSecret = {
  readonly mistake: string;
  readonly key: SignatureKey;
  readonly signature: string;
};

/** @param others keys whose owner may have mixed them up */
export function* otherSecrets(
  key: ApiKey,
  signature: string,
  others: readonly ApiKey[],
): Generator<OtherSecret> {
  const { signatureKey, apiKey } = key;
  if (signatureKey.type === 'hmac') {
    const hex = hexOfBase64(signature);
    if (hex !== undefined)
      yield {
        mistake: 'the signature is in base64; that of a shared secret is hexadecimal',
        key: signatureKey,
        signature: hex,
      };
    yield {
      mistake: 'it was signed with the API key instead of its secret',
      key: new SharedSecret(apiKey),
      signature,
    };
  }
  for (const other of others) {
    if (other.apiKey === apiKey) continue;
    const owner = `${other.apiKey} of ${other.account.email}`;
    yield {
      mistake: `it was signed with the secret of another key: ${owner}`,
      key: other.signatureKey,
      signature,
    };
  }
}

/** @returns undefined unless the signature is the base64 of a digest of 32 bytes. */
function hexOfBase64(signature: string): string | undefined {
  const decoded = decodePercent(signature)?.replaceAll(' ', '+');
  if (decoded === undefined || decoded === null || !/^[A-Za-z0-9+/_-]{43}=?$/.test(decoded)) return undefined;
  return Buffer.from(decoded, 'base64').toString('hex');
}
