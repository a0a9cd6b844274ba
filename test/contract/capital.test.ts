/** Deposits and withdrawals in both dialects: over one ledger, each shows what was done in the other. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Exchange, type Query, startExchange } from '../support/exchange.ts';
import { buildWorld, type Customer, credit, openCustomer } from '../support/world.ts';
import { asset, network, worldPlan } from '../support/world-plan.ts';

const inside = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
const outside = '0x52908400098527886e0f7030069857d2e4169ee7';
const plan = worldPlan({
  assets: [
    [asset('ETH', [network('ETH', 'evm', { withdrawFee: 1_000_000n, withdrawMinimum: 2_000_000n })]), null],
    [asset('XRP', [network('XRP', 'ripple')]), null],
  ],
  accounts: { recipient: { addresses: [{ asset: 'ETH', network: 'ETH', address: inside }] } },
});

let exchange: Exchange;
before(async () => {
  exchange = await startExchange();
  ({ recipient } = await buildWorld(exchange.server, plan));
});
after(() => exchange.close());

let recipient: Customer;
let opened = 0;
async function sender(...amounts: readonly string[]): Promise<Customer> {
  opened += 1;
  const customer = await openCustomer(exchange.server, `sender${opened}@example.com`);
  await credit(exchange.server, customer.email, ...amounts);
  return customer;
}

async function ask(customer: Customer, method: string, path: string, query: Query = '') {
  const { status, body, text } = await exchange.signed(customer, method, path, query);
  assert.equal(status, 200, text);
  return body;
}
const apply = (customer: Customer, query: Query) =>
  ask(customer, 'POST', '/sapi/v1/capital/withdraw/apply', query);
const deposits = (customer: Customer, query: Query = '') =>
  ask(customer, 'GET', '/sapi/v1/capital/deposit/hisrec', query);
const history = (customer: Customer, query: Query = '') =>
  ask(customer, 'GET', '/sapi/v1/capital/withdraw/history', query);
const olderHistory = async (customer: Customer, query: Query = '') =>
  (await ask(customer, 'GET', '/wapi/v3/withdrawHistory.html', query)).withdrawList;

test('one order id in both dialects is one withdrawal', async () => {
  const customer = await sender('ETH 5');
  const terms = { address: outside, amount: '1', name: 'cold store', withdrawOrderId: 'one' };
  const { id } = await ask(customer, 'POST', '/wapi/v3/withdraw.html', { asset: 'ETH', ...terms });
  assert.equal((await apply(customer, { coin: 'ETH', ...terms })).id, id);
  assert.equal((await apply(customer, { coin: 'ETH', ...terms, walletType: 0 })).id, id);
  const other = await exchange.signed(customer, 'POST', '/sapi/v1/capital/withdraw/apply', {
    ...{ coin: 'ETH', ...terms },
    amount: '2',
  });
  assert.equal(other.body.code, -4001);
  assert.deepEqual(await byOrder('one'), [id]);

  async function byOrder(withdrawOrderId: string) {
    const rows = await history(customer, { withdrawOrderId });
    const older = await olderHistory(customer, { withdrawOrderId });
    assert.deepEqual(idsOf(older), idsOf(rows));
    return idsOf(rows);
  }
});

const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

test('a withdrawal within the exchange: each dialect has its own name for the transaction', async () => {
  const customer = await sender('ETH 1');
  const { id } = await apply(customer, { coin: 'ETH', address: inside, amount: '0.5' });
  const [row] = await history(customer);
  const [older] = await olderHistory(customer);
  assert.match(older.txId, /^Internal transfer \d+$/);
  assert.equal(row.txId, older.txId.replace('Internal', 'Off-chain'));
  const { transferType, status, amount, transactionFee, confirmNo } = row;
  assert.deepEqual(
    { id: row.id, transferType, status, amount, transactionFee, confirmNo },
    {
      ...{ id, transferType: 1, status: 6, amount: '0.49', transactionFee: '0.01', confirmNo: 0 },
    },
  );
  assert.ok(row.completeTime >= row.applyTime);
  const [arrived] = await deposits(recipient, { limit: 1 });
  assert.deepEqual([arrived.txId, arrived.amount, arrived.transferType], [row.txId, '0.49', 1]);
  assert.deepEqual([arrived.confirmTimes, arrived.status, arrived.addressTag], ['1/1', 1, '']);
  assert.equal(arrived.completeTime, arrived.insertTime);
  for (const txId of [row.txId, older.txId]) {
    assert.deepEqual(await deposits(recipient, { txId }), [arrived], txId);
  }
});

test('the history is newest first and has pages; filters by ids, coin and status', async () => {
  const customer = await sender('ETH 10', 'XRP 10');
  const made: string[] = [];
  for (const amount of ['0.1', '0.2', '0.3', '0.4', '0.5']) {
    made.unshift((await apply(customer, { coin: 'ETH', address: inside, amount })).id);
  }
  assert.deepEqual(idsOf(await history(customer)), made);
  assert.deepEqual(idsOf(await history(customer, { limit: 2, offset: 1 })), made.slice(1, 3));
  assert.deepEqual(idsOf(await history(customer, { startTime: 1 + Date.now() })), []);
  const [newest, , third] = made;
  assert.deepEqual(idsOf(await history(customer, { idList: `${third},${newest}` })), [newest, third]);
  assert.deepEqual(idsOf(await history(customer, { idList: 'f'.repeat(32) })), []);
  assert.deepEqual(idsOf(await history(customer, { status: 6, coin: 'ETH', limit: 1 })), [newest]);
  assert.deepEqual(await history(customer, { status: 4 }), []);
  assert.deepEqual(await history(customer, { coin: 'XRP' }), []);
  assert.deepEqual(await history(customer, { coin: 'NOPE' }), []);
  const stranger = await sender();
  assert.deepEqual(await history(stranger, { idList: newest as string }), []);
});

test('a list of more than 45 ids and a page of more than 1000 rows are rejected', async () => {
  const customer = await sender();
  const path = '/sapi/v1/capital/withdraw/history';
  const ids = Array.from({ length: 46 }, (_, index) => index.toString(16).padStart(32, '0'));
  const tooMany = await exchange.signed(customer, 'GET', path, `idList=${ids.join()}`);
  assert.deepEqual(tooMany.body, { code: -1108, msg: "Parameter 'idList' overflowed." });
  assert.deepEqual(await history(customer, `idList=${ids.slice(1).join()}`), []);
  const tooLong = await exchange.signed(customer, 'GET', path, 'limit=1001');
  assert.deepEqual(tooLong.body, {
    code: -1130,
    msg: "Data sent for parameter 'limit' is not valid: it must be a whole number from 1 to 1000",
  });
});

test('an interval of 90 days is accepted, one of 7 with an order id; a longer one is rejected', async () => {
  const customer = await sender();
  const dayMs = 86_400_000;
  const spans = (days: number, more = '') => ({
    startTime: 1_700_000_000_000,
    endTime: 1_700_000_000_000 + days * dayMs,
    ...(more !== '' && { withdrawOrderId: more }),
  });
  assert.deepEqual(await history(customer, spans(90)), []);
  assert.deepEqual(await history(customer, spans(7, 'one')), []);
  const path = '/sapi/v1/capital/withdraw/history';
  const long = await exchange.signed(customer, 'GET', path, { ...spans(90.00001) });
  assert.equal(long.body.code, -4047);
  const longer = await exchange.signed(customer, 'GET', path, { ...spans(7.00001, 'one') });
  assert.equal(longer.body.code, -1127);
});

test('an unknown network is named in the rejection', async () => {
  const customer = await sender('ETH 1');
  const query = { coin: 'ETH', network: 'MOON', address: outside, amount: '1' };
  const { status, body } = await exchange.signed(customer, 'POST', '/sapi/v1/capital/withdraw/apply', query);
  assert.equal(status, 400);
  assert.deepEqual(body, { code: -4018, msg: "We don't have the network 'MOON' for ETH." });
});

test('a tag on a network without tags is rejected, in each dialect with its own code', async () => {
  const customer = await sender('ETH 1');
  const query = { address: outside, addressTag: '7', amount: '1' };
  const path = '/sapi/v1/capital/withdraw/apply';
  const rejected = await exchange.signed(customer, 'POST', path, { coin: 'ETH', ...query });
  assert.deepEqual(rejected.body, { code: -4106, msg: "The network 'ETH' has no address tags." });
  const older = await exchange.signed(customer, 'POST', '/wapi/v3/withdraw.html', { asset: 'ETH', ...query });
  assert.equal(older.body.code, -4008);
  assert.deepEqual(await history(customer), []);
});

test('a deposit has the status and the confirmations of now; the filters find it', async () => {
  const customer = await sender();
  const address = await depositAddress(customer, { coin: 'ETH' });
  const { chainService } = exchange.server;
  const output = { network: 'ETH', asset: 'ETH', addressTag: '', amount: 5_000_000n, txId: 'f'.repeat(64) };
  assert.ok('done' in (await chainService.receiveDeposit({ ...output, address: address.address })));
  const seen = async () => (await deposits(customer)).map(only);
  const only = ({ status, confirmTimes, completeTime }: Record<string, unknown>) => ({
    ...{ status, confirmTimes, isComplete: completeTime !== undefined },
  });
  assert.deepEqual(await seen(), [{ status: 0, confirmTimes: '0/1', isComplete: false }]);
  await chainService.mineBlocks('ETH', 1);
  assert.deepEqual(await seen(), [{ status: 6, confirmTimes: '1/1', isComplete: false }]);
  await chainService.mineBlocks('ETH', 1);
  assert.deepEqual(await seen(), [{ status: 1, confirmTimes: '2/1', isComplete: true }]);
  const [row] = await deposits(customer);
  assert.deepEqual([row.unlockConfirm, row.walletType, row.transferType], [2, 0, 0]);
  assert.deepEqual(await deposits(customer, { txId: row.txId, status: 1, coin: 'ETH' }), [row]);
  for (const query of ['status=2', 'status=7', 'status=8', 'status=0', 'coin=XRP', 'txId=none'])
    assert.deepEqual(await deposits(customer, query), [], query);
  const long = await exchange.signed(customer, 'GET', '/sapi/v1/capital/deposit/hisrec', {
    startTime: 1_700_000_000_000,
    endTime: 1_700_000_000_001 + 90 * 86_400_000,
  });
  assert.deepEqual(long.body, { code: -4047, msg: 'Time interval must be within 0-90 days' });
});

const depositAddress = (customer: Customer, query: Query) =>
  ask(customer, 'GET', '/sapi/v1/capital/deposit/address', query);
const addressList = (customer: Customer, query: Query) =>
  ask(customer, 'GET', '/sapi/v1/capital/deposit/address/list', query);

test('a deposit address is the same in both dialects; the list has earlier ones too', async () => {
  const customer = await sender();
  assert.deepEqual(await addressList(customer, 'coin=XRP'), []);
  const { address, coin, tag, url } = await depositAddress(customer, { coin: 'XRP', network: 'XRP' });
  assert.deepEqual([coin, url], ['XRP', `https://xrp.explorer.test/address/${address}`]);
  const older = await ask(customer, 'GET', '/wapi/v3/depositAddress.html', 'asset=XRP');
  assert.deepEqual([older.address, older.addressTag], [address, tag]);
  assert.deepEqual(await depositAddress(customer, { coin: 'XRP', amount: '1' }), { address, coin, tag, url });
  const assigned = await exchange.operator('PUT', `/accounts/${customer.email}/deposit-addresses`, {
    ...{ asset: 'XRP', network: 'XRP', address, addressTag: '77', reason: 'a test' },
  });
  assert.equal(assigned.status, 200, assigned.text);
  const entry = { coin: 'XRP', address };
  assert.deepEqual(await addressList(customer, { coin: 'XRP', network: 'XRP' }), [
    { ...entry, tag: '77', isDefault: 1 },
    { ...entry, tag, isDefault: 0 },
  ]);
  assert.deepEqual(await addressList(customer, 'coin=ETH'), []);
});

test('getall shows amounts held by withdrawals and by locked deposits apart; the regular expressions fit', async () => {
  const customer = await sender('ETH 5');
  await setConfirmation(customer, 'email');
  await apply(customer, { coin: 'ETH', address: outside, amount: '1.5' });
  const { address } = await depositAddress(customer, { coin: 'ETH' });
  const { chainService } = exchange.server;
  const output = { network: 'ETH', asset: 'ETH', address, addressTag: '', amount: 25_000_000n };
  assert.ok('done' in (await chainService.receiveDeposit({ ...output, txId: 'a'.repeat(64) })));
  const balance = async () => {
    const coins = await ask(customer, 'GET', '/sapi/v1/capital/config/getall');
    const { free, freeze, withdrawing } = coins.find(({ coin }: { coin: string }) => coin === 'ETH');
    return { free, freeze, withdrawing };
  };
  assert.deepEqual(await balance(), { free: '3.5', freeze: '0', withdrawing: '1.5' });
  await chainService.mineBlocks('ETH', 1);
  assert.deepEqual(await balance(), { free: '3.5', freeze: '0.25', withdrawing: '1.5' });
  await chainService.mineBlocks('ETH', 1);
  assert.deepEqual(await balance(), { free: '3.75', freeze: '0', withdrawing: '1.5' });

  const [ether, ripple] = await ask(customer, 'GET', '/sapi/v1/capital/config/getall');
  assert.match(outside, new RegExp(ether.networkList[0].addressRegex));
  assert.equal(ether.networkList[0].memoRegex, '');
  const tagged = await depositAddress(customer, { coin: 'XRP' });
  assert.match(tagged.address, new RegExp(ripple.networkList[0].addressRegex));
  assert.match(tagged.tag, new RegExp(ripple.networkList[0].memoRegex));
  assert.ok(tagged.url.startsWith(ripple.networkList[0].contractAddressUrl));
});

type Balance = { asset: string; free: string; withdrawing: string };

async function balanceOf(customer: Customer, wallet: 'spot' | 'funding'): Promise<string> {
  const path = wallet === 'spot' ? '/sapi/v3/asset/getUserAsset' : '/sapi/v1/asset/get-funding-asset';
  const rows: readonly Balance[] = await ask(customer, 'POST', path, 'asset=ETH');
  return rows.map(({ free, withdrawing }) => `${free} ${withdrawing}`).join();
}

/** The fee is 0.01. */
const shares = [
  { flag: undefined, free: '4', arrived: '0.99', amount: '0.99', fee: '0.01' },
  { flag: true, free: '4', arrived: '1', amount: '1', fee: '0' },
  { flag: false, free: '4.01', arrived: '0.99', amount: '0.99', fee: '0' },
];

