/** A master manages the keys of its sub-accounts by /sapi, and no others; such a key never withdraws. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sapi } from '../../src/contract/dialect.ts';
import { maxKeysOfSubAccount } from '../../src/store/lookups.ts';
import { type Credentials, type Exchange, type Reply, sign, startExchange } from '../support/exchange.ts';
import { buildWorld, type Customer, createKey, emailOf, keyOf, openCustomer } from '../support/world.ts';
import { asset, network, worldPlan } from '../support/world-plan.ts';
import { assertRejected } from './contract-world.ts';

const plan = worldPlan({
  assets: [[asset('BTC', [network('BTC', 'opaque')]), '50000']],
  accounts: {
    master: { balances: ['BTC 10'] },
    alice: { master: 'master', balances: ['BTC 10'] },
    foreigner: {},
    child: { master: 'foreigner' },
  },
});
type Name = keyof typeof plan.accounts;

let exchange: Exchange;
let accounts: Readonly<Record<Name, Customer>>;
before(async () => {
  exchange = await startExchange();
  accounts = await buildWorld(exchange.server, plan);
});
after(() => exchange.close());

const keys = '/sapi/v1/sub-account/subAccountApi';
const keysV2 = '/sapi/v2/sub-account/subAccountApi';
const alice = { email: emailOf('alice') };

const call = (key: Credentials, method: string, path: string, query: object = {}): Promise<Reply> =>
  exchange.signed(key, method, path, query as Record<string, string>);

async function done(key: Credentials, method: string, path: string, query: object = {}) {
  const reply = await call(key, method, path, query);
  assert.equal(reply.status, 200, reply.text);
  return reply.body;
}

const rejected = (reply: Reply, id: Parameters<typeof assertRejected>[1], details: object = {}) =>
  assertRejected(reply as never, id, details as never, sapi);

const sendHome = (key: Credentials) =>
  call(key, 'POST', '/sapi/v1/sub-account/transfer/subToMaster', { asset: 'BTC', amount: '0.001' });
const readStatus = (key: Credentials) => call(key, 'GET', '/wapi/v3/accountStatus.html');

async function create(order: object = {}): Promise<Credentials> {
  const made = await done(accounts.master, 'POST', keys, { ...alice, apiName: 'bot', status: 1, ...order });
  return { apiKey: made.apiKey, secretKey: made.secretKey };
}

const permission = (key: Credentials, grants: object) =>
  done(accounts.master, 'POST', `${keys}Permission`, { ...alice, subAccountApiKey: key.apiKey, ...grants });

test('a new key may read; further permissions apply at once; it can never withdraw', async () => {
  const key = await create();
  assert.equal((await readStatus(key)).status, 200);
  rejected(await sendHome(key), 'permission-missing');
  const granted = await permission(key, { canTrade: 'True', canUniversalTransfer: true });
  assert.deepEqual([granted.canTrade, granted.canUniversalTransfer], [true, true]);
  assert.equal((await sendHome(key)).status, 200);
  const toFunding = { type: 'MAIN_FUNDING', asset: 'BTC', amount: '0.001' };
  assert.equal((await call(key, 'POST', '/sapi/v1/asset/transfer', toFunding)).status, 200);
  const withdrawal = { coin: 'BTC', address: 'x', amount: '1' };
  rejected(await call(key, 'POST', '/sapi/v1/capital/withdraw/apply', withdrawal), 'permission-missing');
  const less = await permission(key, { canTrade: false });
  assert.deepEqual([less.canTrade, less.canUniversalTransfer], [false, true], 'the rest stays');
  rejected(await sendHome(key), 'permission-missing');
});

test('a key cannot grant a permission that it lacks', async () => {
  const trader = await createKey(exchange.server, emailOf('master'), { permissions: ['reading', 'trading'] });
  const order = { ...alice, apiName: 'bot', status: 1, canTrade: true };
  const named = { ...alice, subAccountApiKey: keyOf('alice').apiKey };
  const before = await exchange.server.reads.rows('api_keys', {});
  for (const version of ['v1', 'v2']) {
    const path = `/sapi/${version}/sub-account/subAccountApi`;
    rejected(
      await call(trader, 'POST', path, { ...order, canUniversalTransfer: true }),
      'permission-missing',
    );
  }
  rejected(
    await call(trader, 'POST', `${keys}Permission`, { ...named, canUniversalTransfer: true }),
    'permission-missing',
  );
  assert.deepEqual(await exchange.server.reads.rows('api_keys', {}), before);
  for (const less of [{}, { canUniversalTransfer: false }]) {
    const made = await call(trader, 'POST', keys, { ...order, ...less });
    assert.deepEqual([made.status, made.body.canUniversalTransfer], [200, false], made.text);
  }
});

test('permissions to withdraw that an operator gave are kept', async () => {
  const key = await createKey(exchange.server, emailOf('alice'));
  await permission(key, { canTrade: false });
  const row = await exchange.server.reads.row('api_keys', { apiKey: key.apiKey });
  assert.deepEqual(row?.permissions, ['reading', 'withdrawals', 'internal-transfers', 'universal-transfers']);
});

test('margin, futures, options and third parties are not served', async () => {
  const order = { ...alice, apiName: 'bot', status: 1 };
  for (const grant of ['canMarginLoanRepay', 'canFuturesTrade', 'canVanillaOptions']) {
    rejected(await call(accounts.master, 'POST', keys, { ...order, [grant]: true }), 'operation-unsupported');
    const named = { ...alice, subAccountApiKey: keyOf('alice').apiKey, [grant]: true };
    rejected(await call(accounts.master, 'POST', `${keys}Permission`, named), 'operation-unsupported');
  }
  const thirdParty = await call(accounts.master, 'POST', keys, { ...order, status: 3 });
  rejected(thirdParty, 'operation-unsupported');
});

test('a key for trusted addresses needs them, and cannot be used from others', async () => {
  const order = { ...alice, apiName: 'bot', status: 2 };
  rejected(await call(accounts.master, 'POST', keys, order), 'parameter-missing', { parameter: 'ipAddress' });
  const wrong = await call(accounts.master, 'POST', keys, { ...order, ipAddress: '1.2.3' });
  rejected(wrong, 'ip-range-invalid');
  const elsewhere = await create({ status: 2, ipAddress: '203.0.113.1' });
  rejected(await sendHome(elsewhere), 'key-rejected');
  const served = await create({ status: 2, ipAddress: '203.0.113.1,127.0.0.0/8' });
  assert.equal((await readStatus(served)).status, 200);
});

test('a revoked key stops at once, and another revocation is rejected', async () => {
  const key = await create();
  assert.equal((await readStatus(key)).status, 200);
  const named = { ...alice, subAccountApiKey: key.apiKey };
  assert.deepEqual(await done(accounts.master, 'DELETE', keys, named), {});
  rejected(await sendHome(key), 'key-rejected');
  rejected(await call(accounts.master, 'DELETE', keys, named), 'api-key-unknown', {
    apiKey: key.apiKey,
    email: alice.email,
  });
});

test('the list has pages, and shows no secrets', async () => {
  const key = await create({ apiName: 'the newest' });
  const list = (query: object) => done(accounts.master, 'GET', keys, { ...alice, ...query });
  const all = await list({ size: 100 });
  assert.equal(all.rows.length, all.total);
  assert.doesNotMatch(JSON.stringify(all), /secret/i);
  const paged = await Promise.all(
    all.rows.map((_: unknown, index: number) => list({ size: 1, page: index + 1 })),
  );
  assert.deepEqual(
    paged.flatMap(({ rows }) => rows),
    all.rows,
  );
  const one = await list({ subAccountApiKey: key.apiKey });
  assert.deepEqual([one.total, one.rows[0].apiName], [1, 'the newest']);
  assert.deepEqual(await list({ subAccountApiKey: keyOf('child').apiKey }), { total: 0, rows: [] });
});

test('a sub-account gets at most 30 keys, also by requests at the same time; a deleted one makes room', async () => {
  const { email } = await openCustomer(exchange.server, 'full@example.com', {
    masterEmail: emailOf('master'),
  });
  const order = { email, apiName: 'bot', status: 1 };
  const replies = await Promise.all(
    Array.from({ length: maxKeysOfSubAccount + 5 }, (_, index) =>
      call(accounts.master, 'POST', index % 2 ? keys : keysV2, order),
    ),
  );
  const made = replies.filter(({ status }) => status === 200);
  assert.equal(made.length, maxKeysOfSubAccount - 1, 'beside the one that an operator created');
  for (const reply of replies.filter((each) => !made.includes(each)))
    rejected(reply, 'api-keys-full', { maximum: maxKeysOfSubAccount });
  await createKey(exchange.server, email);
  const create = () => call(accounts.master, 'POST', keys, order);
  const remove = async (index: number) =>
    done(accounts.master, 'DELETE', keys, { email, subAccountApiKey: made[index]?.body.apiKey });
  await remove(0);
  rejected(await create(), 'api-keys-full', { maximum: maxKeysOfSubAccount });
  await remove(1);
  assert.equal((await create()).status, 200);
});

const pair = generateKeyPairSync('ed25519');
const base64Of = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).toString('base64');
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }) as string;

/** Creates a key with the public key in the body, which is encoded as given. */
async function register(body: string): Promise<Reply> {
  const query = `email=${alice.email}&apiName=signer&status=1&canTrade=true&timestamp=${Date.now()}`;
  const { apiKey, secretKey } = accounts.master;
  return exchange.request('POST', `${keysV2}?${query}&signature=${sign(secretKey, query + body)}`, {
    headers: { 'X-MBX-APIKEY': apiKey, 'content-type': 'application/x-www-form-urlencoded' },
    body,
  });
}

