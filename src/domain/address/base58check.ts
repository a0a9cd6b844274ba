/**
 * Base58Check addresses: one version byte, 20 bytes of account or script hash, four bytes of double SHA-256.
 * Each has exactly one spelling, so the canonical one is the text itself.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { base58, base58xrp } from '@scure/base';
import { decodeOrNull } from './decoding.ts';

export interface Base58CheckRules {
  alphabet: typeof base58;
  versions: readonly number[];
}

/** P2PKH, P2SH. */
export const bitcoinBase58: Base58CheckRules = { alphabet: base58, versions: [0x00, 0x05] };
/** P2PKH, P2SH, and P2SH as it was spelled before it got a version of its own. */
export const litecoinBase58: Base58CheckRules = { alphabet: base58, versions: [0x30, 0x32, 0x05] };
export const tronBase58: Base58CheckRules = { alphabet: base58, versions: [0x41] };
/** Classic addresses only: an X-address carries its tag inside, and here the tag is a field of its own. */
export const rippleBase58: Base58CheckRules = { alphabet: base58xrp, versions: [0x00] };

const payloadLength = 21;
const checksumLength = 4;

export function readBase58CheckAddress(rules: Base58CheckRules, address: string): string | null {
  const bytes = decodeOrNull(() => rules.alphabet.decode(address));
  if (bytes?.length !== payloadLength + checksumLength) return null;
  if (!rules.versions.includes(bytes[0]!)) return null;
  const expected = computeChecksum(bytes.subarray(0, payloadLength));
  return expected.every((byte, index) => byte === bytes[payloadLength + index]) ? address : null;
}

export function writeBase58CheckAddress(rules: Base58CheckRules, hash: Uint8Array): string {
  const payload = concatBytes(Uint8Array.of(rules.versions[0]!), hash);
  return rules.alphabet.encode(concatBytes(payload, computeChecksum(payload)));
}

function computeChecksum(payload: Uint8Array): Uint8Array {
  return sha256(sha256(payload)).subarray(0, checksumLength);
}
