/**
 * Limits of customers end in the time of the world, to the millisecond, however much time passes outside: quotas, daily
 * maxima, cooling-off times, locks, expiries, bans and the record of offences, indicators, the days of the ledger,
 * events. The time in which access of operators is unconfirmed ends likewise.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { becomeAdministrator, Page, password } from '../operator/page.ts';
import type { Reply } from '../support/exchange.ts';
import { letMachineTimePass, restoreMachineTime } from '../support/machine-time.ts';
import { type LabWorld, openLab } from './lab-world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const weightPerMinute = 200;

afterEach(restoreMachineTime);

describe('in the time of the world', () => {
  let world: LabWorld;

  before(async () => {
    world = await openLab(['--weight-per-minute', `${weightPerMinute}`]);
    await operate('POST', '/lab/clock/freeze');
  });
  after(() => world.exchange.close());

  async function operate(method: string, path: string, body: object = {}): Promise<Reply['body']> {
    const reason = path.startsWith('/lab/') ? {} : { reason: 'a test' };
    const given = method === 'GET' ? undefined : { ...body, ...reason };
    const reply = await world.exchange.operator(method, path, given);
    assert.ok(reply.status < 300, `${method} ${path}: ${reply.text}`);
    return reply.body;
  }
  const advance = (body: object) => operate('POST', '/lab/clock/advance', body);
  const now = async (): Promise<number> => (await operate('GET', '/lab/clock')).now;
  const ofAlice = (path: string) => `/accounts/${world.alice.email}${path}`;

  /** Reading changes nothing as long as it is not over. */
  async function assertEnds(atMs: number, isOver: () => Promise<boolean>): Promise<void> {
    assert.equal(await isOver(), false, 'it has not begun');
    letMachineTimePass(400 * dayMs);
    assert.equal(await isOver(), false, 'it follows the machine');
    await advance({ to: atMs - 1 });
    assert.equal(await isOver(), false, 'it ends too early');
    await advance({ by: 1 });
    assert.equal(await isOver(), true, 'it ends too late');
  }

  /** Whether a withdrawal is accepted that only a limit may prevent. */
  async function isAccepted(order: object): Promise<boolean> {
    const { status, body, text } = await world.withdraw(order);
    assert.ok(status === 200 || body.code === -4015 || body.code === -4023, text);
    return status === 200;
  }

  test('a withdrawal counts towards the quota of its account for 24 hours', async () => {
    await operate('PUT', '/prices/ETH', { price: '2000' });
    await operate('PATCH', ofAlice(''), { withdrawQuotaUsd: '3000' });
    const appliedMs = await now();
    assert.equal(await isAccepted({ amount: '1' }), true);
    await assertEnds(appliedMs + dayMs + 1, () => isAccepted({ amount: '1' }));
    await operate('PATCH', ofAlice(''), { withdrawQuotaUsd: null });
  });

  test('a withdrawal counts towards the maximum of its asset for 24 hours', async () => {
    await advance({ by: 2 * dayMs });
    await operate('PATCH', '/assets/ETH', { withdrawMaximumPerDay: '1' });
    const appliedMs = await now();
    assert.equal(await isAccepted({ amount: '1' }), true);
    await assertEnds(appliedMs + dayMs + 1, () => isAccepted({ amount: '1' }));
    await operate('PATCH', '/assets/ETH', { withdrawMaximumPerDay: null });
  });

  test('an address cools off before an account may withdraw to it', async () => {
    await operate('PUT', '/settings', { whitelistDelayHours: 24 });
    await operate('PATCH', ofAlice(''), { whitelistOnly: true });
    const entry = { asset: 'ETH', network: 'ETH', address: world.order({}).address };
    const { whitelistedFrom } = await operate('PUT', ofAlice('/address-book'), entry);
    assert.equal(whitelistedFrom, (await now()) + dayMs);
    await assertEnds(whitelistedFrom, () => isAccepted({ amount: '1' }));
    await operate('PATCH', ofAlice(''), { whitelistOnly: false });
  });

  test('trading is locked until its lock ends', async () => {
    const lock = { locked: true, recoverAfterMs: 36 * hourMs };
    const { lockedUntil } = await operate('PUT', ofAlice('/trading-lock'), lock);
    assert.equal(lockedUntil, (await now()) + 36 * hourMs);
    await assertEnds(lockedUntil, async () => {
      const reply = await world.exchange.signed(world.alice, 'GET', '/wapi/v3/apiTradingStatus.html');
      return !reply.body.status.isLocked;
    });
  });

  test('an API key is valid until it expires', async () => {
    const expiresAt = (await now()) + 30 * dayMs;
    const key = await operate('POST', ofAlice('/api-keys'), { expiresAt });
    await assertEnds(expiresAt, async () => {
      const path = '/sapi/v1/capital/withdraw/history';
      const { status, body, text } = await world.exchange.signed(key, 'GET', path);
      assert.ok(status === 200 || body.code === -2015, text);
      return status !== 200;
    });
  });

  test('an account converts dust once in its interval', async () => {
    await operate('PUT', '/settings', { dustIntervalHours: 6 });
    const convert = async (asset: string) => {
      const reply = await world.exchange.signed(world.alice, 'POST', '/sapi/v1/asset/dust', { asset });
      assert.ok(reply.status === 200 || /hours/.test(reply.text), reply.text);
      return reply.status === 200;
    };
    assert.equal(await convert('ADA'), true);
    await assertEnds((await now()) + 6 * hourMs, () => convert('XRP'));
    await operate('PUT', '/settings', { dustIntervalHours: 0 });
  });

  test('an offence counts for a week: the ban after it lasts ten minutes, and a later one two again', async () => {
    const ping = async () => (await world.exchange.request('GET', '/api/v3/ping')).status;
    const assertBan = async (ms: number) => {
      // The weights are counted by the minutes of the wire.
      letMachineTimePass(minuteMs - (Date.now() % minuteMs));
      for (let sent = 0; sent < 10 * weightPerMinute; sent += 1) if ((await ping()) === 418) break;
      await assertEnds((await now()) + ms, async () => (await ping()) === 200);
    };
    await assertBan(2 * minuteMs);
    await advance({ by: 7 * dayMs - 2 * minuteMs });
    await assertBan(10 * minuteMs);
    await advance({ by: 7 * dayMs - 10 * minuteMs + 1 });
    await assertBan(2 * minuteMs);
  });

  test('a day is closed a minute after its end', async () => {
    const day = Math.floor((await now()) / dayMs);
    await operate('POST', ofAlice('/credit'), { asset: 'ETH', amount: '1' });
    const closedMs = (day + 1) * dayMs + minuteMs;
    await assertEnds(closedMs, async () => {
      const last = await world.exchange.server.reads.lastClosedDay();
      return last !== undefined && last.day >= day && last.complete;
    });
  });

  test('an order counts in the indicators for ten minutes, and leaves them within half a minute', async () => {
    const order = { symbol: 'BNBBTC', timeInForce: 'GTC', submitted: '10', filled: '0', outcome: 'CANCELED' };
    const at = await now();
    await operate('POST', '/order-events', { events: [{ ...order, email: world.alice.email, openMs: 100 }] });
    await advance({ by: minuteMs });
    const isShown = async () => {
      const reply = await world.exchange.signed(world.alice, 'GET', '/wapi/v3/apiTradingStatus.html');
      assert.equal(reply.status, 200, reply.text);
      return 'BNBBTC' in reply.body.status.indicators;
    };
    letMachineTimePass(dayMs);
    await advance({ to: at + 10 * minuteMs });
    assert.equal(await isShown(), true, 'it leaves them too early');
    await advance({ by: minuteMs / 2 + 1 });
    assert.equal(await isShown(), false, 'it leaves them too late');
  });

  test('an event is kept for an hour, and deleted at the next minute', async () => {
    const { reads } = world.exchange.server;
    await operate('POST', ofAlice('/credit'), { asset: 'ETH', amount: '1' });
    const at = await now();
    const goneMs = Math.ceil((at + hourMs + 1) / minuteMs) * minuteMs;
    await assertEnds(goneMs, async () => {
      const start = await reads.eventsAfter(0, 10_000);
      const page = start.kind === 'pruned' ? await reads.eventsAfter(start.firstSeq - 1, 10_000) : start;
      assert.equal(page.kind, 'events');
      return page.kind === 'events' && !page.rows.some((row) => row.at === at);
    });
  });
});

