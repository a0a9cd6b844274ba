/**
 * Verifies signatures: HMAC SHA256 over the raw bytes of query and body without the `signature` pair.
 *
 * spec: totalParams is the query string concatenated with the request body; the signature is not case-sensitive.
 * deviation: `signature` may be at any position, not only the last.
 */
import { timingSafeEqual } from 'node:crypto';
import { signaturePattern } from '../contract/signing.ts';
import { decodeComponent, type RawPair, splitPairs } from '../http/raw-parameters.ts';
import type { HmacKey } from './hmac-key.ts';

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

/**
 * Some client libraries sign parameters before percent-encoding. This form is tried second, and only if it is
 * unambiguous: no decoded value contains `&` or `=`.
 */
function decodedPayload(part: SignedPart): string | null {
  const texts = [withoutSignature(part.query), withoutSignature(part.body)].map((text) =>
    decodePairs(splitPairs(text)),
  );
  return texts.includes(null) ? null : texts.join('');
}

function decodePairs(pairs: readonly RawPair[]): string | null {
  const decoded = pairs.map(({ name, value }) => [decodeComponent(name), decodeComponent(value)]);
  const ambiguous = decoded.flat().some((text) => text === null || text === undefined || /[&=]/.test(text));
  return ambiguous ? null : decoded.map(([name, value]) => `${name}=${value}`).join('&');
}

const hexDigest = new RegExp(signaturePattern);

export function verifySignature(key: HmacKey, signature: string, part: SignedPart): boolean {
  if (!hexDigest.test(signature)) return false;
  if (isDigest(key.digest(signedPayload(part), 'latin1'), signature)) return true;
  if (!/[%+]/.test(part.query) && !/[%+]/.test(part.body)) return false;
  const decoded = decodedPayload(part);
  return decoded !== null && isDigest(key.digest(decoded, 'utf8'), signature);
}

const expected = Buffer.alloc(64);
const given = Buffer.alloc(64);

/** Compares in constant time. */
function isDigest(digest: string, signature: string): boolean {
  expected.write(digest, 'latin1');
  given.write(signature.toLowerCase(), 'latin1');
  return timingSafeEqual(expected, given);
}
