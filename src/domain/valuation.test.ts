import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valueIn } from './valuation.ts';

const asset = (code: string, scale: number) =>
  [
    code,
    { asset: code, name: code, scale, networks: [], withdrawMaximumPerDay: null, autoApprovalLimit: null },
  ] as const;
const assets = new Map([asset('BTC', 8), asset('ETH', 18), asset('USDT', 6), asset('NEW', 0)]);
const prices = new Map([
  ['BTC', '30000'],
  ['ETH', '2500.5'],
  ['USDT', '1'],
]);
const catalog = { assets, prices };

test('a value is the amount times its price, divided by the price of the quote asset', () => {
  assert.equal(valueIn('BTC', [{ asset: 'ETH', units: 12n * 10n ** 18n }], catalog), '1.0002');
  assert.equal(valueIn('USDT', [{ asset: 'BTC', units: 1n }], catalog), '0.0003');
  assert.equal(valueIn('BTC', [], catalog), '0');
});

test('the sum is exact and rounded once, half up at eight decimals', () => {
  const third = { asset: 'USDT', units: 100n };
  // Each is 0.00000000333… BTC, which is 0 by itself.
  assert.equal(valueIn('BTC', [third], catalog), '0');
  assert.equal(valueIn('BTC', [third, third, third], catalog), '0.00000001');
  assert.equal(valueIn('BTC', [{ asset: 'USDT', units: 150n }], catalog), '0.00000001');
  const large = { asset: 'ETH', units: 123_456_789_012_345_678_901_234_567_890n };
  assert.equal(valueIn('ETH', [large], catalog), '123456789012.3456789');
});

test('an asset without a price counts as nothing, but an amount of the quote asset as itself', () => {
  const amounts = [
    { asset: 'NEW', units: 7n },
    { asset: 'BTC', units: 50_000_000n },
  ];
  assert.equal(valueIn('BTC', amounts, catalog), '0.5');
  assert.equal(valueIn('NEW', amounts, catalog), '7');
  assert.equal(valueIn('BTC', amounts, { assets, prices: new Map() }), '0.5');
});
