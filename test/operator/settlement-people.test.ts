/** Reports on manual networks above a value need two people; a signer alone can make smaller ones. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Credentials, type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { failReadsOnceDone } from '../support/late-reads.ts';
import { ask, assertRejected } from './operator-client.ts';
import { addOperator, becomeAdministrator, type Page } from './page.ts';

let exchange: Exchange;
let boss: Page;
let tina: Page;
let theo: Page;
let signer: (method: string, path: string, body?: object) => Promise<Reply>;
let customer: Credentials;
let address: string;
const email = 'alice@example.com';
const hex = (count: number) => Array.from({ length: 64 }, () => (count % 16).toString(16)).join('');
let lastTx = 0;
const nextTx = () => `0x${(++lastTx).toString(16).padStart(4, '0')}${hex(lastTx).slice(4)}`;

before(async () => {
  exchange = await startExchange();
  boss = await becomeAdministrator(exchange);
  [tina, theo] = [
    await addOperator(exchange, boss, 'tina', ['treasurer']),
    await addOperator(exchange, boss, 'theo', ['treasurer']),
  ];
  const { token } = await boss.done('POST', '/tokens', { name: 'signer', roles: ['signer'] });
  const headers = { authorization: `Bearer ${token}` };
  signer = (method, path, body) => ask(exchange, method, `/operator/v1${path}`, body, headers);
  await boss.done('PUT', '/networks/ETH', { addressFormat: 'evm', connector: 'manual' });
  await boss.done('PUT', '/assets/ETH', {
    name: 'Ethereum',
    networks: [
      { network: 'ETH', withdrawFee: '0.01', withdrawMinimum: '0.02', minConfirm: 3, unlockConfirm: 5 },
    ],
  });
  await boss.done('PUT', '/prices/ETH', { price: '1000' });
  await boss.done('POST', '/accounts', { email });
  customer = await boss.done('POST', `/accounts/${email}/api-keys`, {});
  const addresses = [{ address: `0x${'a'.repeat(40)}` }];
  assert.equal((await signer('POST', '/networks/ETH/addresses', { addresses })).status, 201);
  const path = '/sapi/v1/capital/deposit/address';
  address = (await exchange.signed(customer, 'GET', path, { coin: 'ETH' })).body.address;
  await boss.done('PUT', '/policies', {
    rules: [],
    changes: ['deposit', 'assignment', 'outcomes'].map((kind) => ({ kind, aboveUsd: '2000' })),
  });
});
after(async () => {
  await exchange.close();
  await exchange.remove();
});

const free = async () => {
  const { balances } = await boss.done('GET', `/accounts/${email}/balances`);
  return balances.find((each: { asset: string }) => each.asset === 'ETH')?.free ?? '0';
};
const propose = async (operation: string, path: object, body: object): Promise<string> =>
  (await tina.done('POST', '/changes', { operation, path, body, reason: 'case 75' })).id;
const approve = (who: Page, id: string) => who.send('POST', `/changes/${id}/approve`, {});
const integrity = async () => {
  const { ok, mismatches } = await boss.done('GET', '/integrity');
  assert.ok(ok, JSON.stringify(mismatches));
};

test('a signer credits deposits up to the value alone; a larger one waits for two people', async () => {
  const report = (amount: string, confirmations: number, to = address, txId = nextTx()) => ({
    ...{ asset: 'ETH', amount, address: to, txId, confirmations },
  });
  const path = '/networks/ETH/deposits';
  const small = await signer('POST', path, report('2', 5));
  assert.deepEqual([small.status, small.body.stage], [200, 'completed'], small.text);
  const large = report('3', 1);
  assert.equal((await signer('POST', path, large)).body.stage, 'pending');
  const confirmed = { ...large, confirmations: 5 };
  for (const who of [signer, (...args: Parameters<Page['send']>) => tina.send(...args)])
    assertRejected(await who('POST', path, confirmed), 409, -9409, /kind deposit needs a second person/);
  assert.equal(await free(), '2');
  const [pending] = (await boss.done('GET', `/deposits?txId=${large.txId}`)).deposits;
  assert.deepEqual([pending.stage, pending.confirmations], ['pending', 1]);
  const proposed = await signer('POST', '/changes', {
    operation: 'reportDeposit',
    path: { network: 'ETH' },
    body: confirmed,
  });
  assert.deepEqual([proposed.status, proposed.body.subject], [201, large.txId], proposed.text);
  assertRejected(await approve(boss, proposed.body.id), 403, -9403, /settle-withdrawals/);
  const decided = async (decide: () => ReturnType<Page['send']>) => {
    // A database that goes away after the commit does not make the reply "not done".
    const { status, body, text } = await failReadsOnceDone(exchange, decide);
    assert.equal(status, 200, text);
    const { result, ...shown } = body;
    assert.deepEqual(shown, await boss.done('GET', `/changes/${body.id}`));
    return { result, ...shown };
  };
  const approved = await decided(() => approve(tina, proposed.body.id));
  assert.deepEqual([approved.decidedByName, approved.result.stage], ['operator:tina', 'completed']);
  assert.equal(await free(), '5');
  const unwanted = await signer('POST', '/changes', {
    operation: 'reportDeposit',
    path: { network: 'ETH' },
    body: report('4', 5),
  });
  const rejected = await decided(() => tina.send('POST', `/changes/${unwanted.body.id}/reject`, {}));
  assert.deepEqual([rejected.decidedByName, rejected.state], ['operator:tina', 'rejected']);
  await integrity();
});

test('a large unattributed deposit is assigned by two people', async () => {
  await boss.done('PUT', '/networks/XRP', { addressFormat: 'ripple', connector: 'manual' });
  const networks = [{ network: 'XRP', withdrawFee: '0.25', minConfirm: 2, unlockConfirm: 3 }];
  await boss.done('PUT', '/assets/XRP', { scale: 6, networks });
  await boss.done('PUT', '/prices/XRP', { price: '0.5' });
  const to = { address: 'rfkE1aSy9G8Upk4JssnwBxhEv5p4mn2KTy', addressTag: '7' };
  await tina.done('POST', '/networks/XRP/addresses', { addresses: [to] });
  await exchange.signed(customer, 'GET', '/sapi/v1/capital/deposit/address', { coin: 'XRP' });
  const strayed = { ...to, addressTag: '8', asset: 'XRP', amount: '3000', confirmations: 3 };
  const { id, stage } = await tina.done('POST', '/networks/XRP/deposits', { ...strayed, txId: hex(10) });
  assert.equal(stage, 'unattributed');
  const assign = `/deposits/${id}/assign`;
  const body = { email, reason: 'she has shown the transaction' };
  await boss.done('PUT', '/prices/XRP', { price: '1' });
  assertRejected(await tina.send('POST', assign, body), 409, -9409, /kind assignment needs a second/);
  const proposal = await propose('assignDeposit', { id }, { email });
  assertRejected(await approve(tina, proposal), 409, -9409, /You proposed/);
  const { items } = await theo.done('GET', '/inbox');
  const item = items.find((each: { id: string }) => each.id === `change:${proposal}`);
  assert.deepEqual([item.amount, item.asset], ['3000', 'XRP']);
  const approved = await approve(theo, proposal);
  assert.deepEqual([approved.status, approved.body.result.stage], [200, 'completed'], approved.text);
  assert.equal(approved.body.result.email, email);
  await integrity();
});

test('a withdrawal that was reported as sent is given back by two people, a small one by its owner', async () => {
  const sent = async (amount: string) => {
    const query = { coin: 'ETH', amount, address: `0x${'d'.repeat(40)}` };
    const { body } = await exchange.signed(customer, 'POST', '/sapi/v1/capital/withdraw/apply', query);
    const claimed = await signer('POST', `/withdrawals/${body.id}/claim`, {});
    assert.equal(claimed.status, 201, claimed.text);
    const report = { generation: 1, txId: nextTx() };
    assert.equal((await signer('POST', `/withdrawals/${body.id}/transactions`, report)).status, 200);
    return body.id as string;
  };
  const unsent = (id: string) => `/withdrawals/${id}/unsent`;
  const reason = 'its nonce was used by another one';
  const small = await sent('1');
  assert.equal((await signer('POST', unsent(small), { reason })).body.stage, 'failed');
  const large = await sent('2.5');
  assertRejected(await signer('POST', unsent(large), { reason }), 409, -9409, /kind outcomes needs a second/);
  assertRejected(await tina.send('POST', unsent(large), { reason }), 409, -9409, /kind outcomes/);
  const before = await free();
  const proposal = await propose('reportUnsent', { id: large }, { generation: 1 });
  assert.equal((await approve(theo, proposal)).body.result.stage, 'failed');
  assert.equal(Number(await free()), Number(before) + 2.5);
  await integrity();
});
