/** The sub-account operations of /sapi show and move what belongs to the calling family, and nothing else. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sapi } from '../../src/contract/dialect.ts';
import { type Credentials, type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { buildWorld, type Customer, createKey, emailOf, keyOf } from '../support/world.ts';
import { asset, network, worldPlan } from '../support/world-plan.ts';
import { assertRejected } from './contract-world.ts';

const plan = worldPlan({
  assets: [
    [asset('BTC', [network('BTC', 'opaque')]), '50000'],
    [asset('ETH', [network('ETH', 'opaque')]), '2500'],
  ],
  accounts: {
    master: { balances: ['BTC 100'] },
    alice: { master: 'master', balances: ['BTC 10'] },
    bob: { master: 'master' },
    frozen: { master: 'master', balances: ['BTC 5'], change: { enabled: false } },
    foreigner: { balances: ['BTC 100'] },
    child: { master: 'foreigner', balances: ['BTC 10'] },
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

const base = '/sapi/v1/sub-account';
const universal = `${base}/universalTransfer`;

function call(key: Credentials, method: string, path: string, query: object | string = ''): Promise<Reply> {
  return exchange.signed(key, method, path, query as Record<string, string>);
}

async function done(key: Credentials, method: string, path: string, query: object | string = '') {
  const reply = await call(key, method, path, query);
  assert.equal(reply.status, 200, reply.text);
  return reply.body;
}

const spot = { fromAccountType: 'SPOT', toAccountType: 'SPOT' };
const toAlice = { toEmail: emailOf('alice'), ...spot, asset: 'BTC', amount: '0.125' };

function assertUnrelated(reply: Reply): void {
  assertRejected(reply as never, 'sub-account-unrelated', {}, sapi);
  assert.deepEqual(reply.body, {
    code: -9000,
    msg: 'This two users are not in parent-child relation.',
  });
}

async function free(name: Name): Promise<bigint> {
  const { accountId } = accounts[name];
  return (
    (await exchange.server.reads.row('balances', { accountId, asset: 'BTC', wallet: 'spot' }))?.free ?? 0n
  );
}

test('the list shows the sub-accounts of the caller only, also when it names another', async () => {
  const emails = async (key: Credentials, query: object = {}) =>
    (await done(key, 'GET', `${base}/list`, query)).subAccounts.map(({ email }: { email: string }) => email);
  const family = [emailOf('alice'), emailOf('bob'), emailOf('frozen')];
  assert.deepEqual(await emails(accounts.master), family);
  assert.deepEqual(await emails(accounts.foreigner), [emailOf('child')]);
  assert.deepEqual(await emails(accounts.master, { email: emailOf('child') }), []);
  assert.deepEqual(await emails(accounts.master, { email: 'ALICE@example.com' }), [emailOf('alice')]);
  assert.deepEqual(await emails(accounts.master, { isFreeze: 'True' }), [emailOf('frozen')]);
  assert.deepEqual(await emails(accounts.master, { isFreeze: 'false' }), family.slice(0, 2));
  assert.deepEqual(await emails(accounts.master, { limit: 2 }), family.slice(0, 2));
  assert.deepEqual(await emails(accounts.master, { limit: 2, page: 2 }), family.slice(2));
});

test('a missing e-mail is the master; without both e-mails the transfer is rejected', async () => {
  const before = await free('master');
  await done(accounts.master, 'POST', universal, toAlice);
  assert.equal(await free('master'), before - 12_500_000n);
  await done(accounts.master, 'POST', universal, {
    fromEmail: emailOf('alice'),
    ...spot,
    asset: 'BTC',
    amount: '0.125',
  });
  assert.equal(await free('master'), before);
  const neither = await call(accounts.master, 'POST', universal, { ...spot, asset: 'BTC', amount: '1' });
  assertRejected(neither as never, 'parameter-missing', { parameter: 'toEmail' }, sapi);
});

test('a master moves the money of a disabled sub-account', async () => {
  const sides = { fromEmail: emailOf('frozen'), toEmail: emailOf('bob'), ...spot };
  await done(accounts.master, 'POST', universal, { ...sides, asset: 'BTC', amount: '5' });
  assert.equal(await free('frozen'), 0n);
});

test('no transfer reaches another family, from either side', async () => {
  const own = emailOf('alice');
  const others = [emailOf('child'), emailOf('foreigner'), 'nobody@example.com', 'unattributed'];
  const before = await Promise.all([free('alice'), free('child'), free('foreigner'), free('master')]);
  for (const other of others) {
    for (const sides of [
      { fromEmail: own, toEmail: other },
      { fromEmail: other, toEmail: own },
      { fromEmail: other },
      { toEmail: other },
      { fromEmail: other, toEmail: other },
    ]) {
      const order = { ...sides, ...spot, asset: 'BTC', amount: '1' };
      assertUnrelated(await call(accounts.master, 'POST', universal, order));
      assertUnrelated(await call(accounts.master, 'POST', universal, { ...order, clientTranId: 'other' }));
    }
  }
  const after = await Promise.all([free('alice'), free('child'), free('foreigner'), free('master')]);
  assert.deepEqual(after, before);
});

test('an account type of futures or margin is unsupported; an unknown or missing one names its parameter', async () => {
  for (const type of ['USDT_FUTURE', 'COIN_FUTURE', 'MARGIN', 'ISOLATED_MARGIN', 'ALPHA']) {
    for (const side of ['fromAccountType', 'toAccountType']) {
      const reply = await call(accounts.master, 'POST', universal, { ...toAlice, [side]: type });
      assert.deepEqual([reply.status, reply.body], [400, { code: -9000, msg: 'Unsupported operation' }]);
    }
  }
  const { fromAccountType: _, ...rest } = toAlice;
  const missing = await call(accounts.master, 'POST', universal, rest);
  assertRejected(missing as never, 'parameter-missing', { parameter: 'fromAccountType' }, sapi);
  const unknown = await call(accounts.master, 'POST', universal, { ...toAlice, toAccountType: 'spot' });
  assertRejected(unknown as never, 'parameter-invalid', { parameter: 'toAccountType' }, sapi);
});

test('a clientTranId is unique for each master: the same content gets the first reply', async () => {
  const order = { ...toAlice, clientTranId: 'rent' };
  const first = await done(accounts.master, 'POST', universal, order);
  assert.deepEqual(Object.keys(first), ['tranId', 'clientTranId']);
  const [before, of] = [await free('alice'), { fromEmail: emailOf('master') }];
  const again = { ...order, ...of, toEmail: 'ALICE@example.com', amount: '125e-3' };
  assert.deepEqual(await done(accounts.master, 'POST', universal, again), first);
  assert.equal(await free('alice'), before);
  const other = await call(accounts.master, 'POST', universal, { ...order, amount: '0.25' });
  assertRejected(other as never, 'client-id-reused', {}, sapi);
  // Another family may use the same id.
  const elsewhere = {
    ...spot,
    toEmail: emailOf('child'),
    asset: 'BTC',
    amount: '0.125',
    clientTranId: 'rent',
  };
  const theirs = await done(accounts.foreigner, 'POST', universal, elsewhere);
  assert.notEqual(theirs.tranId, first.tranId);
  const found = await done(accounts.foreigner, 'GET', universal, { clientTranId: 'rent' });
  assert.deepEqual(
    found.result.map(({ tranId }: { tranId: number }) => tranId),
    [theirs.tranId],
  );
});

test('the history shows transfers of both dialects, and no other family can see them', async () => {
  const { txnId } = await done(accounts.master, 'POST', '/wapi/v3/sub-account/transfer.html', {
    fromEmail: emailOf('alice'),
    toEmail: emailOf('bob'),
    asset: 'BTC',
    amount: '0.00000001',
  });
  const history = await done(accounts.master, 'GET', universal, { fromEmail: emailOf('alice') });
  const [newest] = history.result;
  assert.deepEqual([newest.tranId, newest.amount], [Number(txnId), '0.00000001']);
  assert.equal(history.totalCount, history.result.length);
  const { tranId } = await done(accounts.master, 'POST', universal, toAlice);
  const { transfers } = await done(accounts.master, 'GET', '/wapi/v3/sub-account/transfer/history.html', {
    email: emailOf('alice'),
  });
  assert.equal(transfers.at(-1).qty, '0.125');
  const fromMaster = await done(accounts.master, 'GET', universal);
  assert.equal(fromMaster.result[0].tranId, tranId, 'without an e-mail: from the master');
  for (const side of ['fromEmail', 'toEmail']) {
    for (const other of ['child', 'foreigner'] as const)
      assertUnrelated(await call(accounts.master, 'GET', universal, { [side]: emailOf(other) }));
    for (const other of ['alice', 'master'] as const)
      assertUnrelated(await call(accounts.foreigner, 'GET', universal, { [side]: emailOf(other) }));
  }
});

test('pages of the history do not overlap, and an interval beyond 7 days is rejected', async () => {
  const ids = async (query: object) =>
    (await done(accounts.master, 'GET', universal, { toEmail: emailOf('alice'), ...query })).result.map(
      ({ tranId }: { tranId: number }) => tranId,
    );
  const all = await ids({});
  assert.ok(all.length >= 3);
  assert.deepEqual(
    all,
    all.toSorted((a: number, b: number) => b - a),
  );
  const pages = await Promise.all(all.map((_: number, index: number) => ids({ limit: 1, page: index + 1 })));
  assert.deepEqual(pages.flat(), all);
  const week = 7 * 86_400_000;
  const now = Date.now();
  assert.deepEqual(await ids({ startTime: now - week + 60_000, endTime: now + 60_000 }), all);
  assert.deepEqual(await ids({ startTime: now + 3_600_000, endTime: now + 3_600_000 + week }), []);
  const wide = { toEmail: emailOf('alice'), startTime: now - week, endTime: now + 1 };
  const reply = await call(accounts.master, 'GET', universal, wide);
  assertRejected(reply as never, 'interval-too-long', { hours: 168 }, sapi);
});

const keyOfBob = { email: emailOf('bob'), subAccountApiKey: keyOf('bob').apiKey };
const masterOperations = [
  ['GET', '/sapi/v1/capital/deposit/subAddress', { email: emailOf('bob'), coin: 'ETH' }],
  ['GET', '/sapi/v1/capital/deposit/subHisrec', { email: emailOf('bob') }],
  ['GET', `${base}/subAccountApi/ipRestriction`, keyOfBob],
  ['POST', '/sapi/v2/sub-account/subAccountApi/ipRestriction', { ...keyOfBob, status: 1 }],
  ['DELETE', `${base}/subAccountApi/ipRestriction/ipList`, { ...keyOfBob, ipAddress: '127.0.0.1' }],
  ['POST', `${base}/virtualSubAccount`, { subAccountString: 'robot' }],
  ['GET', `${base}/list`, ''],
  ['GET', `${base}/status`, ''],
  ['GET', `${base}/spotSummary`, ''],
  ['GET', '/sapi/v3/sub-account/assets', { email: emailOf('bob') }],
  ['GET', '/sapi/v4/sub-account/assets', { email: emailOf('bob') }],
  ['GET', `${base}/sub/transfer/history`, ''],
  ['POST', universal, toAlice],
  ['GET', universal, ''],
] as const;

test('a sub-account cannot call operations for masters', async () => {
  for (const [method, path, query] of masterOperations) {
    const reply = await call(accounts.alice, method, path, query);
    assertRejected(reply as never, 'master-only', {}, sapi);
  }
});

const ofOneSubAccount = [
  `${base}/status`,
  `${base}/spotSummary`,
  '/sapi/v3/sub-account/assets',
  '/sapi/v4/sub-account/assets',
];

test('status, summary and assets are those of a sub-account of the caller, not of the master or a stranger', async () => {
  for (const path of ofOneSubAccount) {
    await done(accounts.master, 'GET', path, { email: 'Alice@example.com' });
    for (const name of ['master', 'foreigner', 'child'] as const)
      assertUnrelated(await call(accounts.master, 'GET', path, { email: emailOf(name) }));
    assertUnrelated(await call(accounts.master, 'GET', path, { email: 'nobody@example.com' }));
    assertUnrelated(await call(accounts.foreigner, 'GET', path, { email: emailOf('alice') }));
  }
  const emails = (rows: { email: string }[]) => rows.map(({ email }) => email);
  const status = await done(accounts.foreigner, 'GET', `${base}/status`);
  assert.deepEqual(emails(status), [emailOf('child')]);
  const summary = await done(accounts.foreigner, 'GET', `${base}/spotSummary`);
  assert.deepEqual(emails(summary.spotSubUserAssetBtcVoList), [emailOf('child')]);
  assert.equal(summary.totalCount, 1);
});

test('a sub-account sends to its family and sees its own transfers, in one direction', async () => {
  const path = `${base}/transfer`;
  const toBob = { toEmail: emailOf('bob'), asset: 'BTC', amount: '0.001' };
  const { txnId } = await done(accounts.alice, 'POST', `${path}/subToSub`, toBob);
  const { txnId: second } = await done(accounts.alice, 'POST', `${path}/subToMaster`, {
    asset: 'BTC',
    amount: '1e-3',
  });
  const history = async (key: Credentials, query: object = {}) =>
    (await done(key, 'GET', `${path}/subUserHistory`, query)).map(
      ({ tranId, email, counterParty, qty }: Record<string, unknown>) => [tranId, email, counterParty, qty],
    );
  const sent = (await history(accounts.alice)).slice(0, 2);
  assert.deepEqual(sent, [
    [Number(second), emailOf('master'), 'master', '0.001'],
    [Number(txnId), emailOf('bob'), 'subAccount', '0.001'],
  ]);
  const [received] = await history(accounts.bob, { type: 1 });
  assert.deepEqual(received, [Number(txnId), emailOf('alice'), 'subAccount', '0.001']);
  assert.deepEqual(await history(accounts.bob), [], 'bob has sent nothing');
  assert.deepEqual(await history(accounts.alice, { asset: 'ETH' }), []);
  assert.equal((await history(accounts.alice, { limit: 1 })).length, 1);
  const { result } = await done(accounts.master, 'GET', universal, { fromEmail: emailOf('alice') });
  assert.equal(result[0].tranId, Number(second));
  const shown = await done(accounts.master, 'GET', `${base}/sub/transfer/history`, {
    toEmail: emailOf('bob'),
  });
  assert.equal(shown[0].tranId, Number(txnId));
  for (const other of ['child', 'foreigner'] as const) {
    const reply = await call(accounts.alice, 'POST', `${path}/subToSub`, {
      ...toBob,
      toEmail: emailOf(other),
    });
    assertUnrelated(reply);
  }
  const itself = await call(accounts.alice, 'POST', `${path}/subToSub`, {
    ...toBob,
    toEmail: emailOf('alice'),
  });
  assert.equal(itself.body.code, -1130);
});

test('a master, a disabled sub-account and a key without permission cannot send as a sub-account', async () => {
  const send = (key: Credentials) =>
    call(key, 'POST', `${base}/transfer/subToMaster`, { asset: 'BTC', amount: '0.001' });
  assertRejected((await send(accounts.master)) as never, 'sub-account-only', {}, sapi);
  assertRejected((await send(accounts.frozen)) as never, 'account-disabled', {}, sapi);
  const without = await createKey(exchange.server, emailOf('alice'), {
    permissions: ['reading', 'internal-transfers'],
  });
  assertRejected((await send(without)) as never, 'permission-missing', {}, sapi);
});

test('the history of a sub-account covers at most 30 days; that of a master any range', async () => {
  const day = 86_400_000;
  const now = Date.now();
  const month = { startTime: now - 30 * day, endTime: now };
  const path = `${base}/transfer/subUserHistory`;
  await done(accounts.alice, 'GET', path, month);
  const wide = await call(accounts.alice, 'GET', path, { ...month, endTime: now + 1 });
  assertRejected(wide as never, 'interval-too-long', { hours: 720 }, sapi);
  const year = { ...month, startTime: now - 365 * day };
  await done(accounts.master, 'GET', `${base}/sub/transfer/history`, year);
  for (const side of ['fromEmail', 'toEmail']) {
    const query = { [side]: emailOf('child') };
    assertUnrelated(await call(accounts.master, 'GET', `${base}/sub/transfer/history`, query));
  }
});

test('a master opens virtual sub-accounts, which belong to its family', async () => {
  const path = `${base}/virtualSubAccount`;
  const open = (query: object) => done(accounts.master, 'POST', path, query);
  const [one, two] = [await open({ subAccountString: 'Bot-1' }), await open({ subAccountString: 'Bot-1' })];
  assert.match(one.email, /^bot-1_virtual@[a-p]{12}email\.com$/);
  assert.notEqual(one.email, two.email, 'the same text opens another account');
  await done(accounts.master, 'POST', universal, { ...toAlice, toEmail: one.email });
  const assets = await done(accounts.master, 'GET', '/sapi/v4/sub-account/assets', { email: one.email });
  assert.equal(assets.balances[0].free, '0.125');
  assertUnrelated(await call(accounts.foreigner, 'GET', '/sapi/v4/sub-account/assets', { email: one.email }));
  const [audit] = (await exchange.operator('GET', '/audit?limit=1')).body.entries;
  assert.deepEqual(
    [audit.actor, audit.action, audit.subject],
    [emailOf('master'), 'account-open', two.email],
  );
  for (const subAccountString of ['a@b', 'a b', 'ä', '<a>', 'a+b']) {
    const { body } = await call(accounts.master, 'POST', path, { subAccountString });
    assert.equal(body.code, -1100, subAccountString);
  }
  const { body } = await call(accounts.master, 'POST', path, { subAccountString: 'x'.repeat(57) });
  assert.equal(body.code, -1108);
});

const ipRestriction = `${base}/subAccountApi/ipRestriction`;
const setRestriction = '/sapi/v2/sub-account/subAccountApi/ipRestriction';
const keyOfChild = { email: emailOf('child'), subAccountApiKey: keyOf('child').apiKey };

test('a restriction applies to the key at once, and its last address cannot be removed', async () => {
  const { foreigner, child } = accounts;
  const use = () => call(child, 'GET', '/wapi/v3/accountStatus.html');
  assert.equal((await use()).status, 200);
  const restricted = await done(foreigner, 'POST', setRestriction, {
    ...keyOfChild,
    status: 2,
    ipAddress: '203.0.113.9, 2001:DB8:0::/32',
  });
  assert.deepEqual([restricted.status, restricted.ipList], ['2', ['203.0.113.9', '2001:db8::/32']]);
  assertRejected((await use()) as never, 'key-rejected', {});
  const added = await done(foreigner, 'POST', setRestriction, {
    ...keyOfChild,
    status: 2,
    ipAddress: '127.0.0.1',
  });
  assert.deepEqual(added.ipList, ['203.0.113.9', '2001:db8::/32', '127.0.0.1'], 'addresses are added');
  assert.equal((await use()).status, 200);
  const remove = (ipAddress: string) =>
    call(foreigner, 'DELETE', `${ipRestriction}/ipList`, { ...keyOfChild, ipAddress });
  const removed = await remove('127.0.0.1,2001:db8::/32');
  assert.deepEqual([removed.body.ipRestrict, removed.body.ipList], ['true', ['203.0.113.9']]);
  assertRejected((await use()) as never, 'key-rejected', {});
  assertRejected((await remove('203.0.113.9')) as never, 'ip-range-last', {}, sapi);
  assert.equal((await remove('198.51.100.1')).status, 200, 'it is not in the list already');
  assertRejected((await remove('nowhere')) as never, 'ip-range-invalid', {}, sapi);
  assert.deepEqual((await done(foreigner, 'GET', ipRestriction, keyOfChild)).ipList, ['203.0.113.9']);
  const lifted = await done(foreigner, 'POST', setRestriction, { ...keyOfChild, status: 1 });
  assert.deepEqual([lifted.status, lifted.ipList], ['1', []]);
  assert.equal((await use()).status, 200);
  assert.equal((await done(foreigner, 'GET', ipRestriction, keyOfChild)).ipRestrict, 'false');
  const [audit] = (await exchange.operator('GET', '/audit?limit=1')).body.entries;
  assert.deepEqual(
    [audit.actor, audit.action, audit.subject],
    [emailOf('foreigner'), 'api-key-restrict', emailOf('child')],
  );
});

test('a restriction needs an address, and a status that is known', async () => {
  const set = (query: object) =>
    call(accounts.foreigner, 'POST', setRestriction, { ...keyOfChild, ...query });
  assertRejected((await set({ status: 2 })) as never, 'parameter-missing', { parameter: 'ipAddress' }, sapi);
  assertRejected((await set({ status: 2, ipAddress: '1.2.3.256' })) as never, 'ip-range-invalid', {}, sapi);
  assert.equal((await set({ status: 3, ipAddress: '1.2.3.4' })).body.code, -1130);
  const hundred = Array.from({ length: 100 }, (_, index) => `10.0.0.${index}`);
  assert.equal((await set({ status: 2, ipAddress: hundred.join() })).status, 200);
  assertRejected((await set({ status: 2, ipAddress: '10.0.1.0' })) as never, 'ip-list-full', {}, sapi);
  await set({ status: 1 });
});

test('a master reads and restricts only keys of its own sub-accounts', async () => {
  const attempts = [
    { email: emailOf('child'), subAccountApiKey: keyOf('child').apiKey },
    { email: emailOf('foreigner'), subAccountApiKey: keyOf('foreigner').apiKey },
    { email: emailOf('master'), subAccountApiKey: keyOf('master').apiKey },
    { email: 'nobody@example.com', subAccountApiKey: keyOf('child').apiKey },
  ];
  const foreignKeys = ['child', 'master', 'bob', 'foreigner'].map((name) => ({
    email: emailOf('alice'),
    subAccountApiKey: keyOf(name).apiKey,
  }));
  const send = (key: object) => [
    call(accounts.master, 'GET', ipRestriction, key),
    call(accounts.master, 'POST', setRestriction, { ...key, status: 2, ipAddress: '203.0.113.9' }),
    call(accounts.master, 'POST', setRestriction, { ...key, status: 1 }),
    call(accounts.master, 'DELETE', `${ipRestriction}/ipList`, { ...key, ipAddress: '127.0.0.1' }),
  ];
  const stored = () => exchange.server.reads.rows('api_keys', {});
  const before = await stored();
  for (const key of attempts) for (const reply of send(key)) assertUnrelated(await reply);
  for (const key of foreignKeys) {
    for (const reply of send(key)) {
      const error = { apiKey: key.subAccountApiKey, email: key.email };
      assertRejected((await reply) as never, 'api-key-unknown', error, sapi);
    }
  }
  assert.deepEqual(await stored(), before);
});

test('a master gets the deposit address that its sub-account gets, in both dialects', async () => {
  const path = '/sapi/v1/capital/deposit';
  const query = { email: emailOf('bob'), coin: 'ETH' };
  const shown = await done(accounts.master, 'GET', `${path}/subAddress`, query);
  assert.deepEqual(shown, await done(accounts.bob, 'GET', `${path}/address`, { coin: 'ETH' }));
  const { address } = await done(accounts.bob, 'GET', '/wapi/v3/depositAddress.html', { asset: 'ETH' });
  assert.equal(shown.address, address);
  const issued = () => exchange.server.reads.rows('deposit_addresses', {});
  const before = await issued();
  for (const name of ['child', 'foreigner', 'master'] as const) {
    const other = { ...query, email: emailOf(name) };
    assertUnrelated(await call(accounts.master, 'GET', `${path}/subAddress`, other));
    assertUnrelated(await call(accounts.master, 'GET', `${path}/subHisrec`, other));
  }
  assert.deepEqual(await issued(), before);
});

test('a master sees the deposits of its sub-account as the sub-account does', async () => {
  const { chainService } = exchange.server;
  const where = { asset: 'BTC', network: 'BTC', address: 'bob-btc', addressTag: '' };
  const operator = { actor: 'olga', reason: 'a test' };
  const assignment = { operator, email: emailOf('bob'), ...where };
  await exchange.server.commands.submit('assignDepositAddress', assignment);
  await chainService.receiveDeposit({ ...where, amount: 1_00000000n, txId: 'to-bob' });
  await chainService.mineBlocks('BTC', 2);
  const path = '/sapi/v1/capital/deposit';
  const [own] = await done(accounts.bob, 'GET', `${path}/hisrec`, { coin: 'BTC' });
  const { completeTime: _, travelRuleStatus: __, ...rest } = own;
  const query = { email: emailOf('bob'), coin: 'BTC', txId: 'to-bob' };
  assert.deepEqual(await done(accounts.master, 'GET', `${path}/subHisrec`, query), [rest]);
  assert.deepEqual(await done(accounts.master, 'GET', `${path}/subHisrec`, { ...query, status: 0 }), []);
  const day = 86_400_000;
  const wide = { ...query, startTime: 1, endTime: 2 + 90 * day };
  const reply = await call(accounts.master, 'GET', `${path}/subHisrec`, wide);
  assertRejected(reply as never, 'history-interval-too-long', {}, sapi);
});

test('a master without sub-accounts sees nobody', async () => {
  const { apiKey, secretKey } = accounts.foreigner;
  for (const name of ['alice', 'master'] as const) {
    const reply = await call({ apiKey, secretKey }, 'POST', universal, {
      ...toAlice,
      fromEmail: emailOf(name),
    });
    assertUnrelated(reply);
  }
});

test('universalTransfer needs the permission for internal transfers and an enabled master', async () => {
  const without = await createKey(exchange.server, emailOf('master'), {
    permissions: ['reading', 'trading', 'withdrawals'],
  });
  assertRejected((await call(without, 'POST', universal, toAlice)) as never, 'permission-missing', {}, sapi);
  const operator = { actor: 'olga', reason: 'a test' };
  const enable = (enabled: boolean) =>
    exchange.server.commands.submit('updateAccount', { operator, email: emailOf('foreigner'), enabled });
  await enable(false);
  const order = { ...spot, fromEmail: emailOf('child'), asset: 'BTC', amount: '1' };
  const rejected = await call(accounts.foreigner, 'POST', universal, order);
  assertRejected(rejected as never, 'account-disabled', {}, sapi);
  assert.equal((await call(accounts.foreigner, 'GET', universal)).status, 200, 'it may still read');
  await enable(true);
});
