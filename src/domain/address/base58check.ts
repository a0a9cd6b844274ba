/**
 * Base58Check: a payload followed by the first four bytes of its double SHA-256. Each payload has exactly one spelling.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { base58 } from '@scure/base';
import { decodeOrNull } from './decoding.ts';

type Alphabet = typeof base58;

const checksumLength = 4;

/** @returns the payload; null if the checksum is wrong or the text is not Base58. */
export function readBase58Check(alphabet: Alphabet, text: string): Uint8Array | null {
  const bytes = decodeOrNull(() => alphabet.decode(text));
  if (bytes === null || bytes.length <= checksumLength) return null;
  const payload = bytes.subarray(0, -checksumLength);
  const expected = computeChecksum(payload);
  return expected.every((byte, index) => byte === bytes[payload.length + index]) ? payload : null;
}

export function writeBase58Check(alphabet: Alphabet, payload: Uint8Array): string {
  return alphabet.encode(concatBytes(payload, computeChecksum(payload)));
}

function computeChecksum(payload: Uint8Array): Uint8Array {
  return sha256(sha256(payload)).subarray(0, checksumLength);
}
