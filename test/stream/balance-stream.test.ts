/** The balance stream over real sockets: the events for each change of a free balance. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Exchange, type Query, startExchange } from '../support/exchange.ts';
import {
  type AccountName,
  accountNames,
  buildStandardWorld,
  outsideAddresses,
} from '../support/standard-world.ts';
import { type Frame, StreamClient } from '../support/stream-client.ts';
import { type Customer, credit } from '../support/world.ts';

let exchange: Exchange;
let customers: Readonly<Record<AccountName, Customer>>;

before(async () => {
  exchange = await startExchange();
  customers = await buildStandardWorld(exchange.server);
});
after(() => exchange.close());

async function call(name: AccountName, method: string, path: string, query?: Query) {
  const reply = await exchange.signed(customers[name], method, path, query);
  assert.equal(reply.status, 200, reply.text);
  return reply.body;
}

async function operate(method: string, path: string, body?: object) {
  const reply = await exchange.operator(method, path, body);
  assert.ok(reply.status < 300, reply.text);
  return reply.body;
}

async function subscribed(name: AccountName): Promise<StreamClient> {
  const client = await StreamClient.open(exchange);
  const reply = await client.signed(customers[name], 'userDataStream.subscribe.signature');
  assert.deepEqual(reply.result, { subscriptionId: 0 }, JSON.stringify(reply));
  return client;
}

/** An event in short: `ETH -1.5`, or `ETH = 7` for the free balance in a position. */
function inShort({ event }: Frame): string {
  const plain = (amount: string) => amount.replace(/\.?0+$/, '');
  if (event.e === 'balanceUpdate') return `${event.a} ${plain(event.d)}`;
  assert.equal(event.e, 'outboundAccountPosition', JSON.stringify(event));
  for (const { l } of event.B) assert.equal(l, '0.00000000');
  return event.B.map(({ a, f }: Frame) => `${a} = ${plain(f)}`).join(', ');
}

/** Two more events: all earlier events have been sent when they arrive. */
const fence = 'ADA 0.000001';

/** The changes that `work` sends to each account, in the order of the events; positions are left out. */
async function changesDuring(work: () => Promise<unknown>): Promise<Record<string, readonly string[]>> {
  const clients = await Promise.all(accountNames.map(subscribed));
  await work();
  const changes: Record<string, readonly string[]> = {};
  for (const [index, name] of accountNames.entries()) {
    const client = clients[index] as StreamClient;
    await credit(exchange.server, customers[name].email, fence);
    await client.eventWhere(
      ({ event }) => event.e === 'balanceUpdate' && `${event.a} ${event.d}`.startsWith(fence),
    );
    const updates = client.events.filter(({ event }) => event.e === 'balanceUpdate').map(inShort);
    if (updates.length > 1) changes[name] = updates.filter((each) => each !== fence);
    await client.close();
  }
  return changes;
}

const withdraw = (name: AccountName, asset: string, amount: string, address?: string) =>
  call(name, 'POST', '/wapi/v3/withdraw.html', {
    asset,
    amount,
    address: address ?? String(outsideAddresses[asset]?.[0]),
    name: 'x',
  });
const mine = (network: string, count: number) => operate('POST', '/chain/blocks', { network, count });
const addressOf = async (name: AccountName, asset: string): Promise<string> =>
  (await call(name, 'GET', '/wapi/v3/depositAddress.html', { asset })).address;
const stageOf = async (id: string) => (await operate('GET', `/withdrawals/${id}`)).stage as string;

test('a withdrawal sends one update of the gross amount, then the position, and nothing when it is completed', async () => {
  const client = await subscribed('alice');
  const free = (await operate('GET', `/accounts/${customers.alice.email}/balances`)).balances;
  const before = Number(free.find(({ asset }: Frame) => asset === 'ETH').free);
  const { id } = await withdraw('alice', 'ETH', '1.5');
  const [update, position] = await client.received(2);
  const { E, T, ...content } = update.event;
  assert.equal(update.subscriptionId, 0);
  assert.deepEqual(content, { e: 'balanceUpdate', a: 'ETH', d: '-1.50000000' });
  assert.ok(E === T && Math.abs(Date.now() - E) < 60_000, String(E));
  assert.equal(position.event.u, E);
  assert.equal(inShort(position), `ETH = ${before - 1.5}`);
  await eventually(
    () => stageOf(id),
    (stage) => stage === 'broadcast',
  );
  await mine('ETH', 3);
  await eventually(
    () => stageOf(id),
    (stage) => stage === 'completed',
  );
  await credit(exchange.server, customers.alice.email, fence);
  assert.equal(inShort((await client.received(3))[2]), fence);
  await client.close();
});

test('a withdrawal that an operator rejects gives the gross amount back', async () => {
  const changes = await changesDuring(async () => {
    const { id } = await withdraw('alice', 'BTC', '0.02');
    await operate('POST', `/withdrawals/${id}/reject`, { reason: 'a test' });
  });
  assert.deepEqual(changes, { alice: ['BTC -0.02', 'BTC 0.02'] });
});

test('a withdrawal to an address of this exchange changes both balances once', async () => {
  const address = await addressOf('bob', 'ETH');
  const changes = await changesDuring(() => withdraw('alice', 'ETH', '2', address));
  assert.deepEqual(changes, { alice: ['ETH -2'], bob: ['ETH 1.999993'] });
});

test('a deposit changes the free balance when it is unlocked', async () => {
  const address = await addressOf('bob', 'ETH');
  const client = await subscribed('bob');
  await operate('POST', '/deposits', { asset: 'ETH', address, amount: '0.25' });
  await mine('ETH', 2);
  await credit(exchange.server, customers.bob.email, fence);
  assert.equal(inShort((await client.received(1))[0]), fence);
  await mine('ETH', 2);
  assert.equal(inShort((await client.received(3))[2]), 'ETH 0.25');
  await client.close();
});

