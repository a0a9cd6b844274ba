/** Substrate chains (SS58): Base58 of a chain prefix, a 32-byte account, and two bytes of BLAKE2b, in one spelling. */
import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base58 } from '@scure/base';
import { decodeOrNull } from './decoding.ts';
import { type AddressFamily, isZero, readAs, shortText } from './family.ts';
import { base58Letter } from './shapes.ts';

const accountLength = 32;
const checksumLength = 2;
export const maxSs58Prefix = 0x3fff;

export const substrate: AddressFamily = {
  text: shortText,
  shape: () => `${base58Letter}{40,60}`,
  read(text, { addressPrefix = 0 }) {
    const bytes = decodeOrNull(() => base58.decode(text));
    const prefix = prefixBytes(addressPrefix);
    if (bytes?.length !== prefix.length + accountLength + checksumLength) return null;
    if (!prefix.every((byte, index) => byte === bytes[index])) return null;
    const payload = bytes.subarray(0, -checksumLength);
    const isWhole = computeChecksum(payload).every((byte, index) => byte === bytes[payload.length + index]);
    return isWhole ? readAs(text, isZero(payload.subarray(prefix.length))) : null;
  },
  ownerLength: accountLength,
  write(account, { addressPrefix = 0 }) {
    const payload = concatBytes(prefixBytes(addressPrefix), account);
    return base58.encode(concatBytes(payload, computeChecksum(payload)));
  },
  tagRule: null,
  parameters: { addressPrefix: 'required' },
};

/** One byte up to 63; larger prefixes take two, with a marker bit in the first and the low bits spread over both. */
function prefixBytes(prefix: number): Uint8Array {
  if (prefix < 64) return Uint8Array.of(prefix);
  return Uint8Array.of(((prefix & 0xfc) >> 2) | 0x40, (prefix >> 8) | ((prefix & 3) << 6));
}

function computeChecksum(payload: Uint8Array): Uint8Array {
  return blake2b(concatBytes(utf8ToBytes('SS58PRE'), payload)).subarray(0, checksumLength);
}
