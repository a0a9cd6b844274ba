import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimal, openFamily, operator } from '../../../test/support/command-world.ts';
import { putSymbol } from '../catalog/symbol-put.ts';
import { recordOrderEvents } from './order-events-record.ts';
import { recordTradingIndicators } from './trading-indicators-record.ts';
import { putTradingLock } from './trading-lock-put.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

async function openTrading() {
  const family = await openFamily();
  const symbol = { symbol: 'BNBBTC', baseAsset: 'BNB', quoteAsset: 'BTC', maker: '0', taker: '0' };
  await family.run(putSymbol, { operator, symbol });
  const lock = async () => {
    const [row] = await family.rows('accounts', { id: family.alice });
    return [row?.lockedUntil, row?.lockReason, row?.lockCount, row?.lastLockedAt];
  };
  return { family, lock };
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
  const { family } = await openTrading();
  const { openMs: _, ...ioc } = { ...event, timeInForce: 'IOC', outcome: 'EXPIRED' } as const;
  const events = [event, { ...ioc, email: 'bob@example.com' }];
  assert.deepEqual(await family.run(recordOrderEvents, { operator, events }), { recorded: 2 });
  const base = { symbol: 'BNBBTC', submitted: '10.5', filled: '0', at: family.nowMs };
  assert.deepEqual(
    (await family.rows('order_events')).map(({ seq: _seq, ...row }) => row),
    [
      { ...base, accountId: family.alice, timeInForce: 'GTC', outcome: 'CANCELED', openMs: 1200 },
      { ...base, accountId: family.bob, timeInForce: 'IOC', outcome: 'EXPIRED', openMs: null },
    ],
  );
  const audit = await family.lastAudit();
  assert.deepEqual([audit?.action, audit?.details], ['order-events-record', { recorded: 2 }]);
});

test('one invalid event causes the whole batch to be rejected, and the error names its index', async () => {
  const { family } = await openTrading();
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
    const { rejected, details } = await family.refused(recordOrderEvents, { operator, events });
    assert.equal(rejected, 'operator-invalid');
    assert.match(String(details.reason), /events\[1\]/);
  }
});

test('an operator locks trading for 5 minutes by default, and unlocking resets the count of locks', async () => {
  const { family, lock } = await openTrading();
  const { nowMs } = family;
  const email = 'Alice@example.com';
  const first = await family.run(putTradingLock, { operator, email, locked: true });
  assert.deepEqual(first, { email: 'alice@example.com', lockedUntilMs: nowMs + 5 * minuteMs });
  assert.deepEqual(await lock(), [nowMs + 5 * minuteMs, 'operator', 1, nowMs]);
  const reason = 'low-fill-rate';
  await family.run(putTradingLock, { operator, email, locked: true, recoverAfterMs: 1000, reason });
  assert.deepEqual(await lock(), [nowMs + 1000, 'low-fill-rate', 2, nowMs]);
  const unlocked = await family.run(putTradingLock, { operator, email, locked: false });
  assert.equal(unlocked.lockedUntilMs, null);
  assert.deepEqual(await lock(), [null, null, 0, nowMs]);
  const audit = await family.lastAudit();
  assert.deepEqual(audit?.details, { from: nowMs + 1000, to: null, reason: null });
});

test('a lock of an unknown account or without a duration is rejected', async () => {
  const { family } = await openTrading();
  const refusal = async (email: string, recoverAfterMs: number) =>
    (await family.refused(putTradingLock, { operator, email, locked: true, recoverAfterMs })).rejected;
  assert.equal(await refusal('nobody@example.com', 1000), 'account-unknown');
  for (const duration of [0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER]) {
    assert.equal(await refusal('alice@example.com', duration), 'operator-invalid');
  }
});

const indicators = { BNBBTC: [{ i: 'UFR', c: 20, v: '0.05', t: '0.995' }] } as const;

test('indicators replace earlier ones, and do not lock without a breach', async () => {
  const { family, lock } = await openTrading();
  const evaluation = { accountId: family.alice, breached: false };
  await family.run(recordTradingIndicators, { ...evaluation, indicators: {} });
  family.nowMs += 30_000;
  const reply = await family.run(recordTradingIndicators, { ...evaluation, indicators });
  assert.deepEqual(reply, { lockedUntilMs: null });
  const rows = await family.rows('trading_indicators');
  assert.deepEqual(rows, [{ accountId: family.alice, indicators, evaluatedAt: family.nowMs }]);
  assert.deepEqual(await lock(), [null, null, 0, null]);
  const unknown = await family.refused(recordTradingIndicators, { ...evaluation, accountId: 1, indicators });
  assert.equal(unknown.rejected, 'account-unknown');
});

test('a breach locks once until the lock expires; each lock is longer, and short again after a day', async () => {
  const { family, lock } = await openTrading();
  const breach = { accountId: family.alice, indicators, breached: true };
  const first = family.nowMs + 5 * minuteMs;
  assert.deepEqual(await family.run(recordTradingIndicators, breach), { lockedUntilMs: first });
  assert.deepEqual(await lock(), [first, 'low-fill-rate', 1, family.nowMs]);

  family.nowMs = first - 1;
  assert.deepEqual(await family.run(recordTradingIndicators, breach), { lockedUntilMs: first });
  assert.equal((await lock())[2], 1, 'a locked account is not locked again');
  assert.equal((await family.rows('trading_indicators'))[0]?.evaluatedAt, family.nowMs);

  family.nowMs = first;
  const second = { lockedUntilMs: first + 10 * minuteMs };
  assert.deepEqual(await family.run(recordTradingIndicators, breach), second);
  assert.equal((await lock())[2], 2);

  family.nowMs = first + dayMs;
  const third = { lockedUntilMs: family.nowMs + 5 * minuteMs };
  assert.deepEqual(await family.run(recordTradingIndicators, breach), third);
  assert.equal((await lock())[2], 1);
});
