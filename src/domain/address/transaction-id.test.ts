import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressFormat,
  addressFormats,
  canonicalTransactionId,
  completeTransactionId,
  deriveTransactionId,
} from './address.ts';
import { rulesOf } from './published-addresses.ts';

/** All other families use 64 lower-case hexadecimal digits. */
const habits: Partial<Record<AddressFormat, RegExp>> = {
  evm: /^0x[0-9a-f]{64}$/,
  ripple: /^[0-9A-F]{64}$/,
  solana: /^[1-9A-HJ-NP-Za-km-z]{86,88}$/,
  ton: /^[0-9A-Za-z+/]{43}=$/,
  cosmos: /^[0-9A-F]{64}$/,
  substrate: /^0x[0-9a-f]{64}$/,
  beacon: /^[0-9A-F]{64}$/,
};
/** Families whose ids may be any printable text. */
const ofAnyText: AddressFormat[] = ['pattern', 'opaque'];
/** Families whose ids may be Base64; hexadecimal ones are accepted too. */
const inBase64: AddressFormat[] = ['ton', ...ofAnyText];
const inBase58: AddressFormat[] = ['solana'];
const hexadecimal = addressFormats.filter((format) => ![...inBase64, ...inBase58].includes(format));
const isHexadecimal = 'is taken for hexadecimal: if it is not, add it to a list of transaction-id.test.ts';
const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("a derived transaction id has its network's format, is canonical and differs for each seed", () => {
  fc.assert(
    fc.property(fc.constantFrom(...addressFormats), anySeed, anySeed, (format, one, two) => {
      const txId = deriveTransactionId(rulesOf(format), one);
      const advice = "if the network writes ids like this, add their form to 'habits'";
      assert.match(txId, habits[format] ?? /^[0-9a-f]{64}$/, `${format} ${txId}: ${advice}`);
      assert.equal(canonicalTransactionId(rulesOf(format), txId), txId, format);
      const isSame = txId === deriveTransactionId(rulesOf(format), two);
      assert.equal(isSame, Buffer.compare(one, two) === 0, `${format}: two seeds, one id`);
    }),
  );
  assert.throws(() => deriveTransactionId(rulesOf('evm'), new Uint8Array(0)), RangeError);
});

test("a hexadecimal transaction id is any short alphanumeric text, as in the specification's samples", () => {
  const good = [
    '0xdf33b22bdb2b28b1f75ccd201a4a4m6e7g83jy5fc5d5a9d1340961598cfcb0a1',
    'b3c6219639c8ae3f9cf010cdc24fw7f7yt8j1e063f9b4bd1a05cb44c4b6e2509',
    'z',
    'z'.repeat(128),
    `0x${'z'.repeat(128)}`,
  ];
  const bad = ['', '0x', 'z'.repeat(129), `0x${'z'.repeat(129)}`, 'a b', 'a-b', 'é', 'a\n', '\0'];
  for (const format of hexadecimal) {
    const rules = rulesOf(format);
    for (const txId of good) {
      const advice = `${format} ${isHexadecimal}: ${txId}`;
      assert.notEqual(canonicalTransactionId(rules, txId), null, advice);
    }
    for (const txId of bad) {
      assert.equal(canonicalTransactionId(rules, txId), null, `${format} ${JSON.stringify(txId)}`);
    }
  }
});

test('hexadecimal transaction ids are equal regardless of case and 0x prefix', () => {
  for (const format of [...hexadecimal, ...inBase64]) {
    const id = canonicalTransactionId(rulesOf(format), 'ab'.repeat(32));
    assert.notEqual(id, null, `${format} ${isHexadecimal}`);
    for (const text of ['AB'.repeat(32), 'aB'.repeat(32), `0x${'Ab'.repeat(32)}`, `0X${'ab'.repeat(32)}`]) {
      assert.equal(canonicalTransactionId(rulesOf(format), text), id, `${format} ${text}`);
    }
  }
});

test('Base64 transaction ids are accepted where the network uses them and are case-sensitive', () => {
  const id = 'Zk2+VqE3/1v0o8bMZ0d8rX9m3xq1lY6n0aQ7c2T5eUw=';
  for (const format of inBase64) {
    const rules = rulesOf(format);
    assert.equal(canonicalTransactionId(rules, id), id, format);
    assert.notEqual(canonicalTransactionId(rules, id.replace('Z', 'z')), id, format);
    for (const text of ['', 'two words', 'é', 'a\n', 'x'.repeat(257)]) {
      assert.equal(canonicalTransactionId(rules, text), null, `${format} ${text}`);
    }
  }
});

test('a TON hash is the same id in Base64, URL-safe Base64 and hexadecimal', () => {
  const id = 'Zk2+VqE3/1v0o8bMZ0d8rX9m3xq1lY6n0aQ7c2T5eUw=';
  const digits = Buffer.from(id, 'base64').toString('hex');
  const urlSafe = id.replaceAll('+', '-').replaceAll('/', '_');
  for (const text of [urlSafe, urlSafe.slice(0, -1), digits, digits.toUpperCase(), `0x${digits}`]) {
    assert.equal(canonicalTransactionId(rulesOf('ton'), text), id, text);
  }
  assert.equal(canonicalTransactionId(rulesOf('ton'), `${id.slice(0, -2)}x=`), null, 'unused bits are set');
});

test('Solana signatures are case-sensitive', () => {
  const id = '5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW';
  assert.equal(canonicalTransactionId(rulesOf('solana'), id), id);
  assert.notEqual(canonicalTransactionId(rulesOf('solana'), id.replace('V', 'v')), id);
  for (const text of ['0', 'O', 'I', 'l', '0xab', 'a b', '']) {
    assert.equal(canonicalTransactionId(rulesOf('solana'), text), null, text);
  }
});

test('a complete transaction id has the length and the characters of its network', () => {
  fc.assert(
    fc.property(fc.constantFrom(...addressFormats), anySeed, (format, seed) => {
      const rules = rulesOf(format);
      const txId = deriveTransactionId(rules, seed);
      assert.equal(completeTransactionId(rules, txId), txId, format);
      if (ofAnyText.includes(format)) return;
      // The padding of Base64 may be left out; 64 bytes in Base58 have 87 or 88 characters, so that one more or less
      // can still be a complete id.
      const shorter = txId.replace(/=$/, '').slice(0, inBase58.includes(format) ? -2 : -1);
      for (const wrong of [shorter, `${shorter}!`, `${txId}11`, 'zz', '1', 't1']) {
        assert.equal(completeTransactionId(rules, wrong), null, `${format} ${wrong}`);
      }
    }),
  );
  for (const format of hexadecimal) {
    const rules = rulesOf(format);
    const id = completeTransactionId(rules, `0X${'Ab'.repeat(32)}`);
    const canonical = canonicalTransactionId(rules, 'ab'.repeat(32));
    assert.equal(id, canonical, `${format} ${isHexadecimal}: any spelling of a complete id`);
    assert.equal(completeTransactionId(rules, `${'a'.repeat(63)}g`), null, format);
    assert.equal(completeTransactionId(rules, `0x0x${'a'.repeat(62)}`), null, format);
  }
  for (const format of ofAnyText) {
    const rules = rulesOf(format);
    for (const text of ['t1', 'x'.repeat(256)])
      assert.equal(completeTransactionId(rules, text), text, format);
    for (const text of ['', 'two words', 'é', 'x'.repeat(257)])
      assert.equal(completeTransactionId(rules, text), null, `${format} ${text}`);
  }
});
