import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverStopping, openStoreWorld } from '../../test/support/store-world.ts';
import { decimal, operator } from '../../test/support/world-plan.ts';
import { putSymbol } from '../command/catalog/symbol-put.ts';
import { recordOrderEvents } from '../command/trading/order-events-record.ts';
import { putTradingLock } from '../command/trading/trading-lock-put.ts';
import { IndicatorWorker, indicatorWindowMs } from './indicator-worker.ts';

const minuteMs = 60_000;

async function openTrading() {
  const world = await openStoreWorld();
  for (const symbol of ['BNBBTC', 'ETHBTC']) {
    const quote = { baseAsset: symbol.slice(0, 3), quoteAsset: 'BTC', maker: '0', taker: '0' };
    await world.run(putSymbol, { operator, symbol: { symbol, ...quote } });
  }
  const worker = new IndicatorWorker({
    reads: world.store.reads,
    commands: world.commands,
    clock: world.clock,
    yieldNow: async () => {},
    stopping: neverStopping,
  });
  /** Records orders of Alice: cancelled immediately, or filled. */
  const order = async (count: number, symbol = 'BNBBTC', filled = '0') => {
    const event = { email: 'alice@example.com', symbol, submitted: decimal('10.5'), filled: decimal(filled) };
    const outcome = filled === '0' ? ('CANCELED' as const) : ('FILLED' as const);
    const whole = {
      ...event,
      timeInForce: 'GTC' as const,
      outcome,
      openMs: filled === '0' ? 100 : undefined,
    };
    await world.run(recordOrderEvents, { operator, events: Array.from({ length: count }, () => whole) });
  };
  const shown = async () => {
    const [row] = await world.rows('trading_indicators', { accountId: world.alice });
    return row?.indicators;
  };
  const lockedUntil = async () => (await world.rows('accounts', { id: world.alice }))[0]?.lockedUntil;
  return { world, worker, order, shown, lockedUntil };
}

const indicators = (count: number, ufr: string, gcr: string) => [
  { i: 'UFR', c: count, v: ufr, t: '0.995' },
  { i: 'IFER', c: 0, v: '0', t: '0.99' },
  { i: 'GCR', c: count, v: gcr, t: '0.99' },
];

test('indicators are evaluated per symbol, from exact values of any number of decimals', async () => {
  const { worker, order, shown, lockedUntil } = await openTrading();
  await order(3);
  await order(1, 'BNBBTC', '10.500000000000000000');
  await order(2, 'ETHBTC', '2.625');
  await worker.evaluateAll();
  assert.deepEqual(await shown(), {
    BNBBTC: indicators(4, '0.75', '0.75'),
    ETHBTC: indicators(2, '0.75', '0'),
  });
  assert.equal(await lockedUntil(), null);
});

test('a breach on one symbol locks the account; orders of all pages are evaluated', async () => {
  const { world, worker, order, shown, lockedUntil } = await openTrading();
  await order(2_400);
  await order(10, 'ETHBTC', '10.5');
  await worker.evaluateNew();
  assert.deepEqual(Object.values((await shown()) as object)[0], indicators(2_400, '1', '1'));
  assert.equal(await lockedUntil(), world.nowMs + 5 * minuteMs);
});

test('too few orders for an evaluation never lock', async () => {
  const { worker, order, lockedUntil } = await openTrading();
  await order(149);
  await worker.evaluateAll();
  assert.equal(await lockedUntil(), null);
});

test('orders lock an account once, not again after the lock ended or was lifted; new orders do', async () => {
  const { world, worker, order, shown, lockedUntil } = await openTrading();
  await order(150);
  await worker.evaluateAll();
  const firstEnd = await lockedUntil();
  world.nowMs += 5 * minuteMs;
  await worker.evaluateAll();
  assert.equal(await lockedUntil(), firstEnd, 'the lock has ended and is not renewed');
  assert.deepEqual(await shown(), { BNBBTC: indicators(150, '1', '1') }, 'what led to it is still shown');
  await order(150);
  await worker.evaluateAll();
  assert.equal(await lockedUntil(), world.nowMs + 10 * minuteMs);
  world.nowMs += 1;
  await world.run(putTradingLock, { operator, email: 'alice@example.com', locked: false });
  await worker.evaluateAll();
  assert.equal(await lockedUntil(), null);
});

test('once all orders are older than the window, the indicators are empty and the orders are deleted', async () => {
  const { world, worker, order, shown } = await openTrading();
  await order(600);
  await worker.evaluateAll();
  world.nowMs += indicatorWindowMs;
  await order(1);
  await worker.evaluateAll();
  assert.deepEqual(await shown(), { BNBBTC: indicators(601, '1', '1') }, 'the window includes its edge');
  world.nowMs += 1;
  await worker.evaluateAll();
  assert.deepEqual(await shown(), { BNBBTC: indicators(1, '1', '1') });
  assert.equal((await world.rows('order_events')).length, 1);
  world.nowMs += indicatorWindowMs;
  await worker.evaluateAll();
  assert.deepEqual(await shown(), {});
  assert.deepEqual(await world.rows('order_events'), []);
  const evaluatedAt = world.nowMs;
  world.nowMs += 1;
  await worker.evaluateAll();
  const [row] = await world.rows('trading_indicators');
  assert.equal(row?.evaluatedAt, evaluatedAt, 'an account without orders is not evaluated again');
});

test('new orders are evaluated once; accounts without new orders are not evaluated again', async () => {
  const { world, worker, order, shown } = await openTrading();
  await order(1);
  world.nowMs += 1;
  await worker.evaluateNew();
  assert.deepEqual(await shown(), { BNBBTC: indicators(1, '1', '1') });
  const evaluatedAt = world.nowMs;
  world.nowMs += 1;
  await worker.evaluateNew();
  const [row] = await world.rows('trading_indicators');
  assert.equal(row?.evaluatedAt, evaluatedAt);
});
