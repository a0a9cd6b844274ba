import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { decimal, operator } from '../../../test/support/world-plan.ts';
import { putSymbol } from '../catalog/symbol-put.ts';
import { recordOrderEvents } from './order-events-record.ts';
import { recordTradingIndicators } from './trading-indicators-record.ts';
import { putTradingLock } from './trading-lock-put.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

async function openTrading() {
  const world = await openStoreWorld();
  const symbol = { symbol: 'BNBBTC', baseAsset: 'BNB', quoteAsset: 'BTC', maker: '0', taker: '0' };
  await world.run(putSymbol, { operator, symbol });
  const lock = async () => {
    const [row] = await world.rows('accounts', { id: world.alice });
    return [row?.lockedUntil, row?.lockReason, row?.lockCount, row?.lastLockedAt];
  };
  return { world, lock };
}

const event = {
  email: 'Alice@example.com',
  symbol: 'BNBBTC',
  timeInForce: 'GTC',
  submitted: decimal('10.50'),
  filled: decimal('0'),
  outcome: 'CANCELED',
  openMs: 1200,
} as const;

test('order events are stored with exact values and the time of receipt', async () => {
  const { world } = await openTrading();
  const { openMs: _, ...ioc } = { ...event, timeInForce: 'IOC', outcome: 'EXPIRED' } as const;
  const events = [event, { ...ioc, email: 'bob@example.com' }];
  assert.deepEqual(await world.run(recordOrderEvents, { operator, events }), { recorded: 2 });
  const base = { symbol: 'BNBBTC', submitted: '10.5', filled: '0', at: world.nowMs };
  assert.deepEqual(
    (await world.rows('order_events')).map(({ seq: _seq, ...row }) => row),
    [
      { ...base, accountId: world.alice, timeInForce: 'GTC', outcome: 'CANCELED', openMs: 1200 },
      { ...base, accountId: world.bob, timeInForce: 'IOC', outcome: 'EXPIRED', openMs: null },
    ],
  );
  const audit = await world.lastAudit();
  assert.deepEqual([audit?.action, audit?.details], ['order-events-record', { recorded: 2 }]);
});

test('one invalid event causes the whole batch to be rejected, and the error names its index', async () => {
  const { world } = await openTrading();
  const wrong = [
    { email: 'nobody@example.com' },
    { symbol: 'ETHBTC' },
    { submitted: decimal('-1') },
    { filled: decimal('-1') },
    { openMs: -1 },
    { submitted: decimal('1e-19') },
    { filled: decimal('1e36') },
  ];
  for (const change of wrong) {
    const events = [event, { ...event, ...change }];
    const { rejected, details } = await world.rejection(recordOrderEvents, { operator, events });
    assert.match(rejected, /^event-/);
    assert.equal('index' in details && details.index, 1);
  }
});

test('an operator locks trading for 5 minutes by default, and unlocking resets the count of locks', async () => {
  const { world, lock } = await openTrading();
  const { nowMs } = world;
  const email = 'Alice@example.com';
  const first = await world.run(putTradingLock, { operator, email, locked: true });
  assert.deepEqual(first, { email: 'alice@example.com', lockedUntilMs: nowMs + 5 * minuteMs });
  assert.deepEqual(await lock(), [nowMs + 5 * minuteMs, 'operator', 1, nowMs]);
  const reason = 'low-fill-rate';
  await world.run(putTradingLock, { operator, email, locked: true, recoverAfterMs: 1000, reason });
  assert.deepEqual(await lock(), [nowMs + 1000, 'low-fill-rate', 2, nowMs]);
  const unlocked = await world.run(putTradingLock, { operator, email, locked: false });
  assert.equal(unlocked.lockedUntilMs, null);
  assert.deepEqual(await lock(), [null, null, 0, nowMs]);
  const audit = await world.lastAudit();
  assert.deepEqual(audit?.details, { from: nowMs + 1000, to: null, reason: null });
});

test('a lock of an unknown account or without a duration is rejected', async () => {
  const { world } = await openTrading();
  const rejection = async (email: string, recoverAfterMs: number) =>
    (await world.rejection(putTradingLock, { operator, email, locked: true, recoverAfterMs })).rejected;
  assert.equal(await rejection('nobody@example.com', 1000), 'account-unknown');
  for (const duration of [0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER]) {
    assert.equal(await rejection('alice@example.com', duration), 'lock-duration-invalid');
  }
});

const indicators = { BNBBTC: [{ i: 'UFR', c: 20, v: '0.05', t: '0.995' }] } as const;

test('indicators replace earlier ones, and do not lock without a breach', async () => {
  const { world, lock } = await openTrading();
  const evaluation = { accountId: world.alice, breached: false };
  await world.run(recordTradingIndicators, { ...evaluation, indicators: {} });
  world.nowMs += 30_000;
  const reply = await world.run(recordTradingIndicators, { ...evaluation, indicators });
  assert.deepEqual(reply, { lockedUntilMs: null });
  const rows = await world.rows('trading_indicators');
  assert.deepEqual(rows, [{ accountId: world.alice, indicators, evaluatedAt: world.nowMs }]);
  assert.deepEqual(await lock(), [null, null, 0, null]);
  const unknown = await world.rejection(recordTradingIndicators, { ...evaluation, accountId: 1, indicators });
  assert.equal(unknown.rejected, 'account-unknown');
});

test('a breach locks once until the lock expires; each lock is longer, and short again after a day', async () => {
  const { world, lock } = await openTrading();
  const breach = { accountId: world.alice, indicators, breached: true };
  const first = world.nowMs + 5 * minuteMs;
  assert.deepEqual(await world.run(recordTradingIndicators, breach), { lockedUntilMs: first });
  assert.deepEqual(await lock(), [first, 'low-fill-rate', 1, world.nowMs]);

  world.nowMs = first - 1;
  assert.deepEqual(await world.run(recordTradingIndicators, breach), { lockedUntilMs: first });
  assert.equal((await lock())[2], 1, 'a locked account is not locked again');
  assert.equal((await world.rows('trading_indicators'))[0]?.evaluatedAt, world.nowMs);

  world.nowMs = first;
  const second = { lockedUntilMs: first + 10 * minuteMs };
  assert.deepEqual(await world.run(recordTradingIndicators, breach), second);
  assert.equal((await lock())[2], 2);

  world.nowMs = first + dayMs;
  const third = { lockedUntilMs: world.nowMs + 5 * minuteMs };
  assert.deepEqual(await world.run(recordTradingIndicators, breach), third);
  assert.equal((await lock())[2], 1);
});