test('a public key is accepted as base64 or PEM, and verifies signatures', async () => {
  const bodies = [
    encodeURIComponent(base64Of(pair.publicKey)),
    base64Of(pair.publicKey),
    encodeURIComponent(pem),
    encodeURIComponent(pem).replaceAll('%20', '+'),
  ];
  for (const body of bodies) {
    const made = await register(`publicKey=${body}`);
    assert.equal(made.status, 200, made.text);
    assert.equal(made.body.secretKey, undefined);
    const query = `asset=BTC&amount=0.001&timestamp=${Date.now()}`;
    const signature = encodeURIComponent(
      signBytes(null, Buffer.from(query), pair.privateKey).toString('base64'),
    );
    const target = `/sapi/v1/sub-account/transfer/subToMaster?${query}&signature=${signature}`;
    const headers = { 'X-MBX-APIKEY': made.body.apiKey };
    const sent = await exchange.request('POST', target, { headers });
    assert.equal(sent.status, 200, sent.text);
  }
});

test('version 2 rejects a public key in the query, and a text that is not a public key', async () => {
  const order = { ...alice, apiName: 'signer', status: 1, publicKey: base64Of(pair.publicKey) };
  rejected(await call(accounts.master, 'POST', keysV2, order), 'parameter-invalid', {
    parameter: 'publicKey',
    reason: 'it must be sent in the body',
  });
  assert.equal((await call(accounts.master, 'POST', keys, order)).status, 200, 'version 1 accepts it');
  const secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  for (const wrong of [secret, base64Of(short), 'AAAA', 'no key at all']) {
    const reply = await register(`publicKey=${encodeURIComponent(wrong)}`);
    assert.deepEqual([reply.status, reply.body.code], [400, -1130], reply.text);
    assert.match(reply.body.msg, /'publicKey'/);
  }
});

