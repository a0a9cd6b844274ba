import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressFormat,
  addressFormats,
  addressKeyOf,
  canonicalTransactionId,
  checkAddress,
  checkTag,
  defaultTagRule,
  deriveAddress,
} from './address.ts';

const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const rulesOf = (addressFormat: AddressFormat) => ({ addressFormat });
const tagRules = addressFormats.map((format) => defaultTagRule(format)).filter((rule) => rule !== null);
const anyFormat = fc.constantFrom(...addressFormats);
const anyDerived = fc
  .tuple(anyFormat, fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([format, seed]) => deriveAddress(rulesOf(format), seed));

function readEverything(format: AddressFormat, text: string): void {
  checkAddress(rulesOf(format), text);
  addressKeyOf(rulesOf(format), text);
  for (const rule of tagRules) checkTag(rule, text);
  canonicalTransactionId(rulesOf(format), text);
}

test('no text makes a check throw, be it junk, unicode, NUL or a damaged address', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...alphanumeric), maxLength: 130 }),
    fc
      .tuple(anyDerived, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([address, at, junk]) => address.slice(0, at % 110) + junk + address.slice((at % 110) + 1)),
  );
  fc.assert(
    fc.property(anyFormat, anyText, (format, text) => readEverything(format, text)),
    { numRuns: 3000 },
  );
  for (const format of addressFormats) {
    for (const text of ['', '\0', '\ud800', '1', '0x', 'bc1', 'addr1', '\u212a'.repeat(40)]) {
      readEverything(format, text);
      // Printable text is an address where no rules are known.
      const isOpaque = format === 'opaque' && /^[!-~]+$/.test(text);
      assert.equal(checkAddress(rulesOf(format), text), isOpaque, text);
    }
  }
});

test('a text of 100,000 characters is refused at once', () => {
  const began = performance.now();
  for (const format of addressFormats) {
    for (const character of ['1', 'z', 'r', '0', '\u00e9']) {
      const text = character.repeat(100_000);
      assert.equal(checkAddress(rulesOf(format), text), false);
      for (const rule of tagRules) assert.equal(checkTag(rule, text), false);
      assert.equal(canonicalTransactionId(rulesOf(format), text), null);
    }
  }
  assert.ok(performance.now() - began < 500, 'the length is not bounded before the text is decoded');
});
