import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluateIndicators, lockDurationMs, type OrderEvent, tradingRules } from './trading-status.ts';

const filled: OrderEvent = {
  symbol: 'BTCUSDT',
  timeInForce: 'GTC',
  submittedUnits: 100n,
  filledUnits: 100n,
  outcome: 'FILLED',
  openMs: null,
};
const cancelled: OrderEvent = { ...filled, filledUnits: 0n, outcome: 'CANCELED', openMs: 2_500 };
const expired: OrderEvent = { ...filled, timeInForce: 'IOC', filledUnits: 0n, outcome: 'EXPIRED' };

const times = (count: number, order: OrderEvent) => Array.from({ length: count }, () => order);

function indicator(id: 'UFR' | 'IFER' | 'GCR', ...orders: OrderEvent[]) {
  const found = evaluateIndicators(orders)
    .get('BTCUSDT')
    ?.find(({ i }) => i === id);
  assert.ok(found);
  return found;
}

test('the thresholds match the trading rules, and each indicator shows its trigger', () => {
  assert.deepEqual(tradingRules.minimumCounts, { GCR: 150, IFER: 150, UFR: 300 });
  const shown = evaluateIndicators([filled])
    .get('BTCUSDT')
    ?.map(({ i, t }) => [i, t]);
  assert.deepEqual(shown, [
    ['UFR', '0.995'],
    ['IFER', '0.99'],
    ['GCR', '0.99'],
  ]);
});

test('without orders there are no symbols, and an indicator without orders of its kind shows 0', () => {
  assert.equal(evaluateIndicators([]).size, 0);
  assert.deepEqual(evaluateIndicators([filled]).get('BTCUSDT'), [
    { i: 'UFR', c: 1, v: '0', t: '0.995', breached: false },
    { i: 'IFER', c: 0, v: '0', t: '0.99', breached: false },
    { i: 'GCR', c: 1, v: '0', t: '0.99', breached: false },
  ]);
});

test('symbols are evaluated separately and listed in alphabetical order', () => {
  const result = evaluateIndicators([{ ...cancelled, symbol: 'ETHUSDT' }, filled]);
  assert.deepEqual([...result.keys()], ['BTCUSDT', 'ETHUSDT']);
  assert.equal(result.get('BTCUSDT')?.[2]?.v, '0');
  assert.equal(result.get('ETHUSDT')?.[2]?.v, '1');
});

test('UFR weighs orders of every kind by their value', () => {
  const partly: OrderEvent = { ...expired, submittedUnits: 900n, filledUnits: 850n };
  assert.deepEqual(indicator('UFR', filled, partly), {
    i: 'UFR',
    c: 2,
    v: '0.05',
    t: '0.995',
    breached: false,
  });
});

test('UFR of orders without value is 0 and never breached, and better fills do not make it negative', () => {
  const worthless = { ...filled, submittedUnits: 0n, filledUnits: 0n };
  assert.deepEqual(indicator('UFR', ...times(300, worthless)), {
    i: 'UFR',
    c: 300,
    v: '0',
    t: '0.995',
    breached: false,
  });
  assert.equal(indicator('UFR', { ...filled, filledUnits: 103n }).v, '0');
});

test('IFER counts IOC and FOK orders that expired without any fill', () => {
  const result = indicator(
    'IFER',
    expired,
    { ...expired, timeInForce: 'FOK' },
    { ...expired, filledUnits: 1n },
    { ...filled, timeInForce: 'IOC' },
    { ...expired, outcome: 'CANCELED', openMs: 1 },
    { ...expired, timeInForce: 'GTC' },
  );
  assert.deepEqual([result.c, result.v], [5, '0.4']);
});

test('GCR counts GTC orders cancelled without any fill within 2,500 ms', () => {
  const result = indicator(
    'GCR',
    cancelled,
    { ...cancelled, openMs: 0 },
    { ...cancelled, openMs: 2_501 },
    { ...cancelled, openMs: null },
    { ...cancelled, filledUnits: 1n },
    { ...cancelled, outcome: 'EXPIRED' },
    filled,
    { ...filled, filledUnits: 0n, outcome: 'NEW' },
    { ...cancelled, timeInForce: 'IOC' },
  );
  assert.deepEqual([result.c, result.v], [8, '0.25']);
});

