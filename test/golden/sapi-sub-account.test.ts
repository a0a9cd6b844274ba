/** A running server with the data of a sample returns the sample: sub-account operations of /sapi. */
import { after, before, test } from 'node:test';
import { sign } from '../support/exchange.ts';
import type { Customer } from '../support/world.ts';
import { decimal } from '../support/world-plan.ts';
import { bodyOf, ethereumAddress, type GoldenWorld, startGoldenWorld } from './golden-world.ts';
import { assertLikeSample, readSample } from './sample.ts';

const milliseconds = /^1[0-9]{12}$/;
const key = /^"[A-Za-z0-9]{64}"$/;
const digits = /^"[0-9]+"$/;
const runningNumber = /^[1-9][0-9]{6,15}$/;

let world: GoldenWorld;
before(async () => {
  world = await startGoldenWorld();
});
after(() => world.exchange.close());

async function ask(customer: Customer, method: string, path: string, query = ''): Promise<string> {
  return bodyOf(await world.exchange.signed(customer, method, path, query));
}

test('sub-account list: one enabled and one disabled account', async () => {
  const master = await world.customer('freeze@test.com');
  await world.customer('testsub@test.com', { masterEmail: master.email });
  await world.customer('virtual@test.com', { masterEmail: master.email });
  await world.operate('updateAccount', { email: 'virtual@test.com', enabled: false });
  const reply = await ask(master, 'GET', '/sapi/v1/sub-account/list');
  assertLikeSample(reply, readSample('sapi-sub-account-list'), {
    subUserId: runningNumber,
    createTime: milliseconds,
  });
});

test('universal transfer and its history, newest first', async () => {
  const master = await world.customer('universal@test.com');
  await world.customer('abc@test.com', { masterEmail: master.email });
  await world.customer('def@test.com', { masterEmail: master.email });
  await world.credit('def@test.com', 'BNB 1', 'BTC 1');
  const sides = 'fromEmail=def@test.com&toEmail=abc@test.com&fromAccountType=SPOT&toAccountType=SPOT';
  const path = '/sapi/v1/sub-account/universalTransfer';
  const reply = await ask(master, 'POST', path, `${sides}&clientTranId=test&asset=BNB&amount=1e-2`);
  assertLikeSample(reply, readSample('universal-transfer'), { tranId: runningNumber });
  await ask(master, 'POST', path, `${sides}&asset=BTC&amount=0.25`);
  const history = await ask(master, 'GET', path, 'toEmail=abc@test.com');
  assertLikeSample(history, readSample('universal-transfer-history'), {
    tranId: runningNumber,
    createTimeStamp: milliseconds,
  });
});

test('sub-account status: an active account with a mobile number, and one that is neither', async () => {
  const master = await world.customer('status@test.com');
  await world.customer('status1@test.com', { masterEmail: master.email, mobile: '+49 151 12345678' });
  await world.customer('status2@test.com', { masterEmail: master.email, activated: false });
  await world.operate('updateAccount', { email: 'status2@test.com', enabled: false });
  const reply = await ask(master, 'GET', '/sapi/v1/sub-account/status');
  assertLikeSample(reply, readSample('sub-account-status'), { insertTime: milliseconds });
});

test('sub-account assets: numbers in v3, text in v4; held amounts are locked by deposits or withdrawn', async () => {
  const master = await world.customer('holder@test.com');
  const sub = await world.customer('held@test.com', { masterEmail: master.email });
  await world.credit(sub.email, 'ADA 10000', 'BTC 11467.6399', 'ETH 10005.245');
  await world.operate('updateAccount', { email: sub.email, withdrawConfirmation: 'email' });
  await ask(sub, 'POST', '/wapi/v3/withdraw.html', `asset=ETH&address=${ethereumAddress}&amount=0.25`);
  const where = { asset: 'BTC', network: 'BTC', address: 'held-btc', addressTag: '' };
  await world.operate('assignDepositAddress', { email: sub.email, ...where });
  const { chainService } = world.exchange.server;
  await chainService.receiveDeposit({ ...where, amount: 2_50000000n, txId: 'held-by-a-deposit' });
  await chainService.mineBlocks('BTC', 1);
  const read = (version: string) =>
    ask(master, 'GET', `/sapi/${version}/sub-account/assets`, 'email=held@test.com');
  assertLikeSample(await read('v4'), readSample('sub-account-assets-v4'));
  assertLikeSample(await read('v3'), readSample('sub-account-assets-v3'));
});

