import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressFormat,
  addressFormats,
  canonicalTransactionId,
  deriveTransactionId,
} from './address.ts';

const rulesOf = (addressFormat: AddressFormat) => ({ addressFormat });
const habits: Record<AddressFormat, RegExp> = {
  bitcoin: /^[0-9a-f]{64}$/,
  litecoin: /^[0-9a-f]{64}$/,
  evm: /^0x[0-9a-f]{64}$/,
  tron: /^[0-9a-f]{64}$/,
  ripple: /^[0-9A-F]{64}$/,
  monero: /^[0-9a-f]{64}$/,
  cardano: /^[0-9a-f]{64}$/,
  beacon: /^[0-9A-F]{64}$/,
  opaque: /^[0-9a-f]{64}$/,
};
const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('a derived transaction id follows the habit of its network, is canonical and differs for each seed', () => {
  fc.assert(
    fc.property(fc.constantFrom(...addressFormats), anySeed, anySeed, (format, one, two) => {
      const txId = deriveTransactionId(rulesOf(format), one);
      assert.match(txId, habits[format]);
      assert.equal(canonicalTransactionId(rulesOf(format), txId), txId);
      assert.equal(txId === deriveTransactionId(rulesOf(format), two), Buffer.compare(one, two) === 0);
    }),
  );
  assert.throws(() => deriveTransactionId(rulesOf('evm'), new Uint8Array(0)), RangeError);
});

test('a hexadecimal transaction id is any short alphanumeric text, so that the ids of the samples pass', () => {
  const good = [
    '0xdf33b22bdb2b28b1f75ccd201a4a4m6e7g83jy5fc5d5a9d1340961598cfcb0a1',
    'b3c6219639c8ae3f9cf010cdc24fw7f7yt8j1e063f9b4bd1a05cb44c4b6e2509',
    'z',
    'z'.repeat(128),
    `0x${'z'.repeat(128)}`,
  ];
  const bad = ['', '0x', 'z'.repeat(129), `0x${'z'.repeat(129)}`, 'a b', 'a-b', 'é', 'a\n', '\0'];
  for (const format of addressFormats.filter((each) => each !== 'opaque')) {
    for (const txId of good) assert.notEqual(canonicalTransactionId(rulesOf(format), txId), null, txId);
    for (const txId of bad) assert.equal(canonicalTransactionId(rulesOf(format), txId), null, txId);
  }
});

test('D3: a hexadecimal transaction id is one id in every case, with and without 0x', () => {
  for (const format of addressFormats) {
    const id = canonicalTransactionId(rulesOf(format), 'ab'.repeat(32));
    assert.notEqual(id, null);
    for (const text of ['AB'.repeat(32), 'aB'.repeat(32), `0x${'Ab'.repeat(32)}`, `0X${'ab'.repeat(32)}`]) {
      assert.equal(canonicalTransactionId(rulesOf(format), text), id, `${format} ${text}`);
    }
  }
});

test('D4: an opaque network takes a transaction id in Base64, and minds its case', () => {
  const id = 'Zk2+VqE3/1v0o8bMZ0d8rX9m3xq1lY6n0aQ7c2T5eUw=';
  const rules = rulesOf('opaque');
  assert.equal(canonicalTransactionId(rules, id), id);
  assert.equal(canonicalTransactionId(rules, id.toLowerCase()), id.toLowerCase());
  for (const text of ['', 'two words', 'é', 'a\n', 'x'.repeat(257)]) {
    assert.equal(canonicalTransactionId(rules, text), null, text);
  }
});
