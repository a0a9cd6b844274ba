/**
 * Many concurrent clients on few accounts, over HTTP: nobody spends more than the balance, an order id is one
 * withdrawal however many clients send it, and the totals do not change.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import {
  accountNames,
  buildStandardWorld,
  openingUnits,
  outsideAddresses,
} from '../support/standard-world.ts';
import { emailOf, keyOf } from '../support/world.ts';

const clients = 64;
const withdrawPath = '/wapi/v3/withdraw.html';
const [outside = ''] = outsideAddresses.ETH ?? [];

let exchange: Exchange;
before(async () => {
  exchange = await startExchange();
  await buildStandardWorld(exchange.server);
});
after(() => exchange.close());

const call = (name: string, path: string, query: Record<string, string>) =>
  exchange.signed(keyOf(name), 'POST', path, query);
const perClient = <T>(work: (client: number) => Promise<T>) =>
  Promise.all(Array.from({ length: clients }, (_, client) => work(client)));

/** The balance of both wallets together, unless one is given. */
async function balanceOf(
  name: string,
  asset: string,
  wallet?: 'spot' | 'funding',
): Promise<{ free: bigint; held: bigint }> {
  const { reads } = exchange.server;
  const account = await reads.row('accounts', { email: emailOf(name) });
  const where = { accountId: account!.id, asset, ...(wallet !== undefined && { wallet }) };
  const rows = await reads.rows('balances', where);
  const sum = (side: 'free' | 'held') => rows.reduce((total, row) => total + row[side], 0n);
  return { free: sum('free'), held: sum('held') };
}

/** Exactly the balance is spent, to the last unit. */
test('64 clients that together request twice the balance get exactly the balance', async () => {
  const before = await balanceOf('alice', 'XRP');
  const share = before.free / 32n;
  const amount = `${share}e-6`;
  const address = outsideAddresses.XRP?.[0] ?? '';
  const replies = await perClient((client) =>
    client % 2 === 0
      ? call('alice', withdrawPath, { asset: 'XRP', address, amount })
      : call('master', '/wapi/v3/sub-account/transfer.html', {
          fromEmail: emailOf('alice'),
          toEmail: emailOf('bob'),
          asset: 'XRP',
          amount,
        }),
  );
  const done = replies.filter(({ status }) => status === 200).length;
  assert.equal(done, 32);
  for (const { status, body } of replies)
    assert.ok(status === 200 || body.code === -4026, JSON.stringify(body));
  assert.equal((await balanceOf('alice', 'XRP')).free, before.free - share * 32n);
  await assertLedgerBalances(exchange.server);
});

test('64 clients that move twice the balance to the other wallet move exactly the balance', async () => {
  const { free } = await balanceOf('bob', 'XRP', 'spot');
  const share = free / 32n;
  const transfer = { type: 'MAIN_FUNDING', asset: 'XRP', amount: `${share}e-6` };
  const replies = await perClient(() => call('bob', '/sapi/v1/asset/transfer', transfer));
  assert.equal(replies.filter(({ status }) => status === 200).length, 32);
  for (const { status, body } of replies)
    assert.ok(status === 200 || body.code === -4026, JSON.stringify(body));
  assert.equal((await balanceOf('bob', 'XRP', 'spot')).free, free - share * 32n);
  assert.equal((await balanceOf('bob', 'XRP', 'funding')).free, share * 32n);
  const ids = replies.flatMap(({ body }) => body.tranId ?? []);
  assert.equal(new Set(ids).size, 32);
  await assertLedgerBalances(exchange.server);
});

test('64 clients racing with one order id and content create one withdrawal, and all receive its id', async () => {
  const before = await balanceOf('bob', 'ETH');
  const order = { asset: 'ETH', address: outside, amount: '0.5', withdrawOrderId: 'the-one' };
  const replies = await perClient(() => call('bob', withdrawPath, order));
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  assert.equal(new Set(replies.map(({ body }) => body.id)).size, 1);
  const after = await balanceOf('bob', 'ETH');
  assert.equal(before.free - after.free, 50_000_000n);
  const other = await call('bob', withdrawPath, { ...order, amount: '0.6' });
  assert.equal(other.body.code, -4001);
  // Order ids are scoped to the account: the same id of another account is another order.
  const elsewhere = await call('alice', withdrawPath, order);
  assert.equal(elsewhere.status, 200);
  assert.notEqual(elsewhere.body.id, replies[0]?.body.id);
});

test('64 clients racing with one order id and different contents: one content wins, the others are rejected', async () => {
  const contents = ['0.11', '0.12', '0.13', '0.14'];
  const replies = await perClient(async (client) => {
    const amount = contents[client % contents.length] as string;
    const order = { asset: 'ETH', address: outside, amount, withdrawOrderId: 'contested' };
    return { amount, reply: await call('master', withdrawPath, order) };
  });
  const won = replies.filter(({ reply }) => reply.status === 200);
  assert.equal(won.length, clients / contents.length);
  assert.equal(new Set(won.map(({ amount }) => amount)).size, 1);
  assert.equal(new Set(won.map(({ reply }) => reply.body.id)).size, 1);
  for (const { reply } of replies) assert.ok(reply.status === 200 || reply.body.code === -4001);
});

