/**
 * Monero mainnet addresses: a network byte, two public keys, a payment id (integrated addresses only), and four bytes
 * of Keccak-256, in Monero's own block-wise Base58. An integrated address means the standard address of the same keys
 * with the payment id as its tag. The keys are not checked to be points on the curve, so a derived address is well
 * formed although nobody owns it.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { base58xmr } from '@scure/base';
import { decodeOrNull } from './decoding.ts';
import { type AddressFamily, isZero, readAs, shortText } from './family.ts';
import { base58Letter } from './shapes.ts';

const standardByte = 18;
const integratedByte = 19;
const subaddressByte = 42;
const keysLength = 64;
const spendKeyLength = 32;
const paymentIdLength = 8;
const checksumLength = 4;

export const monero: AddressFamily = {
  text: shortText,
  shape: () => `[48]${base58Letter}{94}|4${base58Letter}{105}`,
  read(text) {
    const payload = readPayload(text);
    if (payload === null) return null;
    const keys = payload.subarray(1, 1 + keysLength);
    const isBurn = isZero(keys.subarray(0, spendKeyLength));
    const rest = payload.subarray(1 + keysLength);
    if (payload[0] === integratedByte && rest.length === paymentIdLength) {
      return { ...readAs(write(keys), isBurn), tag: bytesToHex(rest) };
    }
    const isKnown = payload[0] === standardByte || payload[0] === subaddressByte;
    return isKnown && keys.length === keysLength && rest.length === 0 ? readAs(text, isBurn) : null;
  },
  ownerLength: keysLength,
  write,
  tagRule: { kind: 'payment-id' },
};

function readPayload(text: string): Uint8Array | null {
  const bytes = decodeOrNull(() => base58xmr.decode(text));
  if (bytes === null || bytes.length <= checksumLength) return null;
  const payload = bytes.subarray(0, -checksumLength);
  const expected = computeChecksum(payload);
  return expected.every((byte, index) => byte === bytes[payload.length + index]) ? payload : null;
}

/** Writes the standard address of a spend key and a view key, 32 bytes each. */
function write(keys: Uint8Array): string {
  const payload = concatBytes(Uint8Array.of(standardByte), keys);
  return base58xmr.encode(concatBytes(payload, computeChecksum(payload)));
}

function computeChecksum(payload: Uint8Array): Uint8Array {
  return keccak_256(payload).subarray(0, checksumLength);
}