test('a transfer in the family changes both balances', async () => {
  const changes = await changesDuring(() =>
    call('master', 'POST', '/wapi/v3/sub-account/transfer.html', {
      fromEmail: customers.alice.email,
      toEmail: customers.bob.email,
      asset: 'XRP',
      amount: '3',
    }),
  );
  assert.deepEqual(changes, { alice: ['XRP -3'], bob: ['XRP 3'] });
});

test('a transfer to the Funding wallet and back changes the Spot balance, and nothing else is sent', async () => {
  const changes = await changesDuring(async () => {
    for (const type of ['MAIN_FUNDING', 'FUNDING_MAIN'])
      await call('alice', 'POST', '/sapi/v1/asset/transfer', { type, asset: 'ETH', amount: '4' });
  });
  assert.deepEqual(changes, { alice: ['ETH -4', 'ETH 4'] });
});

test('dividends and bookings of an operator change the balance once each', async () => {
  const changes = await changesDuring(async () => {
    const { email } = customers.bob;
    await credit(exchange.server, email, 'ETH 5');
    await operate('POST', `/accounts/${email}/debit`, { asset: 'ETH', amount: '1', reason: 'a test' });
    await operate('POST', '/dividends', { asset: 'ETH', holdersOf: 'BTC', total: '3', info: 'a test' });
  });
  const shares = Object.values(changes).map((each) => each.at(-1) ?? '');
  for (const share of shares) assert.match(share, /^ETH (1|0\.99999)/);
  assert.deepEqual(changes, {
    master: [shares[0]],
    alice: [shares[1]],
    bob: ['ETH 5', 'ETH -1', shares[2]],
  });
});

test('a conversion of dust sends one update for each asset, and one of the net amount of BNB', async () => {
  const client = await subscribed('master');
  await call('master', 'POST', '/sapi/v1/asset/dust', 'asset=XRP&asset=ADA');
  const frames = await client.received(4);
  const all = frames.map(inShort);
  const [xrp, bnb, ada] = all;
  assert.match(String(xrp), /^XRP -/);
  assert.match(String(ada), /^ADA -/);
  assert.match(String(bnb), /^BNB \d/);
  assert.match(String(all[3]), /^XRP = 0, BNB = \d.*, ADA = 0$/);
  assert.equal(new Set(frames.map(({ event }) => event.E)).size, 1);
  await client.close();
});

test('the position after each update is as of its commit', async () => {
  const client = await subscribed('alice');
  await Promise.all(Array.from({ length: 40 }, () => withdraw('alice', 'ETH', '0.1')));
  await credit(exchange.server, customers.alice.email, fence);
  await client.eventWhere(({ event }) => event.a === 'ADA');
  let free: bigint | undefined;
  let updates = 0;
  const units = (text: string) => BigInt(text.replace('.', ''));
  for (const { event } of client.events) {
    if (event.a === 'ADA') break;
    if (event.e === 'balanceUpdate') {
      updates += 1;
      if (free !== undefined) free += units(event.d);
    } else {
      const { f } = event.B[0];
      assert.equal(free ?? units(f), units(f));
      free = units(f);
    }
  }
  assert.equal(updates, 40);
  await client.close();
});

test('a stop is announced; after the restart a subscription gets only what follows', async () => {
  const client = await subscribed('alice');
  const closed = client.closed();
  await exchange.restart();
  assert.deepEqual(await closed, { code: 1001, reason: 'the server is stopping' });
  const [{ event, subscriptionId }] = client.events;
  assert.deepEqual([event.e, subscriptionId], ['serverShutdown', undefined]);
  const changes = await changesDuring(() => credit(exchange.server, customers.alice.email, 'ETH 6'));
  assert.deepEqual(changes, { alice: ['ETH 6'] });
});

test('connecting and messages have weights in the pool of the address, and a banned client is disconnected', async () => {
  const limited = await startExchange(['--weight-per-minute', '1000']);
  try {
    const client = await StreamClient.open(limited);
    const counts: number[] = [];
    for (const method of ['ping', 'session.status', 'userDataStream.subscribe', 'no.such']) {
      const [{ limit, count }] = (await client.request(method)).rateLimits;
      assert.equal(limit, 1000);
      counts.push(count);
    }
    // Connecting 2, then 1, 1, 2 and 1. At the end of a minute the count starts again.
    const hasRestarted = counts.some((count, index) => count < (counts[index - 1] ?? 3));
    if (!hasRestarted) assert.deepEqual(counts, [3, 4, 6, 7]);
    const statuses = new Map<number, Frame>();
    const closed = client.closed();
    for (let sent = 0; sent < 4000 && !statuses.has(418); sent += 1) {
      const reply = await client.request('ping');
      statuses.set(reply.status, reply);
    }
    assert.deepEqual([...statuses.keys()], [200, 429, 418]);
    for (const status of [429, 418]) {
      const { code, data } = statuses.get(status).error;
      assert.equal(code, -1003);
      assert.ok(data.retryAfter > data.serverTime, JSON.stringify(data));
    }
    assert.deepEqual(await closed, { code: 1008, reason: 'the IP address is banned' });
    await assert.rejects(StreamClient.open(limited), /418/);
  } finally {
    await limited.close();
  }
});

test('without an upgrade the path is unknown, and the error says what to do', async () => {
  for (const path of ['/ws-api/v3', '/ws/key', '/stream', '/api/v3/userDataStream']) {
    const { status, body } = await exchange.request('GET', path);
    assert.deepEqual([status, /WebSocket at \/ws-api\/v3/.test(body.msg)], [404, true], path);
  }
});
