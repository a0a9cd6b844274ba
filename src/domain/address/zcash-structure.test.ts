/** Unified addresses with a valid checksum but content that a sender must not pay to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blake2b } from '@noble/hashes/blake2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { bech32, bech32m } from '@scure/base';
import fc from 'fast-check';
import { readAddress } from './address.ts';
import { unjumble } from './f4jumble.ts';
import { rulesOf } from './published-addresses.ts';
import { writeHashAddress } from './script.ts';

const p2pkh = [0, 20, ...new Array<number>(20).fill(1)];
const p2sh = [1, 20, ...new Array<number>(20).fill(1)];
const sapling = [2, 43, ...new Array<number>(43).fill(2)];
const orchard = [3, 43, ...new Array<number>(43).fill(3)];
const unknown = [0x40, 2, 7, 7];

/** F4Jumble as defined in ZIP 316: the inverse of the code under test. */
function jumble(bytes: Uint8Array): Uint8Array {
  const length = Math.min(64, Math.floor(bytes.length / 2));
  const xor = (one: Uint8Array, two: Uint8Array) => one.map((byte, at) => byte ^ (two[at] ?? 0));
  const hash = (round: number, right: Uint8Array) =>
    blake2b(right, {
      dkLen: length,
      personalization: concatBytes(utf8ToBytes('UA_F4Jumble_H'), Uint8Array.of(round, 0, 0)),
    });
  const expand = (round: number, left: Uint8Array, size: number) =>
    concatBytes(
      ...Array.from({ length: Math.ceil(size / 64) }, (_, index) =>
        blake2b(left, {
          personalization: concatBytes(utf8ToBytes('UA_F4Jumble_G'), Uint8Array.of(round, index, 0)),
        }),
      ),
    ).subarray(0, size);
  const [a, b] = [bytes.subarray(0, length), bytes.subarray(length)];
  const x = xor(b, expand(0, a, b.length));
  const y = xor(a, hash(0, x));
  const d = xor(x, expand(1, y, b.length));
  return concatBytes(xor(y, hash(1, d)), d);
}

function unified(hrp: string, items: number[][], padding = hrp): string {
  const tail = new Uint8Array(16);
  tail.set(utf8ToBytes(padding));
  const bytes = jumble(concatBytes(Uint8Array.from(items.flat()), tail));
  return bech32m.encode(hrp, bech32m.toWords(bytes), 1000);
}

const keyOf = (address: string) => readAddress(rulesOf('zcash'), address)?.key;
const isAddress = (hrp: string, ...items: number[][]) => keyOf(unified(hrp, items)) !== undefined;

test('unjumbling reverses the jumbling of ZIP 316 for every address length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 48, maxLength: 600 }), (bytes) => {
      assert.deepEqual(unjumble(jumble(bytes)), bytes);
    }),
  );
  const [normal, jumbled] = [
    '5d7a8f739a2d9e945b0ce152a8049e294c4d6e66b164939daffa2ef6ee6921481cdd86b3cc4318d9614fc820905d042b',
    '0304d029141b995da5387c125970673504d6c764d91ea6c082123770c7139ccd88ee27368cd0c0921a0444c8e5858d22',
  ];
  assert.equal(Buffer.from(unjumble(Buffer.from(jumbled, 'hex'))).toString('hex'), normal);
});

test('a unified address has receivers in ascending order, at most one of each kind and at least one shielded', () => {
  assert.equal(isAddress('u', p2pkh, sapling, orchard), true);
  assert.equal(isAddress('u', sapling, unknown), true);
  assert.equal(isAddress('u', sapling, p2pkh), false, 'out of order');
  assert.equal(isAddress('u', sapling, sapling), false, 'twice');
  assert.equal(isAddress('u', p2pkh, p2sh, sapling), false, 'two transparent ones');
  assert.equal(
    isAddress('u', p2pkh, [0x40, 20, ...new Array<number>(20).fill(0)]),
    false,
    'transparent only',
  );
  assert.equal(isAddress('u', unknown, [0x41, 40, ...new Array<number>(40).fill(0)]), false, 'unknown only');
});

test('an address of the second revision declares which receivers it may have', () => {
  assert.equal(isAddress('zu', sapling, orchard), true);
  assert.equal(isAddress('zu', p2pkh, sapling), false);
  assert.equal(isAddress('tu', p2pkh, sapling), true);
  assert.equal(isAddress('tu', p2pkh, [0x40, 20, ...new Array<number>(20).fill(0)]), true);
});

test('a receiver of wrong length, wrong padding and a truncated item are rejected', () => {
  assert.equal(isAddress('u', [2, 42, ...new Array<number>(42).fill(2)]), false);
  assert.equal(isAddress('u', sapling, [0x40, 9, 1]), false, 'truncated');
  assert.equal(isAddress('u', sapling, [0xfd, 0x40, 0x00, 0]), false, 'not the shortest form');
  assert.equal(isAddress('u', sapling, [0xfd, 0x00, 0x01, 0]), true, 'a typecode of three bytes');
  assert.equal(keyOf(unified('u', [sapling, orchard], 'v')), undefined);
  assert.equal(keyOf(unified('utest', [sapling, orchard])), undefined);
});

test('metadata that senders must understand is rejected; other metadata is ignored', () => {
  assert.equal(isAddress('zu', sapling, [0xe0, 4, 0, 0, 0, 1]), false, 'an expiry');
  assert.equal(isAddress('u', sapling, [0xfc, 0]), false);
  assert.equal(isAddress('u', sapling, [0xc0, 0]), true);
});

test("an address with one receiver has the key of that receiver's own address in either revision", () => {
  const receiver = bech32.encodeFromBytes('zs', Uint8Array.from(sapling.slice(2)));
  for (const address of [unified('u', [sapling]), unified('zu', [sapling]), unified('tu', [sapling])]) {
    assert.equal(keyOf(address), keyOf(receiver) ?? 'none');
  }
  const transparent = writeHashAddress(0x1cb8, Uint8Array.from(p2pkh.slice(2)));
  const padded = [0xc0, 20, ...new Array<number>(20).fill(0)];
  assert.equal(keyOf(unified('tu', [p2pkh, padded])), keyOf(transparent) ?? 'none');
  assert.equal(keyOf(unified('u', [sapling, orchard])), keyOf(unified('zu', [sapling, orchard])) ?? 'none');
  assert.notEqual(keyOf(unified('u', [sapling, orchard])), keyOf(receiver));
  const withMetadata = unified('u', [sapling, orchard, [0xc0, 0]]);
  assert.equal(keyOf(withMetadata), keyOf(unified('u', [sapling, orchard])) ?? 'none');
});
