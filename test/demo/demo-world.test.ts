import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { demoMaster, demoSubAccounts } from '../../src/demo/demo-accounts.ts';
import type { StoredAsset } from '../../src/domain/catalog/catalog.ts';
import { ConfigError } from '../../src/engine/config-error.ts';
import type { TableName } from '../../src/store/tables.ts';
import { becomeAdministrator } from '../operator/page.ts';
import { type Exchange, type Query, type Reply, startExchange } from '../support/exchange.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';

let exchange: Exchange;
before(async () => {
  exchange = await startExchange(['--demo', '1']);
});
after(() => exchange.close());

type Endpoint = readonly [path: string, query: Query, rows?: (reply: Reply) => unknown];
const history = '/wapi/v3/sub-account/transfer/history.html';
const transfers = ({ body }: Reply) => body.transfers;
const balances = ({ body }: Reply) => body.balances;

const endpoints: readonly Endpoint[] = [
  ['/wapi/v3/depositHistory.html', '', ({ body }) => body.depositList],
  ['/wapi/v3/withdrawHistory.html', '', ({ body }) => body.withdrawList],
  ['/wapi/v3/depositAddress.html', 'asset=BNB'],
  ['/wapi/v3/accountStatus.html', ''],
  ['/wapi/v3/apiTradingStatus.html', '', ({ body }) => Object.keys(body.status.indicators)],
  ['/wapi/v3/userAssetDribbletLog.html', '', ({ body }) => body.results.rows],
  ['/wapi/v3/tradeFee.html', '', ({ body }) => body.tradeFee],
  ['/wapi/v3/assetDetail.html', '', ({ body }) => Object.keys(body.assetDetail)],
  ['/wapi/v3/sub-account/list.html', '', ({ body }) => body.subAccounts],
  ...demoSubAccounts.map(({ email }): Endpoint => [history, { email }, transfers]),
  ...[demoMaster, ...demoSubAccounts].map(
    ({ email }): Endpoint => ['/wapi/v3/sub-account/assets.html', { email }, balances],
  ),
  ['/sapi/v1/asset/assetDividend', '', ({ body }) => body.rows],
];

for (const [path, query, rowsOf] of endpoints) {
  const shown = typeof query === 'string' ? query : query.email;
  test(`the demo master's ${path} ${shown} succeeds, and lists have at least two rows`, async () => {
    const reply = await exchange.signed(demoMaster, 'GET', path, query);
    assert.equal(reply.status, 200, reply.text);
    if (rowsOf) assert.ok((rowsOf(reply) as unknown[]).length >= 2, reply.text);
  });
}

test('the system status of the demo world is normal, without a key', async () => {
  const { status, body } = await exchange.request('GET', '/wapi/v3/systemStatus.html');
  assert.deepEqual([status, body], [200, { status: 0, msg: 'normal' }]);
});

test('every demo key signs, and the demo secrets are not stored in readable form', async () => {
  for (const account of [demoMaster, ...demoSubAccounts]) {
    const { status, text } = await exchange.signed(account, 'GET', '/wapi/v3/accountStatus.html');
    assert.equal(status, 200, text);
  }
  const keys = await exchange.server.reads.rows('api_keys', {});
  assert.deepEqual([keys.length, keys.every((key) => key.demo)], [3, true]);
  for (const { secretKey } of [demoMaster, ...demoSubAccounts]) {
    assert.ok(keys.every((key) => !key.encryptedSecret?.includes(secretKey)));
  }
});

test('the demo books balance', async () => {
  await assertLedgerBalances(exchange.server);
});

test('the demo world is solvent: custody covers what customers own in every asset', async () => {
  const { status, body } = await exchange.operator('GET', '/integrity');
  assert.deepEqual([status, body.ok, body.solvent, body.mismatches], [200, true, true, []]);
  for (const { asset, covered, customerLiabilities, custody, networks } of body.assets) {
    assert.equal(covered, true, asset);
    assert.ok(Number(custody) >= Number(customerLiabilities), asset);
    assert.ok(networks.length > 0, `${asset} must be held on a network`);
  }
});

test('the demo balances suffice to try everything', async () => {
  const freeOf = async (email: string, asset: string) => {
    const query = { email, symbol: asset };
    const { body } = await exchange.signed(demoMaster, 'GET', '/wapi/v3/sub-account/assets.html', query);
    return body.balances[0].free as number;
  };
  assert.ok((await freeOf('demo@example.com', 'ETH')) >= 1000);
  assert.ok((await freeOf('demo@example.com', 'USDT')) >= 100_000);
  for (const { email } of demoSubAccounts) assert.ok((await freeOf(email, 'BTC')) >= 1);
  const { body } = await exchange.signed(demoMaster, 'GET', '/wapi/v3/assetDetail.html');
  for (const asset of Object.keys(body.assetDetail)) {
    const { minWithdrawAmount } = body.assetDetail[asset];
    assert.ok((await freeOf('demo@example.com', asset)) >= Number(minWithdrawAmount), asset);
  }
});