for (const { flag, free, arrived, amount, fee } of shares) {
  for (const approved of [false, true]) {
    const when = approved ? 'after it was confirmed' : 'at once';
    test(`the fee of a withdrawal within the exchange, ${when}: transactionFeeFlag ${flag}`, async () => {
      const customer = await sender('ETH 5');
      const to = await sender();
      const { address } = await depositAddress(to, 'coin=ETH');
      if (approved) await setConfirmation(customer, 'email');
      const terms = { coin: 'ETH', address, amount: '1', withdrawOrderId: 'one' };
      const query = { ...terms, ...(flag !== undefined && { transactionFeeFlag: String(flag) }) };
      const { id } = await apply(customer, query);
      if (approved) {
        assert.equal(await balanceOf(customer, 'spot'), '4 1');
        const confirmed = await exchange.operator('POST', `/withdrawals/${id}/confirm`, {});
        assert.equal(confirmed.status, 200, confirmed.text);
      }
      assert.equal(await balanceOf(customer, 'spot'), `${free} 0`);
      assert.equal(await balanceOf(to, 'spot'), `${arrived} 0`);
      const [row] = await history(customer);
      assert.deepEqual([row.status, row.amount, row.transactionFee], [6, amount, fee]);
      const [older] = await olderHistory(customer);
      assert.deepEqual([`${older.amount}`, `${older.transactionFee}`], [amount, fee]);
      const [deposit] = await deposits(to);
      assert.deepEqual([deposit.amount, deposit.txId], [arrived, row.txId]);

      assert.equal((await apply(customer, query)).id, id);
      const otherwise = { ...terms, transactionFeeFlag: flag === true ? 'False' : 'True' };
      const path = '/sapi/v1/capital/withdraw/apply';
      assert.equal((await exchange.signed(customer, 'POST', path, otherwise)).body.code, -4001);
      const { body } = await exchange.operator('GET', '/integrity');
      assert.equal(body.ok, true, JSON.stringify(body));
    });
  }
}

