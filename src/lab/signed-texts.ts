/** The texts that count as signed, and the text that a client has signed instead, if that can be proved. */
import type { ApiKey } from '../customer/key-ring.ts';
import { type SignedText, signedTexts } from '../customer/signature.ts';
import { decodeComponent, type RawPair, singleValue, splitPairs } from '../http/raw-parameters.ts';
import type { LoggedRequest } from './logged-request.ts';
import { otherSecrets, otherTexts } from './signing-mistakes.ts';

const hidden = '***';

/** Whether a value under this name, which may be percent-encoded, must not be shown. */
const isHidden = (name: string) => /secret|signature$/i.test(decodeComponent(name) ?? name);

/** Members of JSON, plain and percent-encoded. */
const jsonSecrets = [
  /("[^"]*secret[^"]*"\s*:\s*")(?:[^"\\]|\\.)*/gi,
  /(%22(?:(?!%22).)*secret(?:(?!%22).)*%22(?:%20|\+)*%3A(?:%20|\+)*%22)(?:(?!%22).)*/gi,
];

/** Hides the secrets that a client has sent by mistake, and signatures. */
export function withoutSecrets(text: string): string {
  const pairs = text.split('&').map(withoutSecret).join('&');
  return jsonSecrets.reduce((shown, secret) => shown.replace(secret, `$1${hidden}`), pairs);
}

/** A signed text has nothing between query and body, so the first pair of the body may follow a value. */
function withoutSecret(pair: string): string {
  const parts = pair.split('=');
  const name = parts.slice(0, -1).findIndex(isHidden);
  return name === -1 ? pair : [...parts.slice(0, name + 1), hidden].join('=');
}

/** Exact: `text` has the bytes that were signed in this encoding. */
export type ShownText = {
  readonly form: string;
  readonly encoding: 'utf8' | 'latin1';
  readonly text: string;
};

export function textsOf({ isSigned, sent }: LoggedRequest, strict: boolean): readonly ShownText[] {
  return isSigned ? signedTexts(sent, strict).map(shown) : [];
}

/** A text of bytes is shown as UTF-8 if it is UTF-8. */
function shown({ form, text, encoding }: SignedText): ShownText {
  const plain = withoutSecrets(text);
  if (encoding === 'utf8') return { form, encoding, text: plain };
  const bytes = Buffer.from(plain, 'latin1');
  const decoded = bytes.toString('utf8');
  return Buffer.from(decoded).equals(bytes)
    ? { form, encoding: 'utf8', text: decoded }
    : { form, encoding: 'latin1', text: plain };
}

/**
 * Finds the text that the client has signed instead: one whose signature is the one that was sent.
 * @param others keys whose owner may have mixed them up
 * @returns null if none was found.
 */
export async function signingMistake(
  request: LoggedRequest,
  others: readonly ApiKey[],
  strict: boolean,
): Promise<string | null> {
  const { key, sent } = request;
  const signature = signatureOf(request);
  if (request.rejectedBy !== 'signature' || key === null || typeof signature !== 'string') return null;
  for (const { mistake, text, encoding = 'latin1' } of otherTexts(request, strict))
    if (await key.signatureKey.verify(signature, text, encoding)) return mistake;
  const texts = signedTexts(sent);
  for (const other of otherSecrets(key, signature, others))
    for (const { text, encoding } of texts)
      if (await other.key.verify(other.signature, text, encoding)) return other.mistake;
  return null;
}

function signatureOf({ sent: { query, body } }: LoggedRequest): string | undefined | null {
  return singleValue({ query: splitPairs(query), body: splitPairs(body) }, 'signature');
}

/** The parameters as sent, without the signature. */
export function parametersOf({ sent: { query, body } }: LoggedRequest) {
  const all = [
    ...splitPairs(query).map((pair) => ({ in: 'query' as const, pair })),
    ...splitPairs(body).map((pair) => ({ in: 'body' as const, pair })),
  ];
  return all
    .filter(({ pair }) => pair.name !== 'signature')
    .map(({ in: place, pair }) => shownPair(place, pair));
}

function shownPair(place: 'query' | 'body', { name, value }: RawPair) {
  return { in: place, name: withoutSecrets(name), value: isHidden(name) ? hidden : withoutSecrets(value) };
}
