import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base58, base58xmr } from '@scure/base';
import fc from 'fast-check';
import { addressFormats, checkAddress, deriveAddress, deriveTransactionId, readAddress } from './address.ts';
import { bad, good, rulesOf } from './published-addresses.ts';

/** Formats with rules that an address can be checked against. */
const checkedFormats = addressFormats.filter((format) => format !== 'opaque');
/** Formats whose checksum is long enough to detect every change in practice. */
const checksummed = checkedFormats.filter(
  (format) => !['evm', 'solana', 'substrate', 'pattern'].includes(format),
);

/** Opaque addresses are excluded: they may happen to look like an address of another family. */
const anyFormat = fc.constantFrom(...checkedFormats);
const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const anyDerived = fc
  .tuple(anyFormat, anySeed)
  .map(([format, seed]) => ({ format, address: deriveAddress(rulesOf(format), seed) }));
const goodPairs = addressFormats.flatMap((format) =>
  (good[format] ?? []).map((address) => ({ format, address })),
);
const letters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];

for (const format of addressFormats) {
  test(`${format}: published addresses are accepted, foreign and malformed ones are rejected`, () => {
    for (const [kind, table] of Object.entries({ good, bad })) {
      const add = `add one to '${kind}' in src/domain/address/published-addresses.ts`;
      assert.ok(table[format]?.length, `${format} has no ${kind} address: ${add}`);
    }
    for (const address of good[format])
      assert.equal(checkAddress(rulesOf(format), address), true, `${format} rejects ${address}`);
    for (const address of bad[format])
      assert.equal(checkAddress(rulesOf(format), address), false, `${format} accepts ${address}`);
  });
}

test('a Zcash address of 141 or more characters is accepted', () => {
  const lengths = good.zcash.map((address) => address.length);
  assert.ok(lengths.includes(141) && lengths.some((length) => length > 300));
});

test("the XMR address in the specification's samples is rejected because its checksum is wrong", () => {
  const sample =
    '463tWEBn5XZJSxLU34r6g7h8jtxuNcDbjLSjkn3XAXHCbLrTTErJrBWYgHJQyrCwkNgYvyV3z8zctJLPCZy24jvb3NiTcTJ';
  assert.equal(base58xmr.decode(sample)[0], 18);
  assert.equal(checkAddress(rulesOf('monero'), sample), false);
});

test('one wrong character in an address with a checksum is rejected', () => {
  const isChecksummed = ({ format, address }: { format: string; address: string }) =>
    checksummed.some((each) => each === format) && !/^-?\d:/.test(address);
  const anyAddress = fc.oneof(anyDerived, fc.constantFrom(...goodPairs)).filter(isChecksummed);
  fc.assert(
    fc.property(anyAddress, fc.nat(), fc.constantFrom(...letters), ({ format, address }, place, letter) => {
      const at = place % address.length;
      fc.pre(address[at] !== letter);
      const wrong = address.slice(0, at) + letter + address.slice(at + 1);
      const advice = `if ${format} has no checksum, exclude it from 'checksummed' in address.test.ts`;
      assert.equal(checkAddress(rulesOf(format), wrong), false, `${format} accepts ${wrong}: ${advice}`);
    }),
    { numRuns: 2000 },
  );
});

test('every single wrong character in a Substrate address is rejected', () => {
  const [address = ''] = good.substrate;
  for (let at = 0; at < address.length; at++) {
    for (const letter of letters) {
      const wrong = address.slice(0, at) + letter + address.slice(at + 1);
      assert.equal(checkAddress(rulesOf('substrate'), wrong), wrong === address, wrong);
    }
  }
});

test('a mixed-case EVM address with one letter in the wrong case is rejected', () => {
  fc.assert(
    fc.property(anySeed, fc.integer({ min: 2, max: 41 }), (seed, at) => {
      const address = deriveAddress(rulesOf('evm'), seed);
      const letter = address[at]!;
      const flipped = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
      const digits = address.slice(2, at) + flipped + address.slice(at + 1);
      fc.pre(flipped !== letter && /[a-f]/.test(digits) && /[A-F]/.test(digits));
      assert.equal(checkAddress(rulesOf('evm'), `0x${digits}`), false);
    }),
  );
});

test('a derived EVM address is written with its checksum', () => {
  const address = deriveAddress(rulesOf('evm'), new Uint8Array(32));
  assert.match(address, /[A-F]/);
  assert.match(address.slice(2), /[a-f]/);
});

test('every single wrong digit in a mixed-case EVM address is rejected', () => {
  const address = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
  for (let at = 2; at < address.length; at++) {
    for (const digit of '0123456789abcdefABCDEF') {
      const wrong = address.slice(0, at) + digit + address.slice(at + 1);
      assert.equal(checkAddress(rulesOf('evm'), wrong), wrong === address, wrong);
    }
  }
});

test('a derived address is valid in its own family only, deterministic, and different for each seed', () => {
  const anyOther = fc.constantFrom(...checkedFormats);
  fc.assert(
    fc.property(anyDerived, anyOther, anySeed, anySeed, ({ format, address }, other, one, two) => {
      assert.equal(checkAddress(rulesOf(format), address), true, `${format} rejects ${address}`);
      assert.equal(readAddress(rulesOf(format), address)?.burn, undefined, `${format} ${address}`);
      const isAccepted = checkAddress(rulesOf(other), address);
      assert.equal(isAccepted, other === format, `${other} reads ${address} of ${format}`);
      const rules = rulesOf(format);
      const again = deriveAddress(rules, Uint8Array.from(one));
      assert.equal(deriveAddress(rules, one), again, `${format}: one seed, two addresses`);
      const areEqual = deriveAddress(rules, one) === deriveAddress(rules, two);
      assert.equal(areEqual, Buffer.compare(one, two) === 0, `${format}: two seeds, one address`);
      const haveEqualKeys =
        readAddress(rules, deriveAddress(rules, one))?.key ===
        readAddress(rules, deriveAddress(rules, two))?.key;
      assert.equal(haveEqualKeys, areEqual, `${format}: two addresses, one key`);
    }),
    { numRuns: 500 },
  );
  assert.throws(() => deriveAddress(rulesOf('evm'), new Uint8Array(31)), RangeError);
});

test('one seed yields a different owner in every format, and two different keys in a Monero address', () => {
  const seed = new Uint8Array(32);
  const tronOwner = Buffer.from(base58.decode(deriveAddress(rulesOf('tron'), seed)).subarray(1, 21)).toString(
    'hex',
  );
  assert.notEqual(deriveAddress(rulesOf('evm'), seed).toLowerCase(), `0x${tronOwner}`);
  assert.notEqual(deriveTransactionId(rulesOf('tron'), seed), deriveTransactionId(rulesOf('bitcoin'), seed));
  assert.ok(!deriveTransactionId(rulesOf('tron'), seed).startsWith(tronOwner));
  const keys = base58xmr.decode(deriveAddress(rulesOf('monero'), seed)).subarray(1, 65);
  assert.notDeepEqual(keys.subarray(0, 32), keys.subarray(32));
});

test('opaque addresses are compared verbatim, and a derived one is marked as simulated', () => {
  assert.match(deriveAddress(rulesOf('opaque'), new Uint8Array(32)), /^sim[0-9a-f]{40}$/);
  assert.equal(readAddress(rulesOf('opaque'), 'MiXed')?.key, 'MiXed');
});
