import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressFormat,
  addressFormats,
  checkAddressTag,
  checkTransactionId,
  deriveTag,
  deriveTransactionId,
  formatHasTags,
} from './address.ts';

const tagged: AddressFormat[] = ['ripple', 'monero', 'beacon', 'opaque'];
const untagged = addressFormats.filter((format) => !tagged.includes(format));

function assertTags(format: AddressFormat, good: string[], bad: string[]): void {
  for (const tag of good) assert.equal(checkAddressTag(format, tag), true, `${format} ${tag}`);
  for (const tag of bad) assert.equal(checkAddressTag(format, tag), false, `${format} ${tag}`);
}

test('an XRP destination tag is a whole number of 32 bits in its one spelling', () => {
  const bad = [
    '',
    '4294967296',
    '99999999999',
    '-1',
    '+1',
    '01',
    '00',
    '1.0',
    '1e3',
    ' 1',
    '1\n',
    '0x1',
    '١',
  ];
  assertTags('ripple', ['0', '1', '1231212', '4294967295'], bad);
});

test('an XMR payment id is 16 or 64 hex digits, or a decimal number as in the samples', () => {
  const good = ['342341222', '0', '9'.repeat(20), 'a'.repeat(16), 'AF'.repeat(32), '0'.repeat(64)];
  const bad = ['', '9'.repeat(21), 'a'.repeat(15), 'a'.repeat(17), 'g'.repeat(16), 'a'.repeat(65), '1\n'];
  assertTags('monero', good, bad);
});

test('a BNB memo, and an opaque tag, is 1 to 128 printable characters of ASCII', () => {
  const bad = ['', 'x'.repeat(129), 'é', 'a\tb', 'a\n', '\0'];
  for (const format of ['beacon', 'opaque'] as const) {
    assertTags(format, ['1', ' ', 'memo ~!', 'x'.repeat(128)], bad);
  }
});

test('networks without tags refuse every tag and derive none', () => {
  for (const format of untagged) {
    assertTags(format, [], ['', '0', '1', '342341222']);
    assert.equal(formatHasTags(format), false);
    assert.equal(deriveTag(format, 0), null);
  }
});

test('derived tags are valid decimal numbers, different for each index', () => {
  const anyIndex = fc.integer({ min: 0, max: 0xffff_ffff - 100_000_000 });
  fc.assert(
    fc.property(fc.constantFrom(...tagged), anyIndex, anyIndex, (format, one, two) => {
      const tag = deriveTag(format, one)!;
      assert.match(tag, /^[1-9][0-9]*$/);
      assert.equal(checkAddressTag(format, tag), true);
      assert.equal(tag === deriveTag(format, two), one === two);
    }),
  );
  for (const format of tagged) {
    assert.equal(formatHasTags(format), true);
    assert.equal(checkAddressTag(format, deriveTag(format, 0xffff_ffff - 100_000_000)!), true);
    for (const index of [-1, 0.5, Number.NaN, 0xffff_ffff])
      assert.throws(() => deriveTag(format, index), RangeError);
  }
});

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

test('a derived transaction id follows the habit of its network and differs for each seed', () => {
  const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(fc.constantFrom(...addressFormats), anySeed, anySeed, (format, one, two) => {
      const txId = deriveTransactionId(format, one);
      assert.match(txId, habits[format]);
      assert.equal(checkTransactionId(format, txId), true);
      assert.equal(txId === deriveTransactionId(format, two), Buffer.compare(one, two) === 0);
    }),
  );
  assert.throws(() => deriveTransactionId('evm', new Uint8Array(0)), RangeError);
});

test('a transaction id is any short alphanumeric text, so that the ids of the samples pass', () => {
  const good = [
    '0xdf33b22bdb2b28b1f75ccd201a4a4m6e7g83jy5fc5d5a9d1340961598cfcb0a1',
    'b3c6219639c8ae3f9cf010cdc24fw7f7yt8j1e063f9b4bd1a05cb44c4b6e2509',
    'z',
    'z'.repeat(128),
    `0x${'z'.repeat(128)}`,
  ];
  const bad = ['', '0x', 'z'.repeat(129), `0x${'z'.repeat(129)}`, 'a b', 'a-b', 'é', 'a\n', '\0'];
  for (const format of addressFormats) {
    for (const txId of good) assert.equal(checkTransactionId(format, txId), true, txId);
    for (const txId of bad) assert.equal(checkTransactionId(format, txId), false, txId);
  }
});
