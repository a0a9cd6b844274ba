/** The regular expressions that clients see agree with what is accepted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressFormat,
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
import { families } from './families.ts';
import { bad, good, rulesOf } from './published-addresses.ts';

const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** Published addresses, their spellings in other cases, and foreign ones. */
const published = addressFormats.flatMap((format) => [...(good[format] ?? []), ...(bad[format] ?? [])]);
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
  const { addressFormat } = rules;
  const expression = new RegExp(addressExpression(rules));
  const unmatched = (text: string) =>
    `${addressFormat} accepts ${text}, but its 'shape' ${expression} does not match it`;
  test(`${JSON.stringify(rules)}: every accepted address matches ${expression}`, () => {
    for (const text of spellings) {
      if (checkAddress(rules, text)) assert.match(text, expression, unmatched(text));
    }
    fc.assert(
      fc.property(anySeed, (seed) => {
        const address = deriveAddress(rules, seed);
        assert.ok(checkAddress(rules, address), `${addressFormat} ${address}`);
        assert.match(address, expression, unmatched(address));
        const other = address === address.toLowerCase() ? address.toUpperCase() : address.toLowerCase();
        if (checkAddress(rules, other)) assert.match(other, expression, unmatched(other));
      }),
      { numRuns: 300 },
    );
  });
}

/** Families whose shape has no greatest length, and why. Their `text` bounds what is decoded. */
const unboundedShapes: Partial<Record<AddressFormat, string>> = {
  bitcoin: 'the Bech32 part has no greatest length',
  litecoin: 'the Bech32 part has no greatest length',
  'bitcoin-cash': 'the cashaddr part has no greatest length',
  zcash: 'the Bech32 parts have no greatest length',
  cardano: 'the Bech32 part has no greatest length',
  cosmos: 'the Bech32 part has no greatest length',
  beacon: 'the Bech32 part has no greatest length',
  opaque: 'it only excludes spaces',
};

/** Whether a quantifier outside of character classes has no maximum. */
function isUnbounded(shape: string): boolean {
  return /[*+]|\{\d+,\}/.test(shape.replaceAll(/\\./g, '').replaceAll(/\[[^\]]*\]/g, ''));
}

for (const format of addressFormats) {
  const rules = rulesOf(format);
  const shape = families[format].shape(rules);
  const expression = new RegExp(addressExpression(rules));

  test(`${format}: the shape is bounded, or the list of unbounded ones says why not`, () => {
    const isListed = format in unboundedShapes;
    const advice = isListed
      ? "is bounded: remove the format from 'unboundedShapes' in shape.test.ts"
      : "has no greatest length: give each repetition a maximum, or add the reason to 'unboundedShapes' in shape.test.ts";
    assert.equal(isUnbounded(shape), isListed, `${format}: the shape ${shape} ${advice}`);
  });

  test(`${format}: the shape matches whole addresses only, and not every bad one`, () => {
    for (const address of good[format] ?? []) {
      for (const text of [` ${address}`, `${address} `, `\n${address}`, `${address}\n`]) {
        const advice = `${format}: ${expression} must not match ${JSON.stringify(text)}; correct its 'shape'`;
        assert.doesNotMatch(text, expression, advice);
      }
    }
    const wrong = (bad[format] ?? []).filter((text) => !expression.test(text));
    const advice = "make 'shape' narrower, or add one in another alphabet to published-addresses.ts";
    assert.ok(wrong.length > 0, `${format}: ${expression} matches all bad addresses; ${advice}`);
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