test('spot summary: the value of the accounts in BTC, by page', async () => {
  const master = await world.customer('summary@test.com');
  for (const number of [1, 2, 3])
    await world.customer(`sum${number}@test.com`, { masterEmail: master.email });
  await world.operate('putPrice', { asset: 'BTC', price: decimal('50000') });
  await world.operate('putPrice', { asset: 'LTC', price: decimal('100') });
  await world.credit(master.email, 'BTC 0.23231201');
  await world.credit('sum1@test.com', 'LTC 250');
  const reply = await ask(master, 'GET', '/sapi/v1/sub-account/spotSummary', 'size=2');
  assertLikeSample(reply, readSample('sub-account-spot-summary'));
});

test('transfers of a sub-account, in its own history and in that of its master', async () => {
  const master = await world.customer('user@test.com');
  const sub = await world.customer('user1@test.com', { masterEmail: master.email });
  await world.customer('user2@test.com', { masterEmail: master.email });
  await world.credit(sub.email, 'BTC 1', 'ETH 2');
  const path = '/sapi/v1/sub-account/transfer';
  const toSub = await ask(sub, 'POST', `${path}/subToSub`, 'toEmail=user2@test.com&asset=ETH&amount=2');
  assertLikeSample(toSub, readSample('transfer-sub-to-sub'), { txnId: digits });
  const toMaster = await ask(sub, 'POST', `${path}/subToMaster`, 'asset=BTC&amount=0.50');
  assertLikeSample(toMaster, readSample('transfer-sub-to-master'), { txnId: digits });
  const own = await ask(sub, 'GET', `${path}/subUserHistory`);
  assertLikeSample(own, readSample('sub-user-transfer-history'), {
    tranId: runningNumber,
    time: milliseconds,
  });
});

test('transfer history of a master: from one account, newest first', async () => {
  const master = await world.customer('history@test.com');
  await world.customer('his1@test.com', { masterEmail: master.email });
  await world.customer('his2@test.com', { masterEmail: master.email });
  await world.credit('his1@test.com', 'BTC 10', 'ETH 2');
  const from = 'fromEmail=his1@test.com';
  for (const rest of [
    'toEmail=history@test.com&asset=ETH&amount=2',
    'toEmail=his2@test.com&asset=BTC&amount=10',
  ])
    await ask(master, 'POST', '/wapi/v3/sub-account/transfer.html', `${from}&${rest}`);
  const reply = await ask(master, 'GET', '/sapi/v1/sub-account/sub/transfer/history', from);
  assertLikeSample(reply, readSample('sapi-sub-account-transfer-history'), {
    tranId: runningNumber,
    time: milliseconds,
  });
});

test('a virtual sub-account has an e-mail that was made up', async () => {
  const master = await world.customer('virtuous@test.com');
  const query = 'subAccountString=ADDsdd';
  const reply = await ask(master, 'POST', '/sapi/v1/sub-account/virtualSubAccount', query);
  assertLikeSample(reply, readSample('create-virtual-sub-account'), {
    email: /^"addsdd_virtual@[a-p]{12}email\.com"$/,
  });
});

