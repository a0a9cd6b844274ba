/** Wallets and balances: what one dialect did, the others show. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Exchange, type Query, type Reply, startExchange } from '../support/exchange.ts';
import { type Customer, createKey, credit, openCustomer } from '../support/world.ts';
import { asset, decimal, network, operator } from '../support/world-plan.ts';

let exchange: Exchange;
let master: Customer;
let sub: Customer;
let customers = 0;
before(async () => {
  exchange = await startExchange();
  const { commands } = exchange.server;
  for (const [code, price] of [
    ['ETH', '2500'],
    ['BTC', '40000'],
    ['BNB', '500'],
    ['NEW', null],
  ] as const) {
    const definition = asset(code, [network(code, 'opaque')], 18);
    await commands.submit('putAsset', { operator, asset: definition });
    if (price !== null) await commands.submit('putPrice', { operator, asset: code, price: decimal(price) });
  }
});
after(() => exchange.close());
beforeEach(async () => {
  customers += 1;
  master = await openCustomer(exchange.server, `master${customers}@example.com`);
  sub = await openCustomer(exchange.server, `sub${customers}@example.com`, { masterEmail: master.email });
  await credit(exchange.server, master.email, 'ETH 10', 'NEW 3.000000000000000001');
});

const ask = (customer: Customer, method: string, path: string, query: Query = ''): Promise<Reply> =>
  exchange.signed(customer, method, path, query);

async function done(customer: Customer, method: string, path: string, query: Query = '') {
  const reply = await ask(customer, method, path, query);
  assert.equal(reply.status, 200, reply.text);
  return reply.body;
}

const toFunding = (amount: string, code = 'ETH') =>
  done(master, 'POST', '/sapi/v1/asset/transfer', { type: 'MAIN_FUNDING', asset: code, amount });

type Row = { readonly asset: string; readonly free: string; readonly withdrawing: string };

async function spot(customer: Customer, code = 'ETH'): Promise<Row> {
  return (await done(customer, 'POST', '/sapi/v3/asset/getUserAsset', { asset: code }))[0];
}

async function funding(customer: Customer, code = 'ETH'): Promise<Row> {
  return (await done(customer, 'POST', '/sapi/v1/asset/get-funding-asset', { asset: code }))[0];
}

const freeInApi = async (customer: Customer, code = 'ETH') =>
  (await done(customer, 'GET', '/api/v3/account')).balances.find(
    (row: { asset: string }) => row.asset === code,
  ).free;

test('the balance of the Funding wallet can neither be withdrawn by wapi nor sent to a sub-account', async () => {
  await toFunding('9.5');
  assert.deepEqual([(await spot(master)).free, (await funding(master)).free], ['0.5', '9.5']);
  assert.equal(await freeInApi(master), '0.50000000');
  const { balances } = await done(master, 'GET', '/wapi/v3/sub-account/assets.html', { email: master.email });
  assert.equal(balances.find((row: Row) => row.asset === 'ETH').free, 0.5);
  const withdrawal = { asset: 'ETH', address: 'outside', amount: '1' };
  const rejected = [
    await ask(master, 'POST', '/wapi/v3/withdraw.html', withdrawal),
    await ask(master, 'POST', '/wapi/v3/sub-account/transfer.html', {
      fromEmail: master.email,
      toEmail: sub.email,
      asset: 'ETH',
      amount: '1',
    }),
  ];
  for (const { status, body } of rejected) assert.deepEqual([status, body.code], [400, -4026]);
  const { body } = await exchange.operator('GET', `/accounts/${master.email}/balances`);
  const ofEther = body.balances.filter((row: { asset: string }) => row.asset === 'ETH');
  assert.deepEqual(ofEther, [
    { asset: 'ETH', wallet: 'funding', free: '9.5', held: '0' },
    { asset: 'ETH', wallet: 'spot', free: '0.5', held: '0' },
  ]);
});

test('a transfer within the family by wapi arrives in Spot, where sapi and api show it', async () => {
  await done(master, 'POST', '/wapi/v3/sub-account/transfer.html', {
    fromEmail: master.email,
    toEmail: sub.email,
    asset: 'NEW',
    amount: '1.000000000000000001',
  });
  assert.equal((await spot(sub, 'NEW')).free, '1.000000000000000001');
  assert.equal((await funding(sub, 'NEW')).free, '0');
  assert.equal(await freeInApi(sub, 'NEW'), '1.000000000000000001');
});

test('a withdrawal by wapi is withdrawing in sapi until it is cancelled; then it is free again', async () => {
  const { commands } = exchange.server;
  await commands.submit('updateAccount', { operator, email: master.email, withdrawConfirmation: 'email' });
  const withdrawal = { asset: 'ETH', address: 'outside', amount: '2' };
  const { id } = await done(master, 'POST', '/wapi/v3/withdraw.html', withdrawal);
  const { free, withdrawing } = await spot(master);
  assert.deepEqual([free, withdrawing], ['8', '2']);
  assert.ok('done' in (await commands.submit('cancelWithdrawal', { operator, id })));
  assert.equal((await spot(master)).withdrawing, '0');
  assert.equal(await freeInApi(master), '10.00000000');
});

test('wallets are valued in the quote asset; one without a price, or that is not listed, is rejected by name', async () => {
  await credit(exchange.server, master.email, 'BTC 0.25');
  await toFunding('4');
  const wallets = async (query: Query) => {
    const rows = await done(master, 'GET', '/sapi/v1/asset/wallet/balance', query);
    return rows.slice(0, 3).map((row: { balance: string }) => row.balance);
  };
  assert.deepEqual(await wallets(''), ['0.625', '0.25', '0']);
  assert.deepEqual(await wallets({ quoteAsset: 'ETH' }), ['10', '4', '0']);
  for (const quoteAsset of ['NEW', 'NOPE']) {
    const { status, body } = await ask(master, 'GET', '/sapi/v1/asset/wallet/balance', { quoteAsset });
    assert.deepEqual([status, body.code], [400, -1130]);
    assert.match(body.msg, /'quoteAsset'.*price/);
  }
});

test('a transfer to a wallet that is not served is rejected, and has no history; an unknown type is named', async () => {
  const transfer = { asset: 'ETH', amount: '1' };
  const path = '/sapi/v1/asset/transfer';
  for (const type of ['MAIN_UMFUTURE', 'FUNDING_MARGIN', 'OPTION_FUNDING', 'PORTFOLIO_MARGIN_MAIN']) {
    const { status, body } = await ask(master, 'POST', path, { type, ...transfer });
    assert.deepEqual([status, body], [400, { code: -9000, msg: 'Unsupported operation' }]);
    assert.deepEqual(await done(master, 'GET', path, { type }), { total: 0, rows: [] });
  }
  for (const method of ['GET', 'POST']) {
    const { body } = await ask(master, method, path, { type: 'MAIN_MOON', ...transfer });
    assert.deepEqual([body.code, /'type'/.test(body.msg)], [-1130, true]);
    const { body: without } = await ask(master, method, path, transfer);
    const msg = "Mandatory parameter 'type' was not sent, was empty/null, or malformed.";
    assert.deepEqual(without, { code: -1102, msg });
  }
});

test('a key needs the permission universal-transfers to transfer between wallets, and reading for their history', async () => {
  const all = ['reading', 'trading', 'withdrawals', 'internal-transfers'] as const;
  const key = { ...master, ...(await createKey(exchange.server, master.email, { permissions: all })) };
  const transfer = { type: 'MAIN_FUNDING', asset: 'ETH', amount: '1' };
  const { status, body } = await ask(key, 'POST', '/sapi/v1/asset/transfer', transfer);
  assert.deepEqual([status, body.code], [400, -1002]);
  assert.equal((await spot(master)).free, '10');
  const { total } = await done(key, 'GET', '/sapi/v1/asset/transfer', { type: 'MAIN_FUNDING' });
  assert.equal(total, 0);
});

test('a disabled account may read its wallets but not transfer between them', async () => {
  await exchange.server.commands.submit('updateAccount', { operator, email: master.email, enabled: false });
  const transfer = { type: 'MAIN_FUNDING', asset: 'ETH', amount: '1' };
  const { status, body } = await ask(master, 'POST', '/sapi/v1/asset/transfer', transfer);
  assert.deepEqual([status, body.code], [400, -1002]);
  assert.equal((await spot(master)).free, '10');
  const { canTrade, canWithdraw } = await done(master, 'GET', '/api/v3/account');
  assert.deepEqual([canTrade, canWithdraw], [false, false]);
});

test('an error for a disabled account names the reason, so that it does not read like a wrong key', async () => {
  await exchange.server.commands.submit('updateAccount', { operator, email: master.email, enabled: false });
  const withdrawal = { address: 'somewhere', amount: '1' };
  const questionnaire = { questionnaire: '{}' };
  const requests: readonly (readonly [path: string, query: Record<string, string>, code: number])[] = [
    ['asset/transfer', { type: 'MAIN_FUNDING', asset: 'ETH', amount: '1' }, -1002],
    ['bnbBurn', { spotBNBBurn: 'true' }, -1002],
    ['account/enableFastWithdrawSwitch', {}, -1002],
    ['sub-account/virtualSubAccount', { subAccountString: 'x' }, -1002],
    ['capital/withdraw/apply', { coin: 'ETH', ...withdrawal }, -4015],
    ['localentity/withdraw/apply', { coin: 'ETH', ...withdrawal, ...questionnaire }, -4015],
  ];
  for (const [path, query, code] of requests) {
    const { status, body, text } = await ask(master, 'POST', `/sapi/v1/${path}`, query);
    assert.deepEqual([status, body.code], [400, code], text);
    assert.match(
      body.msg,
      /^(You are not authorized to execute this request|Withdraw is limited): the account is disabled$/,
    );
  }
  const specified = await ask(master, 'POST', '/wapi/v3/withdraw.html', { asset: 'ETH', ...withdrawal });
  assert.equal(specified.body.msg, 'Withdraw is limited.');
});

test('the history of transfers is paged, newest first, and limited to the wanted direction and time', async () => {
  for (const amount of ['1', '2', '3']) await toFunding(amount);
  const back = { type: 'FUNDING_MAIN', asset: 'ETH', amount: '1e-18' };
  await done(master, 'POST', '/sapi/v1/asset/transfer', back);
  const page = (query: object) =>
    done(master, 'GET', '/sapi/v1/asset/transfer', { type: 'MAIN_FUNDING', ...query });
  const amountsOf = ({ rows }: { rows: readonly { amount: string }[] }) => rows.map(({ amount }) => amount);
  assert.deepEqual(amountsOf(await page({})), ['3', '2', '1']);
  assert.deepEqual(amountsOf(await page({ size: 2 })), ['3', '2']);
  const second = await page({ current: 2, size: 2 });
  assert.deepEqual([amountsOf(second), second.total], [['1'], 3]);
  const [first] = (await page({ current: 3, size: 1 })).rows;
  assert.equal(
    (await page({ startTime: first.timestamp, endTime: first.timestamp })).rows.at(-1).amount,
    '1',
  );
  assert.deepEqual(await page({ endTime: first.timestamp - 1 }), { total: 0, rows: [] });
  const returned = await done(master, 'GET', '/sapi/v1/asset/transfer', { type: 'FUNDING_MAIN' });
  assert.deepEqual(amountsOf(returned), ['0.000000000000000001']);
});
