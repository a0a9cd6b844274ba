import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AddressRules, checkAddress, deriveAddress, problemOfAddressRules } from './address.ts';

const rulesOf = (addressPattern: string): AddressRules => ({ addressFormat: 'pattern', addressPattern });
const patterns = [
  '[0-9a-f]{64}',
  '0x[0-9a-fA-F]{64}',
  '[1-9A-HJ-NP-Za-km-z]+',
  'nano_[13][13-9a-km-uw-z]{59}',
  'EOS|[a-z1-5.]{1,12}',
  '[a-z]{2,64}(\\.near|\\.tg)',
  '(?i)hx[0-9a-f]{40}',
  'k:[0-9a-f]+x?',
  '.*',
  '.{1,1000}',
  '^[A-Z2-7]{58}$',
  '\\d{1,10}\\.\\d{1,10}\\.\\d{1,10}',
  '[^ab]{10}(foo|[[:alpha:]]+)*',
  '\\p{Han}{8}',
];

test("an operator's regular expression must match the whole address", () => {
  const rules = rulesOf('k:[0-9a-f]{8}');
  assert.equal(checkAddress(rules, 'k:0123abcd'), true);
  for (const text of ['k:0123abc', 'k:0123abcde', 'xk:0123abcd', 'k:0123ABCD', 'k:0123abcd\n', '']) {
    assert.equal(checkAddress(rules, text), false, text);
  }
  assert.equal(checkAddress(rulesOf('a|b'), 'ab'), false);
});

test('a matching address has at most 1,000 characters and no spaces or control characters', () => {
  const rules = rulesOf('.*');
  for (const text of ['x'.repeat(1000), '\u{1f600}'.repeat(1000), 'ünïcödé']) {
    assert.equal(checkAddress(rules, text), true);
  }
  for (const text of ['x'.repeat(1001), 'a b', 'a\tb', '\u200b', '\ud800', '']) {
    assert.equal(checkAddress(rules, text), false);
  }
});

test('an address can be derived for every accepted expression and differs for each account', () => {
  const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });
  for (const pattern of patterns) assert.equal(problemOfAddressRules(rulesOf(pattern)), undefined, pattern);
  fc.assert(
    fc.property(fc.constantFrom(...patterns), anySeed, (pattern, seed) => {
      const rules = rulesOf(pattern);
      const address = deriveAddress(rules, seed);
      assert.equal(checkAddress(rules, address), true, `${pattern} ${address}`);
      assert.equal(deriveAddress(rules, Uint8Array.from(seed)), address);
    }),
    { numRuns: 500 },
  );
});

test('an invalid or oversized expression, or one without derivable addresses, is rejected', () => {
  const bad: [string, string][] = [
    ['[', 'pattern-malformed'],
    ['(?=a)a', 'pattern-malformed'],
    ['(a)\\1', 'pattern-malformed'],
    ['a{1001}', 'pattern-malformed'],
    ['((a{100}){100})', 'pattern-malformed'],
    ['(a{900}|b{900}|c{900})', 'pattern-too-repetitive'],
    ['a'.repeat(501), 'pattern-too-long'],
    ['', 'pattern-too-narrow'],
    ['abc', 'pattern-too-narrow'],
    ['[ab]', 'pattern-too-narrow'],
    ['[0-9]{2}', 'pattern-too-narrow'],
    ['a b[a-z]{40}', 'pattern-too-narrow'],
    ['a\\bb[0-9]+', 'pattern-too-narrow'],
    ['[a-z]+$x', 'pattern-too-narrow'],
  ];
  for (const [pattern, problem] of bad)
    assert.equal(problemOfAddressRules(rulesOf(pattern))?.problem, problem, pattern);
});

test('no expression makes matching slow for any address', () => {
  const began = performance.now();
  for (const pattern of ['(a*)*b', '(a|aa)+$', '(x+x+)+y', '([a-z]+)*\\d', '(a?){340}a{340}']) {
    const rules = rulesOf(pattern);
    for (const text of ['a'.repeat(1000), 'x'.repeat(1000), 'a'.repeat(100_000)]) checkAddress(rules, text);
  }
  assert.ok(performance.now() - began < 5000, 'matching must not backtrack');
});
