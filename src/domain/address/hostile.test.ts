import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressFormat,
  addressFormats,
  canonicalTag,
  canonicalTransactionId,
  checkAddress,
  defaultTagRule,
  deriveAddress,
  type TagRule,
} from './address.ts';
import { meaningOf, readDestination } from './destination.ts';
import { families } from './families.ts';
import { rulesOf } from './published-addresses.ts';

const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const tagRules: TagRule[] = [
  { kind: 'number', maximum: Number.MAX_SAFE_INTEGER },
  { kind: 'text', maxBytes: 256 },
  { kind: 'payment-id' },
];
const anyFormat = fc.constantFrom(...addressFormats);
const anyDerived = fc
  .tuple(anyFormat, fc.uint8Array({ minLength: 32, maxLength: 32 }))
  .map(([format, seed]) => deriveAddress(rulesOf(format), seed));

function readEverything(format: AddressFormat, text: string): void {
  const rules = rulesOf(format);
  const tagRule = defaultTagRule(format);
  checkAddress(rules, text);
  readDestination(rules, tagRule, text, text);
  meaningOf(rules, tagRule, text, text);
  for (const rule of tagRules) canonicalTag(rule, text);
  canonicalTransactionId(rules, text);
}

test('no text makes a check throw: random text, Unicode, NUL, damaged addresses', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: fc.constantFrom(...alphanumeric), maxLength: 130 }),
    fc
      .tuple(anyDerived, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([address, at, junk]) => address.slice(0, at % 110) + junk + address.slice((at % 110) + 1)),
    fc.string({ unit: 'grapheme-composite', maxLength: 60 }),
    fc
      .tuple(
        fc.constantFrom(
          'u1',
          'zs1',
          'tex1',
          'bc1',
          'cosmos1',
          'bitcoincash:',
          'addr1',
          '0:',
          'G',
          'M',
          'X',
          'EQ',
        ),
        fc.string({ unit: fc.constantFrom(...alphanumeric), maxLength: 1000 }),
      )
      .map(([prefix, rest]) => prefix + rest),
  );
  fc.assert(
    fc.property(anyFormat, anyText, (format, text) => readEverything(format, text)),
    { numRuns: 3000 },
  );
  for (const format of addressFormats) {
    for (const text of [
      '',
      '\0',
      '\ud800',
      '1',
      '0x',
      'bc1',
      'addr1',
      'u1',
      '0:',
      ':',
      '\u212a'.repeat(40),
    ]) {
      readEverything(format, text);
      // Opaque networks accept any printable text.
      const isOpaque = format === 'opaque' && /^[^\p{C}]+$/u.test(text);
      assert.equal(checkAddress(rulesOf(format), text), isOpaque, `${format} ${text}`);
    }
  }
});

for (const format of addressFormats) {
  test(`${format}: a text of 10,000 letters is rejected before it is decoded`, () => {
    const { text } = families[format];
    const advice = "bound the length in 'text' of its family";
    for (const letter of alphanumeric) {
      assert.ok(!text.test(letter.repeat(10_000)), `${format} decodes 10,000 times '${letter}': ${advice}`);
    }
  });
}

test('a text of 100,000 characters is rejected at once', () => {
  const began = performance.now();
  for (const format of addressFormats) {
    for (const character of ['1', 'z', 'r', '0', '\u00e9', 'A', 'q', '\u{1f600}']) {
      const text = character.repeat(100_000);
      const what = `${format}: 100,000 times '${character}'`;
      assert.equal(checkAddress(rulesOf(format), text), false, what);
      for (const rule of tagRules) assert.equal(canonicalTag(rule, text), null, rule.kind);
      assert.equal(canonicalTransactionId(rulesOf(format), text), null, what);
    }
  }
  assert.ok(performance.now() - began < 500, 'the length must be bounded before the text is decoded');
});
