/** Times in microseconds: bounds of histories, and the times in replies of /api. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { account } from '../../src/contract/api/account.ts';
import { exchangeInfo } from '../../src/contract/api/exchange-info.ts';
import { serverTime } from '../../src/contract/api/server-time.ts';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { assetDividend } from '../../src/contract/wapi/asset-dividend.ts';
import { withdrawHistory } from '../../src/contract/wapi/withdraw-history.ts';
import { credit, done } from '../support/world.ts';
import { decimal, operator } from '../support/world-plan.ts';
import { goodQueryOf } from './calls.ts';
import { assertRejected, ContractWorld } from './contract-world.ts';

let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());

async function dividendsWithin(range: string): Promise<number> {
  const { status, text, body } = await world.call({ operation: assetDividend, query: range });
  assert.equal(status, 200, text);
  return Number(body.total);
}

test('bounds in microseconds are inclusive to the microsecond, also if only one of them is in microseconds', async () => {
  const { server } = world.exchange;
  await credit(server, world.master.email, 'SOL 1');
  const dividend = { asset: 'SOL', holdersOf: 'SOL', total: decimal('1'), info: '' };
  await done(server.commands.submit('distributeDividend', { operator, ...dividend }));
  const { rows } = (await world.call({ operation: assetDividend })).body as { rows: { divTime: number }[] };
  const timeMs = rows[0]?.divTime as number;
  const inside = [
    `startTime=${timeMs}000`,
    `startTime=${timeMs - 1}001`,
    `endTime=${timeMs}000`,
    `endTime=${timeMs}999`,
    `startTime=${timeMs}000&endTime=${timeMs}000`,
    `startTime=${timeMs}&endTime=${timeMs}000`,
    `startTime=${timeMs}000&endTime=${timeMs}`,
  ];
  const outside = [
    `startTime=${timeMs}001`,
    `endTime=${timeMs - 1}999`,
    `startTime=${timeMs}001&endTime=${timeMs}999`,
  ];
  for (const range of inside) assert.equal(await dividendsWithin(range), 1, range);
  for (const range of outside) assert.equal(await dividendsWithin(range), 0, range);
  const reversed = await world.call({
    operation: assetDividend,
    query: `startTime=${timeMs}002&endTime=${timeMs}001`,
  });
  const reason = 'it must not be after endTime';
  assertRejected(reversed, 'parameter-invalid', { parameter: 'startTime', reason }, assetDividend.dialect);
});

test('wapi has milliseconds only: a larger number is a time in the future', async () => {
  const { master } = world;
  await world.exchange.signed(master, 'POST', '/wapi/v3/withdraw.html', 'asset=CAP&address=there&amount=1');
  const nowUs = `${Date.now() + 3_600_000}000`;
  const { body } = await world.call({ operation: withdrawHistory, query: `endTime=${nowUs}` });
  assert.equal((body.withdrawList as unknown[]).length, 1);
  const later = await world.call({
    operation: withdrawHistory,
    query: `startTime=${Date.now() - 3_600_000}000`,
  });
  assert.deepEqual(later.body.withdrawList, []);
});

test('X-MBX-TIME-UNIT selects the unit of the times in replies of /api', async () => {
  for (const operation of [serverTime, exchangeInfo]) {
    const timeIn = async (headers: Record<string, string>) => {
      const beforeMs = Date.now();
      const { body } = await world.call({ operation, headers });
      return { time: Number(body.serverTime), beforeMs, afterMs: Date.now(), body };
    };
    for (const unit of ['MICROSECOND', 'microsecond', 'Microsecond']) {
      const { time, beforeMs, afterMs, body } = await timeIn({ 'x-mbx-time-unit': unit });
      assert.ok(time >= beforeMs * 1000 && time <= afterMs * 1000, `${time}`);
      const plain = await timeIn({});
      assert.deepEqual({ ...body, serverTime: 0 }, { ...plain.body, serverTime: 0 }, 'nothing else changes');
    }
    for (const unit of ['MILLISECOND', 'millisecond', '']) {
      const { time, beforeMs, afterMs } = await timeIn({ 'x-mbx-time-unit': unit });
      assert.ok(time >= beforeMs && time <= afterMs, `${time}`);
    }
    const rejected = await world.call({ operation, headers: { 'x-mbx-time-unit': 'micros' } });
    assert.equal(rejected.status, 400);
    const msg = 'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.';
    assert.deepEqual(rejected.body, { success: false, code: -1194, msg });
  }
});

test('outside of /api the header is ignored, whatever its value', async () => {
  const ask = async (headers: Record<string, string>) =>
    (await world.call({ operation: assetDividend, headers })).text;
  const plain = await ask({});
  for (const unit of ['MICROSECOND', 'nothing'])
    assert.equal(await ask({ 'x-mbx-time-unit': unit }), plain, unit);
});

test('the longest interval of a history is the same in microseconds', async () => {
  const endMs = Date.now();
  const withWindow = customerOperations.filter(
    ({ window, dialect }) => window !== null && dialect.timing.microseconds,
  );
  assert.ok(withWindow.length > 0);
  for (const operation of withWindow) {
    const startMs = endMs - (operation.window?.days ?? 0) * 86_400_000;
    const good = goodQueryOf(operation);
    const ask = (range: string) =>
      world.call({ operation, query: [good, range].filter((part) => part !== '').join('&') });
    const exact = await ask(`startTime=${startMs}000&endTime=${endMs}000`);
    assert.equal(exact.status, 200, exact.text);
    const longer = await ask(`startTime=${startMs - 1}000&endTime=${endMs}000`);
    const details = { hours: (operation.window?.days ?? 0) * 24 };
    assertRejected(longer, operation.window?.error ?? 'unknown', details, operation.dialect);
  }
});

test('the balances of /api show their time in the unit that the client asks for', async () => {
  const beforeMs = Date.now();
  const reply = await world.call({ operation: account, headers: { 'x-mbx-time-unit': 'MICROSECOND' } });
  const updateTime = Number(reply.body.updateTime);
  assert.ok(updateTime >= beforeMs * 1000 && updateTime <= Date.now() * 1000, reply.text);
  const plain = await world.call({ operation: account });
  assert.deepEqual({ ...reply.body, updateTime: 0 }, { ...plain.body, updateTime: 0 });
});
