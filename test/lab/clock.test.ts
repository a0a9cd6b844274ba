/** The clock of the world: frozen, resumed, advanced; what becomes due on the way; what the wire follows. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { operationNamed } from '../operator/operation-named.ts';
import { eventually } from '../support/eventually.ts';
import { type LabWorld, openLab } from './lab-world.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

type Ran = { readonly at: number; readonly what: string; readonly id: string | null };

/** The operations of the clock; each reply must be as declared. */
function clockOf({ exchange }: LabWorld) {
  const call = async (id: string, method: string, path: string, body?: object) => {
    const reply = await exchange.operator(method, `/lab/clock${path}`, body);
    assert.equal(reply.status, 200, reply.text);
    assert.equal(createSchemaCheck(operationNamed(id).reply)(reply.body), null, reply.text);
    return reply.body;
  };
  return {
    read: () => call('getLabClock', 'GET', ''),
    freeze: (body = {}) => call('freezeLabClock', 'POST', '/freeze', body),
    resume: (body = {}) => call('resumeLabClock', 'POST', '/resume', body),
    advance: (body: object) => call('advanceLabClock', 'POST', '/advance', body),
  };
}

describe('a world with blocks', () => {
  let world: LabWorld;
  let clock: ReturnType<typeof clockOf>;

  before(async () => {
    world = await openLab(['--block-ms', '1000']);
    clock = clockOf(world);
  });
  after(() => world.exchange.close());

  const heights = async (): Promise<Record<string, number>> => {
    const { body } = await world.exchange.operator('GET', '/chain');
    return Object.fromEntries(
      body.networks.map((each: { network: string; height: number }) => [each.network, each.height]),
    );
  };

  test('a frozen world stands still while wire time passes, and shows what is due next', async () => {
    const frozen = await clock.freeze();
    const before = await heights();
    assert.equal(frozen.frozen, true);
    assert.equal(frozen.wire, 'machine');
    const { body } = await world.exchange.request('GET', '/api/v3/time');
    const again = await clock.read();
    assert.equal(again.now, frozen.now);
    assert.ok(again.wireNow >= body.serverTime && body.serverTime >= frozen.wireNow);
    assert.deepEqual(await heights(), before);
    assert.deepEqual((await clock.freeze()).now, frozen.now);
  });

  test('advance confirms a withdrawal block by block, and every time is of the world', async () => {
    const { now } = await clock.freeze();
    const { body } = await world.withdraw({ withdrawOrderId: 'by-hand' });
    const { ran } = await clock.advance({ by: '1m' });
    const blocks = ran.filter(({ what }: Ran) => what === 'block');
    assert.ok(blocks.length > 0, JSON.stringify(ran));
    assert.deepEqual(
      blocks.filter(({ at, id }: Ran) => at % 1000 !== 0 || !id?.split(' ').includes('ETH')),
      [],
    );
    const { body: row, text } = await world.exchange.operator('GET', `/withdrawals/${body.id}`);
    assert.equal(row.stage, 'completed', text);
    assert.equal(row.applyTime, now);
    assert.equal(row.settleTime, blocks.at(-1)?.at);
  });

  test('blocks that are not made are neither listed nor due', async () => {
    await clock.freeze();
    await world.exchange.operator('PATCH', '/lab/chains/ETH', { auto: false });
    const { body } = await world.withdraw({ withdrawOrderId: 'no-blocks' });
    const isBlock = ({ what }: Ran) => what === 'block';
    const stage = async () => (await world.exchange.operator('GET', `/withdrawals/${body.id}`)).body.stage;
    assert.equal(isBlock((await clock.read()).nextDue), false);
    assert.deepEqual((await clock.advance({ by: '1m' })).ran.filter(isBlock), []);
    assert.equal(await stage(), 'broadcast');
    await world.exchange.operator('PATCH', '/lab/chains/ETH', { auto: true });
    assert.ok(isBlock((await clock.read()).nextDue));
    assert.ok((await clock.advance({ by: '1m' })).ran.some(isBlock));
    assert.equal(await stage(), 'completed');
  });

  test('an idle year passes at once: nothing but the heights follows the time', async () => {
    const { now } = await clock.freeze();
    await clock.advance({ by: '1d' });
    const before = await heights();
    const reply = await clock.advance({ to: now + 366 * dayMs });
    assert.equal(reply.now, now + 366 * dayMs);
    assert.ok(reply.ran.length < 20, JSON.stringify(reply.ran));
    for (const [network, height] of Object.entries(await heights()))
      assert.equal(height, (before[network] ?? 0) + (365 * dayMs) / 1000, network);
  });

  test('completed work is listed in order of its time', async () => {
    await clock.freeze();
    await world.withdraw({ withdrawOrderId: 'in-order' });
    const { ran } = await clock.advance({ by: '2d' });
    const times = ran.map(({ at }: Ran) => at);
    assert.deepEqual(
      times,
      times.toSorted((a: number, b: number) => a - b),
    );
    for (const what of ['block', 'closing-balances', 'event-log'])
      assert.ok(
        ran.some((each: Ran) => each.what === what),
        `${what}: ${JSON.stringify(ran)}`,
      );
  });

  test('a running world is advanced, and continues from there', async () => {
    const { now } = await clock.resume();
    const reply = await clock.advance({ by: '1h30m' });
    assert.equal(reply.frozen, false);
    assert.ok(reply.now >= now + 90 * minuteMs);
    const later = await clock.read();
    assert.ok(later.now >= reply.now);
  });

  test('an effect of a fault ends at its time, and the stuck withdrawal is paid', async () => {
    const { now } = await clock.freeze();
    const effects = [{ kind: 'stuck', seconds: 60 }];
    const stuck = { position: 'after', ending: { kind: 'normal' }, effects };
    await world.fault({ on: { operation: 'withdraw' }, do: stuck });
    const { body } = await world.withdraw({ withdrawOrderId: 'evicted' });
    const stageOf = async () => (await world.exchange.operator('GET', `/withdrawals/${body.id}`)).body.stage;
    await clock.advance({ by: '59s' });
    assert.equal(await stageOf(), 'broadcast');
    const { ran } = await clock.advance({ by: '11s' });
    const ended = ran.find(({ what }: Ran) => what === 'effect');
    assert.equal(ended?.at, now + minuteMs, JSON.stringify(ran));
    assert.equal(await stageOf(), 'completed');
  });

  test('after maintenance a waiting withdrawal is sent at once, although the time stands still', async () => {
    const { exchange } = world;
    await clock.freeze();
    const operate = async (method: string, path: string, body: object) => {
      const reply = await exchange.operator(method, path, body);
      assert.equal(reply.status, 200, reply.text);
    };
    await operate('PATCH', '/assets/ETH', { autoApprovalLimit: '0.1' });
    const { id } = (await world.withdraw({ amount: '0.7' })).body;
    await operate('PATCH', '/assets/ETH', { autoApprovalLimit: null });
    const stage = async () => (await exchange.operator('GET', `/withdrawals/${id}`)).body.stage;
    await operate('PUT', '/system-status', { status: 1 });
    await operate('POST', `/withdrawals/${id}/approve`, {});
    assert.equal(await stage(), 'queued');
    await operate('PUT', '/system-status', { status: 0 });
    await eventually(stage, (now) => now === 'broadcast');
    assert.equal((await clock.advance({ by: '1h' })).frozen, true);
    assert.equal(await stage(), 'completed');
  });

  test('wire time follows world time on request', async () => {
    await clock.freeze({ wire: 'world' });
    await clock.advance({ by: '1h' });
    const { now, wireNow } = await clock.read();
    assert.equal(wireNow, now);
    const { body } = await world.exchange.request('GET', '/api/v3/time');
    assert.equal(body.serverTime, now);
    const path = '/sapi/v1/capital/withdraw/history';
    const late = await world.exchange.signed(world.alice, 'GET', path);
    assert.equal(late.body.code, -1021, late.text);
    const right = await world.exchange.signed(world.alice, 'GET', path, { timestamp: now });
    assert.equal(right.status, 200, right.text);
    await clock.freeze({ wire: 'machine' });
    assert.equal((await world.exchange.signed(world.alice, 'GET', path)).status, 200);
  });

  test('a request that names no time, an invalid time, or two times is rejected and changes nothing', async () => {
    const { now } = await clock.freeze();
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{}, /either by or to/],
      [{ by: '1m', to: now + 1 }, /either by or to/],
      [{ by: -1 }, /^body\.by: /],
      [{ by: '-1m' }, /^body\.by: .*not negative/],
      [{ by: '' }, /^body\.by: /],
      [{ by: 'soon' }, /^body\.by: /],
      [{ by: 1.5 }, /^body\.by: /],
      [{ by: null }, /^body\.by: /],
      [{ to: now - 1 }, /^body\.to: is in the past/],
      [{ to: 'tomorrow' }, /^body\.to: /],
      [{ to: 8_000_000_000_000 }, /^body\.to: leads beyond 2100-01-01/],
      [{ by: '999999999d' }, /^body\.by: leads beyond 2100-01-01/],
      [{ by: '1m', wire: 'real' }, /^body\.wire: /],
      [{ for: '1m' }, /for/],
    ];
    for (const [body, message] of wrong) {
      const reply = await world.exchange.operator('POST', '/lab/clock/advance', body);
      assert.equal(reply.status, 400, `${JSON.stringify(body)}: ${reply.text}`);
      assert.match(reply.body.msg, message, JSON.stringify(body));
    }
    assert.equal((await clock.read()).now, now);
  });

  test('the time does not go back over a restart, frozen or not', async () => {
    const frozen = await clock.freeze();
    const before = await heights();
    await world.exchange.restart();
    const again = await clock.read();
    assert.deepEqual([again.now, again.frozen], [frozen.now, true]);
    assert.deepEqual(await heights(), before);
    const resumed = await clock.resume();
    await world.exchange.restart();
    const later = await clock.read();
    assert.equal(later.frozen, false);
    assert.ok(later.now >= resumed.now);
  });
});