test('64 clients racing with one clientTranId and content move the money once, and all receive its tranId', async () => {
  const before = await balanceOf('master', 'ETH');
  const order = {
    toEmail: emailOf('alice'),
    fromAccountType: 'SPOT',
    toAccountType: 'SPOT',
    asset: 'ETH',
    amount: '0.5',
    clientTranId: 'the-one',
  };
  const path = '/sapi/v1/sub-account/universalTransfer';
  const replies = await perClient(() => call('master', path, order));
  assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200]);
  assert.equal(new Set(replies.map(({ body }) => body.tranId)).size, 1);
  assert.equal(before.free - (await balanceOf('master', 'ETH')).free, 50_000_000n);
  const contents = await perClient((client) =>
    call('master', path, { ...order, amount: `0.${1 + (client % 4)}`, clientTranId: 'contested' }),
  );
  const won = contents.filter(({ status }) => status === 200);
  assert.equal(won.length, clients / 4);
  assert.equal(new Set(won.map(({ body }) => body.tranId)).size, 1);
  for (const { status, body } of contents) assert.ok(status === 200 || body.code === -4001);
});

/** One random action of a client; each rejection must be one that the state can explain. */
async function act(random: Random): Promise<Reply> {
  const who = random.pick(accountNames);
  const [from, to] = random.pick([
    ['alice', 'bob'],
    ['bob', 'alice'],
    ['master', 'alice'],
    ['bob', 'master'],
  ] as const);
  const kind = random.below(10);
  if (kind < 4) {
    const amount = random.pick(['0.01', '1', '4000000']);
    const withdrawOrderId = random.chance(0.5) ? { withdrawOrderId: `crowd-${random.below(40)}` } : {};
    return call(who, withdrawPath, { asset: 'ETH', address: outside, amount, ...withdrawOrderId });
  }
  if (kind < 6) {
    const type = random.pick(['MAIN_FUNDING', 'FUNDING_MAIN']);
    const amount = random.pick(['0.5', '3', '5000000']);
    return call(who, '/sapi/v1/asset/transfer', { type, asset: random.pick(['ETH', 'BNB']), amount });
  }
  if (kind < 9) {
    const asset = random.pick(['ETH', 'ADA', 'BNB']);
    const amount = random.pick(['0.5', '3', '5000000']);
    const emails = { fromEmail: emailOf(from), toEmail: emailOf(to) };
    return call('master', '/wapi/v3/sub-account/transfer.html', { ...emails, asset, amount });
  }
  return call(who, '/sapi/v1/asset/dust', { asset: 'ADA' });
}

/** Insufficient balance, order id reused, nothing to convert. */
const explained: ReadonlySet<number> = new Set([-4026, -4001, -5003]);

test('64 clients that withdraw, transfer and convert preserve totals, and the books balance', async (t) => {
  announceSeed(t, 'property');
  const replies = await perClient(async (client) => {
    const random = createRandom(seed + client);
    const mine: Reply[] = [];
    for (let turn = 0; turn < 12; turn += 1) mine.push(await act(random));
    return mine;
  });
  for (const { status, body } of replies.flat()) {
    assert.ok(status === 200 || explained.has(body.code), JSON.stringify(body));
  }
  await assertLedgerBalances(exchange.server);
  await assertTotals('ETH');
  await assertOneRowPerOrder();
});

/** Customer balances plus amounts that have left must equal the initial balances. */
async function assertTotals(asset: string): Promise<void> {
  const balances = await Promise.all(accountNames.map((name) => balanceOf(name, asset)));
  const kept = balances.reduce((sum, { free, held }) => sum + free + held, 0n);
  const rows = await exchange.server.reads.rows('withdrawals', { asset });
  const left = rows
    .filter(({ stage }) => stage === 'completed')
    .reduce((sum, { amount }) => sum + amount, 0n);
  assert.equal(kept + left, openingUnits * BigInt(accountNames.length));
  assert.ok(balances.every(({ free, held }) => free >= 0n && held >= 0n));
  const open = rows
    .filter(({ stage }) => stage !== 'completed')
    .reduce((sum, { amount }) => sum + amount, 0n);
  assert.equal(
    balances.reduce((sum, { held }) => sum + held, 0n),
    open,
    'held amounts equal those in progress',
  );
}

async function assertOneRowPerOrder(): Promise<void> {
  const rows = await exchange.server.reads.rows('withdrawals', {});
  const orders = rows
    .filter(({ orderId }) => orderId !== null)
    .map((row) => `${row.accountId} ${row.orderId}`);
  assert.equal(new Set(orders).size, orders.length);
}
