/**
 * Cardano mainnet payment addresses: Shelley (CIP-19, Bech32 `addr1…`, canonical in lower case) and Byron
 * (Base58 of CBOR with a CRC-32, one spelling). Stake addresses and testnet addresses are rejected.
 */

import { concatBytes } from '@noble/hashes/utils.js';
import { base58, bech32 } from '@scure/base';
import { present } from '../../boundary/present.ts';
import { cborMajor, createCborReader } from './cbor.ts';
import { decodeOrNull } from './decoding.ts';
import { type AddressFamily, isZero, readAs, shortText } from './family.ts';
import type { ReadAddress } from './rules.ts';
import { base58Letter, bech32Shape } from './shapes.ts';

const prefix = 'addr';
/** Loaded at its first use: it would take 5 ms of the start of each thread, and few servers need it. */
const zlib = () => process.getBuiltinModule('node:zlib');
const mainnet = 1;
/** Exceeds BIP-173's limit of 90: a base address has 103 characters. */
const longestShelley = 128;
const hashLength = 28;

export const cardano: AddressFamily = {
  text: shortText,
  shape: () => `${bech32Shape(prefix)}|${base58Letter}{50,128}`,
  read: (text) => readShelleyAddress(text) ?? readByronAddress(text),
  ownerLength: 2 * hashLength,
  // A base address: mainnet, type 0, a payment key hash and a stake key hash.
  write: (keyHashes) =>
    bech32.encode(prefix, bech32.toWords(concatBytes(Uint8Array.of(mainnet), keyHashes)), longestShelley),
  tagRule: null,
};

function readShelleyAddress(address: string): ReadAddress | null {
  const decoded = bech32.decodeUnsafe(address, longestShelley);
  if (decoded?.prefix !== prefix) return null;
  const bytes = bech32.fromWordsUnsafe(decoded.words);
  if (!bytes || bytes.length <= hashLength || (present(bytes[0]) & 0x0f) !== mainnet) return null;
  if (!hasLengthOfType(present(bytes[0]) >> 4, bytes)) return null;
  return readAs(address.toLowerCase(), isZero(bytes.subarray(1, 1 + hashLength)));
}

/**
 * Types 0–3 end in a stake hash, 4 and 5 in a pointer to one, 6 and 7 in neither; other types cannot receive payments.
 */
function hasLengthOfType(type: number, bytes: Uint8Array): boolean {
  if (type <= 3) return bytes.length === 1 + 2 * hashLength;
  if (type <= 5) return isPointer(bytes.subarray(1 + hashLength));
  return type <= 7 && bytes.length === 1 + hashLength;
}

/** The largest slot, transaction index and certificate index that the ledger accepts in a pointer. */
const pointerLimits = [0xffff_ffff, 0xffff, 0xffff];

/**
 * Three variable-length integers of 7-bit groups; the high bit marks all but the last group. Padding is not allowed.
 */
function isPointer(bytes: Uint8Array): boolean {
  let at = 0;
  for (const limit of pointerLimits) {
    if (bytes[at] === 0x80) return false;
    let value = 0;
    let byte: number | undefined;
    do {
      byte = bytes[at++];
      if (byte === undefined) return false;
      value = value * 0x80 + (byte & 0x7f);
      if (value > limit) return false;
    } while (byte >= 0x80);
  }
  return at === bytes.length;
}

const derivationPathAttribute = 1;
/** Public key and redemption addresses. */
const byronTypes = [0, 2];

function readByronAddress(address: string): ReadAddress | null {
  const isValid = decodeOrNull(() => isByronAddress(base58.decode(address)));
  return isValid ? { key: address } : null;
}

/** `[24(payload), crc32(payload)]`. Throws if the bytes are not the expected CBOR. */
function isByronAddress(bytes: Uint8Array): boolean {
  const reader = createCborReader(bytes);
  if (reader.readHead(cborMajor.array) !== 2 || reader.readHead(cborMajor.tag) !== 24) return false;
  const payload = reader.readBytes();
  return (
    reader.readHead(cborMajor.unsigned) === zlib().crc32(payload) &&
    reader.isAtEnd() &&
    isByronPayload(payload)
  );
}

/** `[hash, attributes, type]`. A network magic in the attributes marks a testnet address. */
function isByronPayload(payload: Uint8Array): boolean {
  const reader = createCborReader(payload);
  if (reader.readHead(cborMajor.array) !== 3 || reader.readBytes().length !== hashLength) return false;
  const attributeCount = reader.readHead(cborMajor.map);
  if (attributeCount > 1) return false;
  if (attributeCount === 1) {
    if (reader.readHead(cborMajor.unsigned) !== derivationPathAttribute) return false;
    reader.readBytes();
  }
  return byronTypes.includes(reader.readHead(cborMajor.unsigned)) && reader.isAtEnd();
}