async function setConfirmation(customer: Customer, withdrawConfirmation: string): Promise<void> {
  const reply = await exchange.operator('PATCH', `/accounts/${customer.email}`, { withdrawConfirmation });
  assert.equal(reply.status, 200, reply.text);
}

test('transactionFeeFlag changes nothing for an address elsewhere', async () => {
  const customer = await sender('ETH 5');
  for (const transactionFeeFlag of ['true', 'false']) {
    await apply(customer, { coin: 'ETH', address: outside, amount: '1', transactionFeeFlag });
    const [row] = await history(customer);
    assert.deepEqual([row.amount, row.transactionFee], ['0.99', '0.01']);
  }
});

test('a withdrawal from the Funding wallet is held there, and goes back there', async () => {
  const customer = await sender('ETH 5');
  const funding = { coin: 'ETH', address: outside, amount: '1', walletType: 1 };
  const path = '/sapi/v1/capital/withdraw/apply';
  assert.equal((await exchange.signed(customer, 'POST', path, funding)).body.code, -4026);
  await ask(customer, 'POST', '/sapi/v1/asset/transfer', 'type=MAIN_FUNDING&asset=ETH&amount=3');
  await setConfirmation(customer, 'email');
  const { id } = await apply(customer, { ...funding, withdrawOrderId: 'one' });
  assert.equal(await balanceOf(customer, 'funding'), '2 1');
  assert.equal(await balanceOf(customer, 'spot'), '2 0');
  const [row] = await history(customer);
  assert.deepEqual([row.walletType, row.status, row.completeTime], [1, 0, undefined]);
  const fromSpot = { ...funding, walletType: 0, withdrawOrderId: 'one' };
  assert.equal((await exchange.signed(customer, 'POST', path, fromSpot)).body.code, -4001);
  const cancelled = await exchange.operator('POST', `/withdrawals/${id}/cancel`, {});
  assert.equal(cancelled.status, 200, cancelled.text);
  assert.equal(await balanceOf(customer, 'funding'), '3 0');
  const within = await depositAddress(await sender(), 'coin=ETH');
  await setConfirmation(customer, 'none');
  await apply(customer, { ...funding, address: within.address, transactionFeeFlag: 'false' });
  assert.equal(await balanceOf(customer, 'funding'), '2.01 0');
  assert.equal(await balanceOf(customer, 'spot'), '2 0');
});
