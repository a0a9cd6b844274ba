/**
 * Stellar accounts (SEP-23): `G…`, an Ed25519 key, and `M…`, the same key with a 64-bit id that acts as a memo. Both
 * mean the account. Contracts, pools and balances (`C…`, `L…`, `B…`) cannot receive payments and are rejected.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import { base32nopad } from '@scure/base';
import { crc16 } from './crc16.ts';
import { decodeOrNull } from './decoding.ts';
import { type AddressFamily, isZero, readAs, shortText } from './family.ts';

const accountVersion = 6 << 3;
const muxedVersion = 12 << 3;
const keyLength = 32;
const idLength = 8;
const checksumLength = 2;

/** One spelling each: the decoder rejects padding and non-zero unused bits. */
export const stellar: AddressFamily = {
  text: shortText,
  shape: () => 'G[A-Z2-7]{55}|M[A-Z2-7]{68}',
  read(text) {
    const payload = readPayload(text);
    if (payload === null) return null;
    const key = payload.subarray(1, 1 + keyLength);
    if (payload[0] === accountVersion && payload.length === 1 + keyLength) return readAs(text, isZero(key));
    if (payload[0] !== muxedVersion || payload.length !== 1 + keyLength + idLength) return null;
    const id = Buffer.from(payload.subarray(-idLength)).readBigUInt64BE();
    return { ...readAs(write(key), isZero(key)), tag: id.toString() };
  },
  ownerLength: keyLength,
  write,
  // A text memo, or the digits of a numeric memo.
  tagRule: { kind: 'text', maxBytes: 28 },
};

function readPayload(text: string): Uint8Array | null {
  const bytes = decodeOrNull(() => base32nopad.decode(text));
  if (bytes === null || bytes.length <= checksumLength) return null;
  const payload = bytes.subarray(0, -checksumLength);
  const [low, high] = bytes.subarray(-checksumLength);
  const crc = crc16(payload);
  return low === (crc & 0xff) && high === crc >> 8 ? payload : null;
}

function write(key: Uint8Array): string {
  const payload = concatBytes(Uint8Array.of(accountVersion), key);
  const crc = crc16(payload);
  return base32nopad.encode(concatBytes(payload, Uint8Array.of(crc & 0xff, crc >> 8)));
}
