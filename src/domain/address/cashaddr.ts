/**
 * Cashaddr: a prefix, a version byte, a hash, and a 40-bit checksum over all of them, in Bech32's alphabet. The prefix
 * may be omitted. Types 2 and 3 signal token support; the script is the same as for types 0 and 1.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import { bech32 } from '@scure/base';
import type { ReadAddress } from './rules.ts';
import { hashLength, meaningOfScript } from './script.ts';

const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const checksumLength = 8;
const checksumTemplate = new Array<number>(checksumLength).fill(0);
const generators = [0x98f2bc8e61n, 0x79b76d99e2n, 0xf33e5fb3c4n, 0xae2eabe2a8n, 0x1e4f43e470n];

/** Hash length by the low three bits of the version byte: 20 bytes, or 32 for scripts. */
const hashLengths = new Map([
  [0, hashLength],
  [3, 32],
]);

export function readCashAddress(prefix: string, text: string): ReadAddress | null {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return null;
  const payload = lower.startsWith(`${prefix}:`) ? lower.slice(prefix.length + 1) : lower;
  const words = [...payload].map((letter) => letters.indexOf(letter));
  if (words.includes(-1) || checksumOf(prefix, words) !== 0n) return null;
  const bytes = bech32.fromWordsUnsafe(words.slice(0, -checksumLength));
  return bytes ? meaningOf(bytes) : null;
}

export function cashAddressShape(prefix: string): string {
  return `(${prefix}:)?[02-9ac-hj-np-z]{8,}|(${prefix.toUpperCase()}:)?[02-9AC-HJ-NP-Z]{8,}`;
}

function meaningOf(bytes: Uint8Array): ReadAddress | null {
  const [version = 0xff] = bytes;
  const hash = bytes.subarray(1);
  if (hash.length !== hashLengths.get(version & 7)) return null;
  const type = version >> 3;
  if (type === 1 || type === 3) return meaningOfScript('p2sh', hash);
  const isKeyHash = (type === 0 || type === 2) && hash.length === hashLength;
  return isKeyHash ? meaningOfScript('p2pkh', hash) : null;
}

/** Writes the prefix too: it is optional, but customary. */
export function writeCashAddress(prefix: string, keyHash: Uint8Array): string {
  const words = bech32.toWords(concatBytes(Uint8Array.of(0), keyHash));
  const checksum = checksumOf(prefix, [...words, ...checksumTemplate]);
  const checksumWords = checksumTemplate.map((_, index) => Number(checksum >> BigInt(35 - 5 * index)) & 31);
  return `${prefix}:${[...words, ...checksumWords].map((word) => letters[word]).join('')}`;
}

/** @returns 0 if the words end in a valid checksum. */
function checksumOf(prefix: string, words: readonly number[]): bigint {
  const prefixWords = [...prefix].map((letter) => letter.charCodeAt(0) & 31);
  let checksum = 1n;
  for (const word of [...prefixWords, 0, ...words]) {
    const top = Number(checksum >> 35n);
    checksum = ((checksum & 0x07ffffffffn) << 5n) ^ BigInt(word);
    for (const [bit, generator] of generators.entries()) if ((top >> bit) & 1) checksum ^= generator;
  }
  return checksum ^ 1n;
}
