import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AddressRules,
  addressFormats,
  checkAddress,
  deriveAddress,
  problemOfAddressRules,
  readAddress,
} from './address.ts';
import { rulesOf } from './published-addresses.ts';

const anySeed = fc.uint8Array({ minLength: 32, maxLength: 32 });

test('rules with exactly the parameters of their family are accepted', () => {
  const good: AddressRules[] = [
    ...addressFormats.map(rulesOf),
    { addressFormat: 'bitcoin', addressVersions: [76, 16] },
    { addressFormat: 'bitcoin', addressHrp: 'vtc', addressVersions: [71, 5] },
    { addressFormat: 'bitcoin', addressHrp: 'bc' },
    { addressFormat: 'bitcoin-cash', addressHrp: 'ecash' },
    { addressFormat: 'substrate', addressPrefix: 16383 },
  ];
  for (const rules of good) assert.equal(problemOfAddressRules(rules), undefined, JSON.stringify(rules));
});

test('rules with a missing, unknown or invalid parameter are rejected with the violated rule', () => {
  const bad: [AddressRules, string][] = [
    [{ addressFormat: 'morse' as never }, 'format-unknown'],
    [{ addressFormat: 'constructor' as never }, 'format-unknown'],
    [{ addressFormat: 'cosmos' }, 'parameter-missing'],
    [{ addressFormat: 'cosmos', addressHrp: '' }, 'hrp-malformed'],
    [{ addressFormat: 'cosmos', addressHrp: 'Cosmos' }, 'hrp-malformed'],
    [{ addressFormat: 'cosmos', addressHrp: 'c'.repeat(33) }, 'hrp-malformed'],
    [{ addressFormat: 'substrate' }, 'parameter-missing'],
    [{ addressFormat: 'substrate', addressPrefix: -1 }, 'prefix-invalid'],
    [{ addressFormat: 'substrate', addressPrefix: 46 }, 'prefix-invalid'],
    [{ addressFormat: 'substrate', addressPrefix: 16384 }, 'prefix-invalid'],
    [{ addressFormat: 'substrate', addressPrefix: 0.5 }, 'prefix-invalid'],
    [{ addressFormat: 'pattern' }, 'parameter-missing'],
    [{ addressFormat: 'bitcoin', addressVersions: [] }, 'versions-malformed'],
    [{ addressFormat: 'bitcoin', addressVersions: [5, 5] }, 'versions-malformed'],
    [{ addressFormat: 'bitcoin', addressVersions: [65536] }, 'versions-malformed'],
    [{ addressFormat: 'evm', addressHrp: 'bc' }, 'parameter-superfluous'],
    [{ addressFormat: 'litecoin', addressVersions: [0] }, 'parameter-superfluous'],
    [{ addressFormat: 'evm', addressPattern: '.*' }, 'parameter-superfluous'],
    [{ addressFormat: 'opaque', addressPrefix: 1 }, 'parameter-superfluous'],
  ];
  for (const [rules, problem] of bad)
    assert.equal(problemOfAddressRules(rules)?.problem, problem, JSON.stringify(rules));
});

test('another chain of the Bitcoin family is defined by its version numbers and human-readable part', () => {
  const dash: AddressRules = { addressFormat: 'bitcoin', addressVersions: [76, 16] };
  assert.match(deriveAddress(dash, new Uint8Array(32)), /^X/);
  assert.equal(checkAddress(dash, '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'), false);
  assert.equal(checkAddress(dash, 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'), false);
  const zcashLike: AddressRules = { addressFormat: 'bitcoin', addressVersions: [0x1cb8, 0x1cbd] };
  assert.equal(readAddress(zcashLike, 't1V9mnyk5Z5cTNMCkLbaDwSskgJZucTLdgW')?.key.slice(0, 5), 'p2pkh');
  assert.equal(readAddress(zcashLike, 't3Rqonuzz7afkF7156ZA4vi4iimRSEn41hj')?.key.slice(0, 4), 'p2sh');
  fc.assert(
    fc.property(anySeed, (seed) => {
      const segwitOnly: AddressRules = { addressFormat: 'bitcoin', addressHrp: 'vtc' };
      const address = deriveAddress(segwitOnly, seed);
      assert.match(address, /^vtc1q/);
      assert.equal(checkAddress(segwitOnly, address), true);
      assert.equal(checkAddress(rulesOf('bitcoin'), address), false);
    }),
  );
});

test('a Substrate chain accepts only addresses with its own prefix, whether of one byte or two', () => {
  const onChain = (address: string, addressPrefix: number) =>
    checkAddress({ addressFormat: 'substrate', addressPrefix }, address);
  assert.equal(onChain('EXtQYFeY2ivDsfazZvGC9aG87DxnhWH2f9kjUUq2pXTZKF5', 2), true);
  assert.equal(onChain('kGkLEU3e3XXkJp2WK4eNpVmSab5xUNL9QtmLPh8QfCL2EgotW', 137), true);
  fc.assert(
    fc.property(
      anySeed,
      fc.integer({ min: 0, max: 16383 }),
      fc.integer({ min: 0, max: 16383 }),
      (seed, one, two) => {
        const address = deriveAddress({ addressFormat: 'substrate', addressPrefix: one }, seed);
        assert.equal(onChain(address, one), true);
        assert.equal(onChain(address, two), one === two);
      },
    ),
  );
});
