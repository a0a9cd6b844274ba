/** The npm package binance@3.6.5, unmodified, with HMAC, RSA and Ed25519 keys; only its base URL is changed. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Credentials } from '../support/exchange.ts';
import {
  destination,
  failureOf,
  mineUntilSettled,
  openWorld,
  receive,
  rejectedCallers,
  subEmail,
  treasuryEmail,
  type World,
} from './world.ts';

const require = createRequire(import.meta.url);
const { MainClient } = require('binance-current');

type Row = Readonly<Record<string, unknown>>;

const keyTypes = ['hmac', 'rsa', 'ed25519'] as const;
type KeyType = (typeof keyTypes)[number];

let world: World;
/** Keys of the treasury; the secret of a key with a private half is its PEM. */
let credentials: Readonly<Record<KeyType, Credentials>>;
before(async () => {
  world = await openWorld();
  credentials = {
    hmac: world.treasury,
    rsa: await register(generateKeyPairSync('rsa', { modulusLength: 2048 })),
    ed25519: await register(generateKeyPairSync('ed25519')),
  };
});
after(() => world.close());

type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

async function register({ publicKey, privateKey }: KeyPair): Promise<Credentials> {
  const reply = await world.operator('POST', `/accounts/${treasuryEmail}/api-keys`, {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
  });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  const secretKey = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { apiKey: reply.body.apiKey as string, secretKey };
}

function clientOf({ apiKey, secretKey }: Credentials) {
  return new MainClient({ api_key: apiKey, api_secret: secretKey, baseUrl: world.url });
}

test('binance reads the status of the exchange', async () => {
  assert.deepEqual(await clientOf(world.treasury).getSystemStatus(), { status: 0, msg: 'normal' });
});

for (const type of keyTypes) {
  test(`binance with an ${type} key withdraws with spaces and symbols in the name, and finds the withdrawal`, async () => {
    const client = clientOf(credentials[type]);
    const withdrawOrderId = `binance-${type}`;
    const request = { coin: 'ETH', network: 'ETH', address: destination, amount: 1.5, name: 'cold & (1)' };
    const { id } = await client.withdraw({ ...request, withdrawOrderId });
    assert.deepEqual(await client.withdraw({ ...request, withdrawOrderId }), { id }, 'it is done once');
    await mineUntilSettled(world, id, 'ETH');
    const rows = await client.getWithdrawHistory({ withdrawOrderId });
    assert.deepEqual(
      rows.map((each: Row) => [each.id, each.amount, each.transactionFee, each.status, each.network]),
      [[id, '1.49', '0.01', 6, 'ETH']],
    );
    const { enableWithdrawals } = await client.getApiKeyPermissions();
    assert.equal(enableWithdrawals, true);
  });
}

test('binance requests a deposit address and sees the deposit', async () => {
  const client = clientOf(world.treasury);
  const { address, tag } = await client.getDepositAddress({ coin: 'BTC' });
  const txId = 'ab'.repeat(32);
  await receive(world, { network: 'BTC', txId, asset: 'BTC', address, addressTag: tag, amount: 12_345_678n });
  await world.server.chainService.mineBlocks('BTC', 2);
  const rows = await client.getDepositHistory({ coin: 'BTC', includeSource: true });
  assert.deepEqual(
    rows.map((each: Row) => [each.txId, each.amount, each.status]),
    [[txId, '0.12345678', 1]],
  );
  const list = await client.getDepositAddresses({ coin: 'BTC' });
  assert.deepEqual(
    list.map((each: Row) => each.address),
    [address],
  );
});

test('binance reads balances and terms', async () => {
  const client = clientOf(world.treasury);
  assert.equal((await client.getAccountInformation()).accountType, 'SPOT');
  const [bitcoin] = await client.getUserAsset({ asset: 'BTC', needBtcValuation: true });
  assert.equal(bitcoin.btcValuation, bitcoin.free);
  assert.equal((await client.getAssetDetail({ asset: 'ETH' })).ETH.withdrawFee, 0.01);
  assert.equal((await client.getTradeFee({ symbol: 'ETHBTC' }))[0].takerCommission, '0.0015');
  assert.deepEqual(await client.getAccountStatus(), { data: 'Normal' });
});

test('binance moves between wallets and between the accounts of a family', async () => {
  const client = clientOf(world.treasury);
  const { tranId } = await client.submitUniversalTransfer({
    type: 'MAIN_FUNDING',
    asset: 'BTC',
    amount: 0.5,
  });
  const { rows } = await client.getUniversalTransferHistory({ type: 'MAIN_FUNDING' });
  assert.deepEqual([rows[0].tranId, rows[0].amount, rows[0].status], [tranId, '0.5', 'CONFIRMED']);
  const request = {
    toEmail: subEmail,
    fromAccountType: 'SPOT',
    toAccountType: 'SPOT',
    asset: 'BTC',
    amount: 0.25,
    clientTranId: 'once',
  };
  const sent = await client.subAccountUniversalTransfer(request);
  assert.deepEqual(await client.subAccountUniversalTransfer(request), sent, 'it is done once');
  const { result, totalCount } = await client.getSubAccountUniversalTransferHistory({ clientTranId: 'once' });
  assert.deepEqual([result[0].tranId, result[0].amount, totalCount], [sent.tranId, '0.25', 1]);
  const sub = clientOf(world.sub);
  const { txnId } = await sub.subAccountTransferToMaster({ asset: 'BTC', amount: 0.25 });
  const history = await sub.subAccountTransferHistory({ asset: 'BTC', type: 2 });
  assert.deepEqual([String(history[0].tranId), history[0].qty], [txnId, '0.25']);
});

for (const { why, caller, code } of rejectedCallers) {
  test(`binance with ${why} rejects with code ${code}`, async () => {
    const client = clientOf(world[caller]);
    const failure = await failureOf(client.withdraw({ coin: 'ETH', address: destination, amount: 1.5 }));
    assert.equal(failure.code, code);
  });
}
