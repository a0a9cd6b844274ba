/** Addresses with a valid checksum but content that the network would not accept as a destination. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { base58, base58xmr, base58xrp, base64url, bech32 } from '@scure/base';
import { checkAddress, readAddress } from './address.ts';
import { writeBase58Check } from './base58check.ts';
import { crc16 } from './crc16.ts';
import { rulesOf } from './published-addresses.ts';

const bytesOf = (length: number) => new Array<number>(length).fill(0xab);

function isShelley(...bytes: number[]): boolean {
  return checkAddress(
    { addressFormat: 'cardano' },
    bech32.encode('addr', bech32.toWords(Uint8Array.from(bytes)), 128),
  );
}

test('a Shelley address must match the network, type and length in its header', () => {
  assert.equal(isShelley(0x01, ...bytesOf(56)), true);
  assert.equal(isShelley(0x61, ...bytesOf(28)), true);
  assert.equal(isShelley(0x00, ...bytesOf(56)), false, 'testnet');
  assert.equal(isShelley(0x01, ...bytesOf(55)), false);
  assert.equal(isShelley(0x01, ...bytesOf(57)), false);
  assert.equal(isShelley(0x01, ...bytesOf(28)), false);
  assert.equal(isShelley(0x61, ...bytesOf(56)), false);
  assert.equal(isShelley(0x61), false);
  for (const header of [0x81, 0x91, 0xe1, 0xf1]) assert.equal(isShelley(header, ...bytesOf(28)), false);
});

test('a Shelley pointer is three integers in shortest form within the limits of the ledger', () => {
  const isPointer = (...pointer: number[]) => isShelley(0x41, ...bytesOf(28), ...pointer);
  assert.equal(isPointer(0, 0, 0), true);
  assert.equal(isPointer(0x8f, 0xff, 0xff, 0xff, 0x7f, 0x83, 0xff, 0x7f, 0x83, 0xff, 0x7f), true);
  assert.equal(isPointer(0x90, 0x80, 0x80, 0x80, 0x00, 0, 0), false, 'the slot is too large');
  assert.equal(isPointer(0, 0x84, 0x80, 0x00, 0), false, 'the transaction index is too large');
  assert.equal(isPointer(0x80, 0x01, 0, 0), false, 'padded');
  assert.equal(isPointer(0, 0), false);
  assert.equal(isPointer(0, 0, 0x81), false, 'the last number is unterminated');
  assert.equal(isPointer(0, 0, 0, 0), false);
  assert.equal(isPointer(), false);
});

const root = [0x58, 28, ...bytesOf(28)];
const plain = [0x83, ...root, 0xa0, 0x00];

function crcOf(payload: number[]): number[] {
  const crc = crc32(Uint8Array.from(payload));
  return [0x1a, crc >>> 24, (crc >>> 16) & 0xff, (crc >>> 8) & 0xff, crc & 0xff];
}

function isByron(payload: number[], crc = crcOf(payload), trailing: number[] = []): boolean {
  const bytes = [0x82, 0xd8, 0x18, 0x58, payload.length, ...payload, ...crc, ...trailing];
  return checkAddress({ addressFormat: 'cardano' }, base58.encode(Uint8Array.from(bytes)));
}

test('a Byron address holds a hash, mainnet attributes, a type, and the right CRC', () => {
  assert.equal(isByron(plain), true);
  assert.equal(isByron([0x83, ...root, 0xa0, 0x02]), true, 'redemption');
  assert.equal(isByron([0x83, ...root, 0xa1, 0x01, 0x41, 0x07, 0x00]), true, 'with a derivation path');
  assert.equal(
    isByron([0x83, ...root, 0xa1, 0x02, 0x45, 0x1a, 0x41, 0x70, 0xcb, 0x17, 0x00]),
    false,
    'testnet',
  );
  assert.equal(isByron([0x83, ...root, 0xa2, 0x01, 0x41, 0x07, 0x01, 0x41, 0x07, 0x00]), false);
  assert.equal(isByron([0x83, ...root, 0xa0, 0x01]), false, 'unknown type');
  assert.equal(isByron([0x83, 0x58, 27, ...bytesOf(27), 0xa0, 0x00]), false, 'hash too short');
  assert.equal(isByron([0x83, ...root, 0xa2, 0x00]), false, 'fewer attributes than announced');
  assert.equal(isByron([0xa3, ...root, 0xa0, 0x00]), false, 'a map in place of an array');
  assert.equal(isByron([0x84, ...root, 0xa0, 0x00, 0x00]), false);
  assert.equal(isByron([...plain, 0x00]), false, 'trailing bytes after the type');
  assert.equal(isByron(plain.slice(0, -1)), false, 'missing type');
  assert.equal(isByron(plain, crcOf([...plain, 0])), false, 'a wrong CRC');
  assert.equal(isByron(plain, crcOf(plain), [0]), false, 'trailing bytes after the CRC');
  assert.equal(isByron(plain, [0x1b, 0, 0, 0, 0, ...crcOf(plain).slice(1)]), false, 'not the shortest form');
});

test('a Byron address in non-canonical CBOR is rejected', () => {
  assert.equal(isByron([0x83, 0x59, 0, 28, ...bytesOf(28), 0xa0, 0x00]), false);
  assert.equal(isByron([0x83, ...root, 0xa0, 0x18, 0x00]), false);
});

test('a Byron address longer than any wallet creates is rejected', () => {
  const withPath = (length: number) => [0x83, ...root, 0xa1, 0x01, 0x58, length, ...bytesOf(length), 0x00];
  assert.equal(isByron(withPath(30)), true);
  assert.equal(isByron(withPath(60)), false);
});

test('a Base58Check address with more or fewer bytes than its checksum covers is rejected', () => {
  const valid = base58.decode('1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa');
  assert.equal(
    checkAddress({ addressFormat: 'bitcoin' }, base58.encode(Uint8Array.from([...valid, 0]))),
    false,
  );
  for (let length = 0; length < valid.length; length++) {
    assert.equal(checkAddress({ addressFormat: 'bitcoin' }, base58.encode(valid.subarray(0, length))), false);
  }
});

function isMonero(...payload: number[]): boolean {
  const bytes = Uint8Array.from(payload);
  return checkAddress(
    { addressFormat: 'monero' },
    base58xmr.encode(Uint8Array.from([...bytes, ...keccak_256(bytes).subarray(0, 4)])),
  );
}

test('a Monero address must have a mainnet network byte and the matching length', () => {
  assert.equal(isMonero(18, ...bytesOf(64)), true);
  assert.equal(isMonero(42, ...bytesOf(64)), true);
  assert.equal(isMonero(19, ...bytesOf(72)), true);
  assert.equal(isMonero(19, ...bytesOf(64)), false);
  assert.equal(isMonero(18, ...bytesOf(72)), false);
  assert.equal(isMonero(42, ...bytesOf(72)), false);
  for (const networkByte of [0, 24, 36, 53, 63]) assert.equal(isMonero(networkByte, ...bytesOf(64)), false);
});

test('an X-address has no tag or a 32-bit tag; other flags are reserved', () => {
  const packed = (flags: number, ...tag: number[]) =>
    readAddress(
      rulesOf('ripple'),
      writeBase58Check(base58xrp, Uint8Array.of(0x05, 0x44, ...bytesOf(20), flags, ...tag)),
    );
  assert.equal(packed(1, 1, 0, 0, 0, 0, 0, 0, 0)?.tag, '1');
  assert.equal(packed(0, 0, 0, 0, 0, 0, 0, 0, 0)?.tag, undefined);
  assert.equal(packed(0, 1, 0, 0, 0, 0, 0, 0, 0), null, 'a tag despite the no-tag flag');
  assert.equal(packed(1, 1, 0, 0, 0, 1, 0, 0, 0), null, 'a tag longer than 32 bits');
  assert.equal(packed(2, 1, 0, 0, 0, 0, 0, 0, 0), null, 'reserved for 64-bit tags');
  assert.equal(packed(3, 1, 0, 0, 0, 0, 0, 0, 0), null);
  assert.equal(packed(1, 1, 0, 0, 0, 0, 0, 0), null, 'one byte short');
});

test('a Cosmos account has 20 or 32 bytes, a BNB Beacon Chain account 20', () => {
  const isAccount = (format: 'cosmos' | 'beacon', hrp: string, length: number) =>
    checkAddress(rulesOf(format), bech32.encode(hrp, bech32.toWords(Uint8Array.from(bytesOf(length)))));
  for (const length of [19, 20, 21, 31, 32, 33]) {
    const isCosmos = isAccount('cosmos', 'cosmos', length);
    assert.equal(isCosmos, length === 20 || length === 32, `cosmos: ${length} bytes`);
    assert.equal(isAccount('beacon', 'bnb', length), length === 20, `beacon: ${length} bytes`);
  }
});

test('a user-friendly TON address is on the basic chain or the masterchain and is not testnet-only', () => {
  const isFriendly = (flag: number, workchain: number) => {
    const bytes = Buffer.from([flag, workchain, ...bytesOf(32), 0, 0]);
    bytes.writeUInt16BE(crc16(bytes.subarray(0, -2)), 34);
    return checkAddress(rulesOf('ton'), base64url.encode(bytes));
  };
  for (const flag of [0x11, 0x51]) {
    assert.equal(isFriendly(flag, 0), true);
    assert.equal(isFriendly(flag, 0xff), true);
    assert.equal(isFriendly(flag, 1), false);
    assert.equal(isFriendly(flag | 0x80, 0), false);
  }
  assert.equal(isFriendly(0x31, 0), false, 'unknown flag');
});
