/**
 * Verifies signatures over query and body without the `signature` pair.
 *
 * spec: totalParams is the query string concatenated with the request body.
 * deviation: `signature` may be at any position, not only the last.
 */

import { present } from '../boundary/present.ts';
import { decodeComponent, type RawPair, splitPairs } from '../http/raw-parameters.ts';
import type { SignedForm } from '../meter/signature-meter.ts';
import type { SignatureKey, TextEncoding } from './signature-key.ts';

export type SignedPart = { readonly query: string; readonly body: string };

/** The part of a request that its signature covers, byte for byte. */
export function signedPayload({ query, body }: SignedPart): string {
  return withoutSignature(query) + withoutSignature(body);
}

const signaturePair = /(^|&)signature=[^&]*/;

function withoutSignature(text: string): string {
  const match = signaturePair.exec(text);
  if (match === null) return text;
  const before = text.slice(0, match.index);
  const after = text.slice(match.index + match[0].length);
  // One ampersand is removed with the pair: the one before it, or the one after it if the pair is first.
  return match[0].startsWith('&') ? before + after : after.replace(/^&/, '');
}

type Candidate = {
  readonly form: SignedForm;
  /** null: the request has no such form. */
  readonly text: (part: SignedPart, raw: string) => string | null;
  readonly encoding: TextEncoding;
};

/**
 * Clients that do not sign what they send: most sign before their HTTP library encodes, or encode twice in different
 * ways. Every form contains every parameter, with the value that the operation reads.
 */
const candidates: readonly Candidate[] = [
  { form: 'raw', text: (_, raw) => raw, encoding: 'latin1' },
  { form: 'plus-as-percent-20', text: (_, raw) => raw.replaceAll('+', '%20'), encoding: 'latin1' },
  { form: 'decoded', text: (part) => rewritten(part, decodedValue), encoding: 'utf8' },
  { form: 'encoded', text: (part) => rewritten(part, encodeURIComponent), encoding: 'utf8' },
];
const onlyRaw = candidates.slice(0, 1);

type Found = SignedForm | undefined;

/**
 * @returns the form that was signed, undefined if the signature is wrong; a promise if the key needs another thread.
 * @param strict takes only the bytes as sent.
 */
export function verifySignature(
  key: SignatureKey,
  signature: string,
  part: SignedPart,
  strict = false,
): Found | Promise<Found> {
  return search({ key, signature, part, raw: signedPayload(part) }, strict ? onlyRaw : candidates, 0);
}

export type SignedText = {
  readonly form: SignedForm;
  /** For `latin1` one character for each byte. */
  readonly text: string;
  readonly encoding: TextEncoding;
};

/** Every text that counts as signed, in the order in which they are tried; those that equal the bytes as sent only once. */
export function signedTexts(part: SignedPart, strict = false): readonly SignedText[] {
  const raw = signedPayload(part);
  return (strict ? onlyRaw : candidates).flatMap((candidate) => {
    const text = textOf(candidate, part, raw);
    return text === null ? [] : [{ form: candidate.form, text, encoding: candidate.encoding }];
  });
}

/** @returns null if the request has no such form, or if it equals the bytes as sent. */
function textOf({ form, text }: Candidate, part: SignedPart, raw: string): string | null {
  const candidate = text(part, raw);
  return form !== 'raw' && candidate === raw ? null : candidate;
}

type Signed = {
  readonly key: SignatureKey;
  readonly signature: string;
  readonly part: SignedPart;
  readonly raw: string;
};

function search(signed: Signed, allowed: readonly Candidate[], from: number): Found | Promise<Found> {
  const { key, signature, part, raw } = signed;
  for (let index = from; index < allowed.length; index += 1) {
    const candidate = present(allowed[index]);
    const { form, encoding } = candidate;
    const text = textOf(candidate, part, raw);
    if (text === null) continue;
    const accepted = key.verify(signature, text, encoding);
    if (accepted instanceof Promise)
      return accepted.then((isSigned) => (isSigned ? form : search(signed, allowed, index + 1)));
    if (accepted) return form;
  }
  return undefined;
}

/** Only a value without `&` and `=` is unambiguous when it is decoded. */
const decodedValue = (value: string) => (/[&=]/.test(value) ? null : value);

/** Both parts with each decoded value rewritten. */
function rewritten({ query, body }: SignedPart, rewrite: (value: string) => string | null): string | null {
  const texts = [query, body].map((text) => rewrittenPairs(splitPairs(withoutSignature(text)), rewrite));
  return texts.includes(null) ? null : texts.join('');
}

function rewrittenPairs(pairs: readonly RawPair[], rewrite: (value: string) => string | null): string | null {
  const texts: string[] = [];
  for (const pair of pairs) {
    const name = plainName(pair.name);
    const decoded = decodeComponent(pair.value);
    const value = decoded === null ? null : rewrite(decoded);
    if (name === null || value === null) return null;
    texts.push(`${name}=${value}`);
  }
  return texts.join('&');
}

/**
 * Parameters are found by their names as sent, except for items of lists (`asset%5B0%5D`). Another encoded name would
 * be signed as a parameter that the operation does not see.
 */
function plainName(name: string): string | null {
  const decoded = decodeComponent(name);
  if (decoded === name) return name;
  return decoded !== null && /^[^&=]*\[\d*\]$/.test(decoded) ? decoded : null;
}