test('values are rounded half up to four decimals', () => {
  const unfilled = (submittedUnits: bigint, filledUnits: bigint) =>
    indicator('UFR', { ...filled, submittedUnits, filledUnits }).v;
  assert.equal(unfilled(3n, 1n), '0.6667');
  assert.equal(unfilled(3n, 2n), '0.3333');
  assert.equal(unfilled(100_000n, 99_995n), '0.0001');
  assert.equal(unfilled(100_000n, 99_996n), '0');
  assert.equal(unfilled(10n, 3n), '0.7');
  assert.equal(unfilled(100_000n, 4n), '1');
});

test('an indicator can be breached only from its minimum count on', () => {
  assert.equal(indicator('GCR', ...times(149, cancelled)).breached, false);
  assert.equal(indicator('GCR', ...times(150, cancelled)).breached, true);
  assert.equal(indicator('IFER', ...times(149, expired)).breached, false);
  assert.equal(indicator('IFER', ...times(150, expired)).breached, true);
  assert.equal(indicator('UFR', ...times(299, expired)).breached, false);
  assert.equal(indicator('UFR', ...times(300, expired)).breached, true);
});

test('the trigger compares the exact value, not the rounded one', () => {
  const value = (filledUnits: bigint) =>
    indicator('UFR', ...times(299, { ...expired, submittedUnits: 0n }), {
      ...expired,
      submittedUnits: 1_000_000n,
      filledUnits,
    });
  assert.deepEqual([value(5_000n).v, value(5_000n).breached], ['0.995', true]);
  assert.deepEqual([value(5_001n).v, value(5_001n).breached], ['0.995', false]);
  assert.equal(indicator('GCR', ...times(198, cancelled), ...times(2, filled)).breached, true);
  assert.equal(indicator('GCR', ...times(197, cancelled), ...times(2, filled)).breached, false);
  const kept = { ...expired, outcome: 'FILLED' as const };
  assert.equal(indicator('IFER', ...times(198, expired), ...times(2, kept)).breached, true);
  assert.equal(indicator('IFER', ...times(197, expired), ...times(2, kept)).breached, false);
});

test('for any orders, counts are consistent, values lie in 0…1, and the order of events does not matter', () => {
  const order: fc.Arbitrary<OrderEvent> = fc.record({
    symbol: fc.constantFrom('BTCUSDT', 'ETHUSDT', 'BNBBTC'),
    timeInForce: fc.constantFrom('GTC', 'IOC', 'FOK'),
    submittedUnits: fc.bigInt(0n, 10n ** 20n),
    filledUnits: fc.bigInt(0n, 10n ** 20n),
    outcome: fc.constantFrom('NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED'),
    openMs: fc.option(fc.nat({ max: 5_000 })),
  });
  fc.assert(
    fc.property(fc.array(order, { maxLength: 40 }), (orders) => {
      const result = evaluateIndicators(orders);
      let counted = 0;
      for (const [ufr, ifer, gcr] of result.values()) {
        assert.equal(ufr?.c, ifer!.c + gcr!.c);
        for (const { v } of [ufr!, ifer!, gcr!]) assert.match(v, /^(0|1|0\.\d{0,3}[1-9])$/);
        counted += ufr!.c;
      }
      assert.equal(counted, orders.length);
      assert.deepEqual([...evaluateIndicators(orders.toReversed())], [...result]);
    }),
  );
});

test('locks grow from 5 minutes to at most 3 days with each earlier lock of the day', () => {
  const minutes = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((previous) => lockDurationMs(previous) / 60_000);
  assert.deepEqual(minutes, [5, 10, 30, 60, 360, 1440, 4320, 4320, 4320]);
});
