/** The regular expressions that clients see agree with what is accepted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressRules,
  addressExpression,
  addressFormats,
  checkAddress,
  checkTag,
  deriveAddress,
  deriveTag,
  type TagRule,
  tagExpression,
} from './address.ts';
import { bad, good, rulesOf } from './published-addresses.ts';

const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** Published addresses, their spellings in other cases, and foreign ones. */
const published = addressFormats.flatMap((format) => [...good[format], ...bad[format]]);
const spellings = published.flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()]);

/** Networks of a family whose parameters are not those of the published addresses. */
const otherRules: readonly AddressRules[] = [
  { addressFormat: 'bitcoin', addressHrp: 'tb1_x-' },
  { addressFormat: 'bitcoin', addressVersions: [0x6f, 0xc4] },
  { addressFormat: 'bitcoin', addressVersions: [0x1cb8] },
  { addressFormat: 'bitcoin-cash', addressHrp: 'bchtest' },
  { addressFormat: 'cosmos', addressHrp: 'osmo' },
  { addressFormat: 'substrate', addressPrefix: 0x3fff },
  { addressFormat: 'pattern', addressPattern: 'a|b[0-9]{9,20}c' },
];

for (const rules of [...addressFormats.map(rulesOf), ...otherRules]) {
  const expression = new RegExp(addressExpression(rules));
  test(`${JSON.stringify(rules)}: every accepted address matches ${expression}`, () => {
    for (const text of spellings) {
      if (checkAddress(rules, text)) assert.match(text, expression);
    }
    fc.assert(
      fc.property(anySeed, (seed) => {
        const address = deriveAddress(rules, seed);
        assert.ok(checkAddress(rules, address));
        assert.match(address, expression);
        const other = address === address.toLowerCase() ? address.toUpperCase() : address.toLowerCase();
        if (checkAddress(rules, other)) assert.match(other, expression);
      }),
      { numRuns: 300 },
    );
  });
}

test('an address of one family matches no other, unless their letters are the same', () => {
  const foreign = (format: 'evm' | 'bitcoin' | 'tron', text: string) =>
    assert.doesNotMatch(text, new RegExp(addressExpression(rulesOf(format))));
  for (const text of good.evm) foreign('bitcoin', text);
  for (const text of good.bitcoin) foreign('evm', text);
  for (const text of [...good.evm, ...good.bitcoin]) foreign('tron', text);
});

const tagRules: readonly TagRule[] = [
  { kind: 'number', maximum: 0xffff_ffff },
  { kind: 'number', maximum: 999_999 },
  { kind: 'text', maxBytes: 28 },
  { kind: 'text', maxBytes: 256 },
  { kind: 'payment-id' },
];
const anyTag = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 22n }).map(String),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 16, maxLength: 16 }),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 }),
);

for (const rule of tagRules) {
  test(`${JSON.stringify(rule)}: every accepted tag matches`, () => {
    const expression = new RegExp(tagExpression(rule));
    assert.match(deriveTag(rule, 7), expression);
    assert.doesNotMatch('', expression);
    fc.assert(
      fc.property(anyTag, (tag) => {
        if (checkTag(rule, tag)) assert.match(tag, expression);
      }),
      { numRuns: 1000 },
    );
  });
}