test('the IP restriction of a key of a sub-account: set, shown, and shortened', async () => {
  const master = await world.customer('keys@test.com');
  const sub = await world.customer('keyed@test.com', { masterEmail: master.email });
  const path = '/subAccountApi/ipRestriction';
  const key = `email=keyed@test.com&subAccountApiKey=${sub.apiKey}`;
  const generated = { updateTime: milliseconds, apiKey: new RegExp(`^"${sub.apiKey}"$`) };
  const restriction = `${key}&status=2&ipAddress=69.210.67.14,8.34.21.10`;
  const set = await ask(master, 'POST', `/sapi/v2/sub-account${path}`, restriction);
  assertLikeSample(set, readSample('restrict-sub-account-key'), generated);
  const shown = await ask(master, 'GET', `/sapi/v1/sub-account${path}`, key);
  assertLikeSample(shown, readSample('sub-account-key-restriction'), generated);
  const removal = `${key}&ipAddress=8.34.21.10`;
  const shorter = await ask(master, 'DELETE', `/sapi/v1/sub-account${path}/ipList`, removal);
  assertLikeSample(shorter, readSample('remove-sub-account-key-addresses'), generated);
});

test('deposit address and deposits of a sub-account', async () => {
  const master = await world.customer('depositor@test.com');
  await world.customer('deposited@test.com', { masterEmail: master.email });
  const where = { asset: 'BTC', network: 'BTC', address: 'deposited-btc', addressTag: '' };
  await world.operate('assignDepositAddress', { email: 'deposited@test.com', ...where });
  const { chainService } = world.exchange.server;
  const txId = 'a-deposit-of-a-sub-account';
  await chainService.receiveDeposit({ ...where, amount: 2_50000000n, txId });
  await chainService.mineBlocks('BTC', 1);
  const path = '/sapi/v1/capital/deposit';
  const email = 'email=deposited@test.com';
  const address = await ask(master, 'GET', `${path}/subAddress`, `${email}&coin=BTC`);
  assertLikeSample(address, readSample('sub-account-deposit-address'));
  const history = await ask(master, 'GET', `${path}/subHisrec`, `${email}&includeSource=True`);
  assertLikeSample(history, readSample('sub-account-deposit-hisrec'), {
    id: digits,
    insertTime: milliseconds,
  });
});

test('keys of a sub-account: created with a secret or a public key, listed, permitted, and revoked', async () => {
  const master = await world.customer('maker@test.com');
  await world.customer('robot@test.com', { masterEmail: master.email });
  const email = 'email=robot@test.com';
  const path = '/sapi/v1/sub-account/subAccountApi';
  const restricted = `${email}&apiName=bot&status=2&ipAddress=69.210.67.14,8.34.21.10&canTrade=true`;
  const made = await ask(master, 'POST', path, restricted);
  assertLikeSample(made, readSample('create-sub-account-key'), { apiKey: key, secretKey: key });
  const publicKey = encodeURIComponent('MCowBQYDK2VwAyEAgmDRTtj2FA+wzJUIlAL9ly1eovjLBu7uXUFR+jFULmg=');
  const order = `${email}&apiName=signer&status=1&canUniversalTransfer=true`;
  const body = `publicKey=${publicKey}`;
  const signed = await askWithBody(master, '/sapi/v2/sub-account/subAccountApi', order, body);
  assertLikeSample(signed, readSample('create-sub-account-key-v2'), { apiKey: key });
  const one = `${email}&subAccountApiKey=${(JSON.parse(signed) as { apiKey: string }).apiKey}`;
  const generated = { apikey: key, timestamp: milliseconds };
  const list = await ask(master, 'GET', path, one);
  assertLikeSample(list, readSample('sub-account-key-list'), generated);
  const permitted = await ask(master, 'POST', `${path}Permission`, `${one}&canTrade=true`);
  assertLikeSample(permitted, readSample('permit-sub-account-key'), generated);
  const revoked = await ask(master, 'DELETE', path, one);
  assertLikeSample(revoked, readSample('revoke-sub-account-key'));
});

async function askWithBody(customer: Customer, path: string, query: string, body: string): Promise<string> {
  const signed = `${query}&timestamp=${Date.now()}`;
  const signature = sign(customer.secretKey, signed + body);
  return bodyOf(
    await world.exchange.request('POST', `${path}?${signed}&signature=${signature}`, {
      headers: {
        'X-MBX-APIKEY': customer.apiKey,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body,
    }),
  );
}
