/**
 * Monero mainnet addresses: a network byte, two public keys, for an integrated address a payment id, and four
 * bytes of Keccak-256, in Monero's own block-wise Base58. That the keys are points of the curve is not checked,
 * so a made-up address is well formed without being anyone's. One spelling each.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { base58xmr } from '@scure/base';
import { decodeOrNull } from './decoding.ts';

const standardByte = 18;
/** Standard, subaddress, integrated: the network byte and how many bytes an address has with it. */
const lengthByNetworkByte = new Map([
  [standardByte, 69],
  [42, 69],
  [19, 77],
]);
const checksumLength = 4;

export function readMoneroAddress(address: string): string | null {
  const bytes = decodeOrNull(() => base58xmr.decode(address));
  if (!bytes || lengthByNetworkByte.get(bytes[0] ?? -1) !== bytes.length) return null;
  const payload = bytes.subarray(0, -checksumLength);
  const expected = computeChecksum(payload);
  return expected.every((byte, index) => byte === bytes[payload.length + index]) ? address : null;
}

/** A standard address of a spend key and a view key, 32 bytes each. */
export function writeMoneroAddress(keys: Uint8Array): string {
  const payload = concatBytes(Uint8Array.of(standardByte), keys);
  return base58xmr.encode(concatBytes(payload, computeChecksum(payload)));
}

function computeChecksum(payload: Uint8Array): Uint8Array {
  return keccak_256(payload).subarray(0, checksumLength);
}