test('CTR, SKY and BTC have the documented limits', async () => {
  const { body } = await exchange.signed(demoMaster, 'GET', '/wapi/v3/assetDetail.html');
  assert.deepEqual(body.assetDetail.CTR, {
    minWithdrawAmount: '70.00000000',
    depositStatus: false,
    withdrawFee: 35,
    withdrawStatus: true,
    depositTip: 'Delisted, Deposit Suspended',
  });
  assert.deepEqual(body.assetDetail.SKY, {
    minWithdrawAmount: '0.02000000',
    depositStatus: true,
    withdrawFee: 0.01,
    withdrawStatus: true,
  });
  const assets = (await exchange.server.reads.rows('assets', {})).map((row) => row.definition as StoredAsset);
  const limited = (limit: 'withdrawMaximumPerDay' | 'autoApprovalLimit') =>
    assets.filter((each) => each[limit] !== null).map((each) => each.asset);
  assert.deepEqual(limited('withdrawMaximumPerDay'), ['SKY']);
  assert.deepEqual(limited('autoApprovalLimit'), ['BTC']);
});

test("the trading of a demo sub-account is locked for long, with the specification's message", async () => {
  const bob = demoSubAccounts[1];
  assert.ok(bob);
  const { body } = await exchange.signed(bob, 'GET', '/wapi/v3/apiTradingStatus.html');
  assert.equal(body.status.isLocked, true);
  assert.ok(body.status.plannedRecoverTime > Date.now() + 30 * 86_400_000);
  const status = await exchange.signed(bob, 'GET', '/wapi/v3/accountStatus.html');
  assert.match(
    status.body.msg,
    /^Order failed:Low Order fill rate! Will be reactivated after \d+ minutes\.$/,
  );
});

const lasting: readonly TableName[] = [
  'accounts',
  'api_keys',
  'assets',
  'prices',
  'symbols',
  'settings',
  'balances',
  'transfers',
  'deposit_addresses',
  'deposits',
  'withdrawals',
  'sub_account_transfers',
  'dust_conversions',
  'dividends',
  'dividend_payments',
  'audit',
];

test('a restart keeps the demo world and its changes, and seeds nothing twice', async () => {
  const tryOut = await startExchange(['--demo', '1']);
  try {
    const answer = await tryOut.signed(demoMaster, 'POST', '/sapi/v1/asset/dust', 'asset=ADA&asset=TRX');
    assert.equal(answer.status, 200, answer.text);
    const priced = await tryOut.server.commands.submit('putPrice', {
      operator: { actor: 'olga', reason: 'a test' },
      asset: 'SKY',
      price: { coefficient: 7n, scale: 0 },
    });
    assert.ok('done' in priced);
    const dump = () => Promise.all(lasting.map((table) => tryOut.server.reads.rows(table, {})));
    const earlier = await dump();
    await tryOut.restart();
    assert.deepEqual(await dump(), earlier);
  } finally {
    await tryOut.close();
  }
});

test('a production start refuses a database with demo keys, with a one-line error', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  try {
    await (await startExchange(['--demo', '1', '--lab', '0', '--data', dataFolder])).close();
    await assert.rejects(startExchange(['--data', dataFolder]), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /^this database holds demo keys; .*$/);
      return true;
    });
    await (await startExchange(['--demo', '1', '--data', dataFolder])).close();
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
});

test('a database in which only an administrator was made rejects --demo', async () => {
  const own = await startExchange();
  try {
    await becomeAdministrator(own);
    await assert.rejects(own.restart(['--demo', '1']), /made without the demo world, as for production/);
    await own.restart(['--demo', '1', '--lab', '0']);
    assert.equal((await own.server.reads.rows('assets', {})).length, 0);
  } finally {
    await own.close();
  }
});

test("a database with an operator's own account or asset gets no demo world", async () => {
  const own = await startExchange();
  try {
    const operator = { actor: 'olga', reason: 'a test' };
    const opened = await own.server.commands.submit('openAccount', { operator, email: 'olga@example.com' });
    assert.ok('done' in opened);
    await own.restart(['--demo', '1', '--lab', '0']);
    assert.equal((await own.server.reads.rows('accounts', {})).length, 1);
    assert.equal((await own.server.reads.rows('assets', {})).length, 0);
  } finally {
    await own.close();
  }
});