test('a master manages only keys of its own sub-accounts', async () => {
  const stored = () => exchange.server.reads.rows('api_keys', {});
  const before = await stored();
  const send = (key: object) => [
    call(accounts.master, 'POST', `${keys}Permission`, { ...key, canTrade: false }),
    call(accounts.master, 'DELETE', keys, key),
  ];
  for (const name of ['child', 'foreigner', 'master'] as const) {
    const email = emailOf(name);
    const order = { email, apiName: 'bot', status: 1 };
    rejected(await call(accounts.master, 'POST', keys, order), 'sub-account-unrelated');
    rejected(await call(accounts.master, 'GET', keys, { email }), 'sub-account-unrelated');
    const subAccountApiKey = keyOf(name).apiKey;
    for (const reply of send({ email, subAccountApiKey })) rejected(await reply, 'sub-account-unrelated');
    for (const reply of send({ ...alice, subAccountApiKey }))
      rejected(await reply, 'api-key-unknown', { apiKey: subAccountApiKey, email: alice.email });
  }
  assert.deepEqual(await stored(), before);
});

test('only an enabled master whose key may trade manages keys', async () => {
  const order = { ...alice, apiName: 'bot', status: 1 };
  rejected(await call(accounts.alice, 'POST', keys, order), 'master-only');
  rejected(await call(accounts.alice, 'GET', keys, alice), 'master-only');
  const without = await createKey(exchange.server, emailOf('master'), {
    permissions: ['reading', 'withdrawals', 'internal-transfers'],
  });
  rejected(await call(without, 'POST', keys, order), 'permission-missing');
  rejected(await call(without, 'DELETE', keys, { ...alice, subAccountApiKey: 'x' }), 'permission-missing');
  const operator = { actor: 'olga', reason: 'a test' };
  const email = emailOf('foreigner');
  await exchange.server.commands.submit('updateAccount', { operator, email, enabled: false });
  const ofChild = { ...order, email: emailOf('child') };
  rejected(await call(accounts.foreigner, 'POST', keys, ofChild), 'account-disabled');
});
