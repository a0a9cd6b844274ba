import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressFormat,
  addressFormats,
  canonicalTag,
  checkTag,
  defaultTagRule,
  deriveTag,
  problemOfTagRule,
  sharesAddress,
  type TagRule,
} from './address.ts';

const tagged: AddressFormat[] = ['ripple', 'stellar', 'monero', 'ton', 'cosmos', 'beacon', 'opaque'];
const untagged = addressFormats.filter((format) => !tagged.includes(format));

function assertTags(rule: TagRule, good: string[], bad: string[]): void {
  for (const tag of good) assert.equal(checkTag(rule, tag), true, `${rule.kind} ${tag}`);
  for (const tag of bad) assert.equal(checkTag(rule, tag), false, `${rule.kind} ${tag}`);
}

const ruleOf = (format: AddressFormat) => defaultTagRule(format) as TagRule;

test('an XRP destination tag is a 32-bit integer in canonical form', () => {
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
  assertTags(ruleOf('ripple'), ['0', '1', '1231212', '4294967295'], bad);
});

test('an XMR payment id is 16 or 64 hex digits, or a decimal number as in the samples', () => {
  const good = ['342341222', '0', '9'.repeat(20), 'a'.repeat(16), 'AF'.repeat(32), '0'.repeat(64)];
  const bad = ['', '9'.repeat(21), 'a'.repeat(15), 'a'.repeat(17), 'g'.repeat(16), 'a'.repeat(65), '1\n'];
  assertTags(ruleOf('monero'), good, bad);
});

test("a text tag is UTF-8 without control characters, up to the network's limit in bytes", () => {
  const rule: TagRule = { kind: 'text', maxBytes: 28 };
  const good = ['1', ' ', 'memo ~!', 'café', 'x'.repeat(28), 'é'.repeat(14), '😀'.repeat(7), '币安'];
  const bad = ['', 'x'.repeat(29), `x${'é'.repeat(14)}`, '😀'.repeat(8), 'a\tb', 'a\n', '\0', '\u0085'];
  assertTags(rule, good, [...bad, '\ud83d', 'a\ude00', '\ude00\ud83d']);
});

test('networks without tags have no tag rule', () => {
  for (const format of untagged) {
    const advice = `${format} has a tag rule: add it to 'tagged' in tag.test.ts`;
    assert.equal(defaultTagRule(format), null, advice);
    assert.equal(sharesAddress(format, null), false, format);
  }
});

test('an opaque network accepts tags and never derives one', () => {
  assert.equal(checkTag(ruleOf('opaque'), 'anything'), true);
  assert.equal(sharesAddress('opaque', ruleOf('opaque')), false);
});

test('derived tags are valid and different for each index', () => {
  const anyIndex = fc.integer({ min: 0, max: 0xffff_ffff - 100_000_000 });
  for (const format of tagged) {
    const advice = `${format} has no tag rule: remove it from 'tagged' in tag.test.ts`;
    assert.notEqual(defaultTagRule(format), null, advice);
  }
  fc.assert(
    fc.property(fc.constantFrom(...tagged), anyIndex, anyIndex, (format, one, two) => {
      const rule = ruleOf(format);
      const tag = deriveTag(rule, one);
      assert.equal(checkTag(rule, tag), true, `${format} ${tag}`);
      assert.equal(tag === deriveTag(rule, two), one === two, `${format} ${tag}`);
    }),
  );
  for (const format of tagged) {
    const rule = ruleOf(format);
    assert.equal(checkTag(rule, deriveTag(rule, 0xffff_ffff - 100_000_000)), true, format);
    for (const index of [-1, 0.5, Number.NaN, 0xffff_ffff])
      assert.throws(() => deriveTag(rule, index), RangeError, format);
  }
});

test('payment ids are case-insensitive', () => {
  const rule: TagRule = { kind: 'payment-id' };
  assert.equal(canonicalTag(rule, 'AB'.repeat(8)), 'ab'.repeat(8));
  assert.match(deriveTag(rule, 0), /^[0-9a-f]{16}$/);
});

test('derived tags fit a rule with a small maximum until it is exhausted', () => {
  const small: TagRule = { kind: 'number', maximum: 3 };
  assert.deepEqual(
    [0, 1, 2].map((index) => deriveTag(small, index)),
    ['1', '2', '3'],
  );
  assert.throws(() => deriveTag(small, 3), RangeError);
  const short: TagRule = { kind: 'text', maxBytes: 1 };
  assert.equal(deriveTag(short, 8), '9');
  assert.throws(() => deriveTag(short, 9), RangeError);
});

test('a tag rule outside the supported bounds is rejected with the bounds', () => {
  const good: TagRule[] = [
    { kind: 'number', maximum: 999_999 },
    { kind: 'text', maxBytes: 6 },
    { kind: 'number', maximum: Number.MAX_SAFE_INTEGER },
    { kind: 'text', maxBytes: 256 },
    { kind: 'payment-id' },
  ];
  for (const rule of good) assert.equal(problemOfTagRule(rule), undefined);
  for (const maximum of [0, -1, 999_998, 1e6 + 0.5, 2 ** 53, Number.NaN]) {
    assert.deepEqual(problemOfTagRule({ kind: 'number', maximum }), {
      problem: 'integer-out-of-range',
      field: 'tag.maximum',
      minimum: 999_999,
      maximum: Number.MAX_SAFE_INTEGER,
    });
  }
  for (const maxBytes of [0, 5, 6.5, 257]) {
    assert.deepEqual(problemOfTagRule({ kind: 'text', maxBytes }), {
      problem: 'integer-out-of-range',
      field: 'tag.maxBytes',
      minimum: 6,
      maximum: 256,
    });
  }
});