describe('access that the bootstrap token has opened', () => {
  let world: LabWorld;
  before(async () => {
    world = await openLab();
  });
  after(() => world.exchange.close());

  test('counts among several approvers after seven days', async () => {
    const { exchange } = world;
    const olga = await becomeAdministrator(exchange);
    const { now } = await olga.done('POST', '/lab/clock/freeze', {});
    const rules = [{ name: 'two', decision: 'approve', approvers: 2, role: 'approver' }];
    await olga.done('PUT', '/policies', { rules, changes: [], reason: 'a test' });
    const vic = new Page(exchange);
    const opened = await exchange.operator('POST', '/operators', { name: 'vic', roles: ['approver'] });
    assert.equal(opened.status, 201, opened.text);
    await vic.done('POST', '/links/accept', { secret: opened.body.link.secret, password });
    const { body: withdrawal } = await world.withdraw({ withdrawOrderId: 'of-two' });
    const approve = () => vic.send('POST', `/withdrawals/${withdrawal.id}/approve`, {});
    const isRefused = async () => {
      const { status, text } = await approve();
      assert.ok(status === 200 || /The bootstrap token opened your access/.test(text), text);
      return status !== 200;
    };
    assert.equal(await isRefused(), true);
    await olga.done('POST', '/lab/clock/advance', { to: now + 7 * dayMs - 1 });
    assert.equal(await isRefused(), true, 'it counts too early');
    await olga.done('POST', '/lab/clock/advance', { by: 1 });
    assert.equal(await isRefused(), false, 'it counts too late');
  });
});
