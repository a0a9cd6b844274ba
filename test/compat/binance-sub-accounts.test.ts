/** The sub-account methods of the npm package binance@3.6.5, unmodified; only its base URL is changed. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Credentials } from '../support/exchange.ts';
import { failureOf, openWorld, subEmail, treasuryEmail, type World } from './world.ts';

const require = createRequire(import.meta.url);
const { MainClient } = require('binance-current');

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

function clientOf({ apiKey, secretKey }: Credentials) {
  return new MainClient({ api_key: apiKey, api_secret: secretKey, baseUrl: world.url });
}

test('binance lists sub-accounts and what they have', async () => {
  const client = clientOf(world.treasury);
  const { subAccounts } = await client.getSubAccountList({ email: subEmail });
  assert.deepEqual([subAccounts[0].email, subAccounts[0].isFreeze], [subEmail, false]);
  assert.equal((await client.getSubAccountList()).subAccounts.length, 1);
  const [status] = await client.getSubAccountStatusOnMarginOrFutures({ email: subEmail });
  assert.equal(status.isSubUserEnabled, true);
  assert.equal((await client.getSubAccountAssets({ email: subEmail })).balances[0].free, 1);
  assert.equal((await client.getSubAccountAssetsMaster({ email: subEmail })).balances[0].free, '1');
  const summary = await client.getSubAccountSpotAssetsSummary({ size: 1 });
  assert.deepEqual(
    [summary.totalCount, summary.spotSubUserAssetBtcVoList],
    [1, [{ email: subEmail, totalAsset: '1' }]],
  );
});

test('binance opens a virtual sub-account, to which another one sends', async () => {
  const { email } = await clientOf(world.treasury).createVirtualSubAccount({ subAccountString: 'robot' });
  assert.match(email, /^robot_virtual@/);
  const sub = clientOf(world.sub);
  const order = { toEmail: email, asset: 'BTC', amount: 0.00001 };
  const { txnId } = await sub.subAccountTransferToSameMaster(order);
  const [sent] = await sub.subAccountTransferHistory();
  assert.deepEqual([String(sent.tranId), sent.email, sent.qty], [txnId, email, '0.00001']);
  const history = { fromEmail: subEmail };
  const [shown] = await clientOf(world.treasury).getSubAccountSpotAssetTransferHistory(history);
  assert.deepEqual([String(shown.tranId), shown.from, shown.to], [txnId, subEmail, email]);
});

test('binance gets the deposit address of a sub-account and its deposits', async () => {
  const client = clientOf(world.treasury);
  const { address } = await client.getSubAccountDepositAddress({ email: subEmail, coin: 'BTC' });
  assert.equal(address, (await clientOf(world.sub).getDepositAddress({ coin: 'BTC' })).address);
  assert.deepEqual(await client.getSubAccountDepositHistory({ email: subEmail, coin: 'BTC' }), []);
});

test('binance restricts the key of a sub-account to addresses, and lifts the restriction', async () => {
  const client = clientOf(world.treasury);
  const key = { email: subEmail, subAccountApiKey: world.sub.apiKey };
  const set = await client.subAccountAddIPRestriction({
    ...key,
    status: '2',
    ipAddress: '203.0.113.1,203.0.113.2',
  });
  assert.deepEqual([set.status, set.ipList], ['2', ['203.0.113.1', '203.0.113.2']]);
  assert.equal((await failureOf(clientOf(world.sub).subAccountTransferHistory())).code, -2015);
  const less = await client.subAccountDeleteIPList({ ...key, ipAddress: '203.0.113.1' });
  assert.deepEqual(less.ipList, ['203.0.113.2']);
  await client.subAccountAddIPRestriction({ ...key, status: '1' });
  assert.equal((await client.getSubAccountIPRestriction(key)).ipRestrict, 'false');
  await clientOf(world.sub).subAccountTransferHistory();
});

test('binance shows the error of the exchange for an account outside the family', async () => {
  const failure = await failureOf(
    clientOf(world.treasury).getSubAccountAssets({ email: 'stranger@example.com' }),
  );
  assert.deepEqual(
    [failure.code, failure.message],
    [-9000, 'This two users are not in parent-child relation.'],
  );
  const sub = await failureOf(clientOf(world.sub).getSubAccountList({ email: treasuryEmail }));
  assert.equal(sub.code, -4006);
});