describe('a limit that ends without any work', () => {
  const hourMs = 3_600_000;
  let world: LabWorld;
  let clock: ReturnType<typeof clockOf>;

  before(async () => {
    world = await openLab(['--weight-per-minute', '300']);
    clock = clockOf(world);
    await operate('PATCH', '/assets/ETH', { withdrawMaximumPerDay: '100' });
    await operate('PUT', '/settings', { whitelistDelayHours: 5, dustIntervalHours: 6 });
  });
  after(() => world.exchange.close());

  async function operate(method: string, path: string, body: object) {
    const reply = await world.exchange.operator(method, path, { ...body, reason: 'a test' });
    assert.ok(reply.status < 300, reply.text);
    return reply.body;
  }

  test('is next due in order of its time, and listed once it has ended', async () => {
    const frozen = await clock.freeze();
    // Work is due at whole seconds.
    const { now } = await clock.advance({ to: Math.ceil(frozen.now / minuteMs) * minuteMs + 12_345 });
    const { email } = world.alice;
    const { apiKey } = await operate('POST', `/accounts/${email}/api-keys`, { expiresAt: now + 3 * hourMs });
    const locked = { locked: true, recoverAfterMs: 4 * hourMs };
    await operate('PUT', `/accounts/${email}/trading-lock`, locked);
    const entry = { asset: 'ETH', network: 'ETH', address: world.order({}).address };
    await operate('PUT', `/accounts/${email}/address-book`, entry);
    const ban = { ip: '192.0.2.7', bannedUntilMs: now + 2 * hourMs, offences: 1, lastOffenceMs: now };
    await world.exchange.server.commands.submit('recordBan', ban);
    const { body: withdrawal } = await world.withdraw({ withdrawOrderId: 'counts' });
    const ends = [
      { at: now + 2 * hourMs, what: 'ban', id: '192.0.2.7' },
      { at: now + 3 * hourMs, what: 'api-key', id: apiKey },
      { at: now + 4 * hourMs, what: 'trading-lock', id: email },
      { at: now + 5 * hourMs, what: 'whitelisting', id: entry.address },
      { at: now + dayMs + 1, what: 'daily-maximum', id: withdrawal.id },
    ];
    const ids = new Set(ends.map(({ id }) => id));
    const { ran } = await clock.advance({ by: hourMs });
    assert.deepEqual(
      ran.filter(({ id }: Ran) => ids.has(id)),
      [],
    );
    for (const end of ends) {
      const before = await clock.advance({ to: end.at - 1 });
      assert.deepEqual(before.nextDue, end);
      const moved = await clock.advance({ by: 1 });
      assert.deepEqual(
        [...before.ran, ...moved.ran].filter(({ id }: Ran) => ids.has(id)),
        [end],
      );
    }
  });

  test('for a quota, each withdrawal that has a price is listed when it no longer counts', async () => {
    const { now } = await clock.freeze();
    const account = `/accounts/${world.alice.email}`;
    const quotas = async (body: object) =>
      (await clock.advance(body)).ran.filter(({ what }: Ran) => what === 'quota');
    await operate('PATCH', '/assets/ETH', { withdrawMaximumPerDay: null });
    await operate('PATCH', account, { withdrawQuotaUsd: '1000000' });
    const { body: first } = await world.withdraw({ withdrawOrderId: 'under-a-quota' });
    await world.withdraw({ withdrawOrderId: 'of-another' }, world.bob);
    const end = { at: now + dayMs + 1, what: 'quota', id: first.id };
    assert.deepEqual(await quotas({ to: end.at - 1 }), []);
    assert.deepEqual((await clock.read()).nextDue, end);
    assert.deepEqual(await quotas({ to: end.at }), [end]);
    await world.withdraw({ withdrawOrderId: 'without-a-quota' });
    await operate('PATCH', account, { withdrawQuotaUsd: null });
    assert.deepEqual(await quotas({ by: 2 * dayMs }), []);
    await operate('PATCH', '/assets/ETH', { withdrawMaximumPerDay: '100' });
  });

  test('for the lab, the ends of an effect that hides a withdrawal and of rejections are listed', async () => {
    const { now } = await clock.freeze();
    await world.fault({ on: { operation: 'withdraw' }, do: 'history-lag' });
    await world.withdraw({ withdrawOrderId: 'hidden' });
    await world.fault({ on: { operation: 'withdraw' }, do: 'ban' });
    await world.withdraw({ withdrawOrderId: 'rejected' });
    const { ran } = await clock.advance({ by: '10s' });
    const ended = ran.filter(({ what }: Ran) => what === 'effect' || what === 'rejections');
    assert.deepEqual(
      ended.map(({ at, what, id }: Ran) => [at - now, what, id]),
      [
        [5000, 'rejections', `key ${world.alice.apiKey}`],
        [10_000, 'effect', 'e_1'],
      ],
    );
  });

  test('a window of request weights ends in the world only if the wire follows it', async () => {
    await clock.freeze({ wire: 'world' });
    const { now } = await clock.advance({
      to: Math.ceil(((await clock.read()).now + 1) / minuteMs) * minuteMs,
    });
    const ping = async () => (await world.exchange.request('GET', '/api/v3/ping')).status;
    let status = 200;
    for (let sent = 0; sent < 1000 && status === 200; sent += 1) status = await ping();
    assert.equal(status, 429);
    const due = { at: now + minuteMs, what: 'rate-limit', id: '127.0.0.1' };
    const ends = async (body: object) =>
      (await clock.advance(body)).ran.filter(({ what }: Ran) => what === due.what);
    assert.equal((await clock.read()).nextDue.at, due.at);
    assert.deepEqual(await ends({ to: due.at - 1 }), []);
    assert.deepEqual(await ends({ to: due.at }), [due]);
    assert.equal(await ping(), 200);
  });
});
