/** Withdrawals of a manual network: claimed, reported, confirmed and completed, or not. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { ask, assertRejected } from './operator-client.ts';

let exchange: Exchange;
const customer = { apiKey: '', secretKey: '' };
const email = 'alice@example.com';
const outside = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
const txOf = (digit: string) => `0x${digit.repeat(64)}`;

type Reported = { readonly txId: string; readonly confirmations: number | null };

const ok = async (method: string, path: string, body?: unknown) => {
  const reply = await exchange.operator(method, path, body);
  assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${reply.text}`);
  return reply.body;
};

before(async () => {
  exchange = await startExchange();
  await ok('PUT', '/networks/ETH', { addressFormat: 'evm', connector: 'manual' });
  await ok('PUT', '/assets/ETH', {
    name: 'Ethereum',
    networks: [
      { network: 'ETH', withdrawFee: '0.01', withdrawMinimum: '0.02', minConfirm: 3, unlockConfirm: 5 },
    ],
  });
  await ok('PUT', '/networks/XRP', { addressFormat: 'ripple', connector: 'manual' });
  await ok('POST', '/accounts', { email });
  Object.assign(customer, await ok('POST', `/accounts/${email}/api-keys`, {}));
  await ok('POST', `/accounts/${email}/credit`, { asset: 'ETH', amount: '100', reason: 'opening balance' });
});
after(async () => {
  await exchange.close();
  await exchange.remove();
});

async function withdraw(): Promise<string> {
  const query = { coin: 'ETH', amount: '1', address: outside };
  const { status, body, text } = await exchange.signed(
    customer,
    'POST',
    '/sapi/v1/capital/withdraw/apply',
    query,
  );
  assert.equal(status, 200, text);
  return body.id;
}
const stageOf = async (id: string) => (await ok('GET', `/withdrawals/${id}`)).stage;
const integrity = async () => {
  const { ok: isRight, mismatches } = await ok('GET', '/integrity');
  assert.ok(isRight, JSON.stringify(mismatches));
};

test('a withdrawal is queued until it is claimed, and completed by the confirmations of the reported transaction', async () => {
  const id = await withdraw();
  assert.equal(await stageOf(id), 'queued');
  const { claims } = await ok('GET', '/claims?state=claimable');
  assert.deepEqual(
    claims.map((each: { withdrawal: { id: string } }) => each.withdrawal.id),
    [id],
  );
  const claim = await ok('POST', `/withdrawals/${id}/claim`, { leaseSeconds: 60 });
  assert.deepEqual([claim.generation, claim.state, claim.stage], [1, 'held', 'claimed']);
  assert.equal((await exchange.operator('POST', `/withdrawals/${id}/claim`, {})).status, 409);
  const sent = await ok('POST', `/withdrawals/${id}/transactions`, { generation: 1, txId: txOf('a') });
  assert.deepEqual([sent.state, sent.stage, sent.txId], ['sent', 'broadcast', txOf('a')]);
  const again = await ok('POST', `/withdrawals/${id}/transactions`, {
    generation: 1,
    txId: txOf('a').toUpperCase().replace('0X', '0x'),
  });
  assert.deepEqual(again, sent);
  const shown = await ok('GET', `/withdrawals/${id}`);
  assert.deepEqual([shown.connector, shown.netAmount, shown.minConfirm], ['manual', '0.99', 3]);
  assert.deepEqual([shown.claim.ownerName, shown.claim.isOwn], ['bootstrap', true]);
  assert.deepEqual(
    shown.transactions.map(({ txId, confirmations }: Reported) => [txId, confirmations]),
    [[txOf('a'), 0]],
  );
  await ok('POST', `/withdrawals/${id}/confirmations`, { txId: txOf('a'), confirmations: 2 });
  assert.equal(await stageOf(id), 'broadcast');
  const done = await ok('POST', `/withdrawals/${id}/confirmations`, { txId: txOf('a'), confirmations: 3 });
  assert.deepEqual([done.state, done.stage], ['ended', 'completed']);
  await integrity();
});

test('claims are listed for one network, and open ones counted in the overview', async () => {
  const [held, free] = [await withdraw(), await withdraw()];
  const named = async (query: string): Promise<readonly string[]> =>
    (await ok('GET', `/claims?${query}`)).claims.map(
      (each: { withdrawal: { id: string } }) => each.withdrawal.id,
    );
  await ok('POST', `/withdrawals/${held}/claim`, {});
  assert.deepEqual(await named('network=ETH'), [free]);
  assert.deepEqual(await named('network=ETH&state=held'), [held]);
  for (const state of ['claimable', 'held']) assert.deepEqual(await named(`network=XRP&state=${state}`), []);
  for (const state of ['claimable', 'held']) {
    const misspelt = await exchange.operator('GET', `/claims?network=ETHH&state=${state}`);
    assertRejected(misspelt, 400, -9400, /query.network: ETHH is not defined/);
  }
  const { stages } = await ok('GET', '/overview');
  const counts = Object.fromEntries(
    stages.map(({ stage, count }: { stage: string; count: number }) => [stage, count]),
  );
  assert.deepEqual([counts.claimed, counts.queued, counts.unknown], [1, 1, 0]);
  await ok('POST', `/withdrawals/${held}/claim/release`, { generation: 1, nothingSigned: true });
  for (const id of [held, free]) await ok('POST', `/withdrawals/${id}/fail`, { reason: 'a test' });
});

/** Claims a withdrawal and reports its transaction. */
async function report(txId: string): Promise<string> {
  const id = await withdraw();
  await ok('POST', `/withdrawals/${id}/claim`, {});
  await ok('POST', `/withdrawals/${id}/transactions`, { generation: 1, txId });
  return id;
}

test('the report of a transaction is refused once the withdrawal has failed, so that nobody sends it', async () => {
  const id = await report(txOf('b'));
  assert.equal((await ok('POST', `/withdrawals/${id}/unsent`, { reason: 'a test' })).stage, 'failed');
  const again = { generation: 1, txId: txOf('b') };
  const { status, body } = await exchange.operator('POST', `/withdrawals/${id}/transactions`, again);
  assert.equal(status, 409);
  assert.match(body.msg, /failed/);
  await integrity();
});

test('a report about an earlier claim cannot fail a withdrawal that was claimed again and sent', async () => {
  const id = await withdraw();
  await ok('POST', `/withdrawals/${id}/claim`, {});
  await ok('POST', `/withdrawals/${id}/claim/release`, { generation: 1, nothingSigned: true });
  await ok('POST', `/withdrawals/${id}/claim`, {});
  await ok('POST', `/withdrawals/${id}/transactions`, { generation: 2, txId: txOf('9') });
  const unsent = (more: object) =>
    exchange.operator('POST', `/withdrawals/${id}/unsent`, { reason: 'a test', ...more });
  for (const [more, message] of [
    [{}, /claimed more than once: name the generation/],
    [{ generation: 1 }, /another generation/],
  ] as const) {
    const { status, body } = await unsent(more);
    assert.equal(status, 409);
    assert.match(body.msg, message);
  }
  assert.equal(await stageOf(id), 'broadcast');
  assert.equal((await unsent({ generation: 2 })).body.stage, 'failed');
  await integrity();
});

test('a withdrawal whose transaction has confirmations does not fail, until a reorganisation has taken them', async () => {
  const id = await report(txOf('c'));
  const confirm = (confirmations: number) =>
    ok('POST', `/withdrawals/${id}/confirmations`, { txId: txOf('c'), confirmations });
  await confirm(2);
  const refused = await exchange.operator('POST', `/withdrawals/${id}/unsent`, { reason: 'a test' });
  assert.equal(refused.status, 409, refused.text);
  assert.match(refused.body.msg, /already confirmed/);
  assert.equal(await stageOf(id), 'broadcast');
  await confirm(0);
  assert.equal((await ok('POST', `/withdrawals/${id}/unsent`, { reason: 'a test' })).stage, 'failed');
  await integrity();
});

test('another person cannot get a claim by its idempotency key', async () => {
  const id = await withdraw();
  const claimAs = async (name: string) => {
    const { token } = await ok('POST', '/tokens', { name, roles: ['signer'] });
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': `claim-${id}` };
    return () => ask(exchange, 'POST', `/operator/v1/withdrawals/${id}/claim`, {}, headers);
  };
  const [one, other] = [await claimAs('one'), await claimAs('other')];
  const first = await one();
  assert.equal(first.status, 201, first.text);
  assert.deepEqual((await one()).body, first.body);
  const second = await other();
  assert.equal(second.status, 409, second.text);
  assert.match(second.body.msg, /is claimed by token:one \(generation 1\)/);
});

test('a transaction id that is not complete is refused by name, for deposits and withdrawals alike', async () => {
  const address = `0x${'ab'.repeat(20)}`;
  await ok('POST', '/networks/ETH/addresses', { addresses: [{ address }] });
  const { address: given } = await exchange
    .signed(customer, 'GET', '/sapi/v1/capital/deposit/address', 'coin=ETH')
    .then(({ body }) => body);
  assert.equal(given.toLowerCase(), address);
  const deposit = { asset: 'ETH', address, amount: '1', confirmations: 5 };
  const id = await withdraw();
  await ok('POST', `/withdrawals/${id}/claim`, {});
  const rule = /^body\.txId: is not a transaction id of ETH, which is 64 hexadecimal digits/;
  for (const txId of ['zz', txOf('d').slice(0, -1), `${txOf('d')}0`, txOf('g'), 'd'.repeat(63)]) {
    const replies = [
      await exchange.operator('POST', '/networks/ETH/deposits', { ...deposit, txId }),
      await exchange.operator('POST', `/withdrawals/${id}/transactions`, { generation: 1, txId }),
    ];
    for (const { status, body } of replies) {
      assert.equal(status, 400, txId);
      assert.match(body.msg, rule);
    }
  }
  assert.equal((await ok('GET', '/deposits?network=ETH')).deposits.length, 0);
  assert.equal(await stageOf(id), 'claimed');
  const upper = txOf('d').slice(2).toUpperCase();
  await ok('POST', '/networks/ETH/deposits', { ...deposit, txId: upper });
  await ok('POST', '/networks/ETH/deposits', { ...deposit, txId: txOf('d') });
  const { deposits } = await ok('GET', '/deposits?network=ETH');
  assert.deepEqual(
    deposits.map(({ txId }: { txId: string }) => txId),
    [txOf('d')],
  );
  const copied = await exchange.operator('POST', `/withdrawals/${id}/transactions`, {
    generation: 1,
    txId: txOf('d'),
  });
  assert.equal(copied.status, 409, copied.text);
  assert.match(copied.body.msg, /is recorded as a deposit/);
  await ok('POST', `/withdrawals/${id}/transactions`, { generation: 1, txId: txOf('e') });
  const back = await exchange.operator('POST', '/networks/ETH/deposits', { ...deposit, txId: txOf('e') });
  assert.equal(back.status, 409, back.text);
  assert.match(back.body.msg, /is a withdrawal of this exchange/);
  await integrity();
});

test('a withdrawal to an imported address is refused until a customer has the address, and is then settled', async () => {
  const [free, later] = [`0x${'5a'.repeat(20)}`, `0x${'5b'.repeat(20)}`];
  const order = (address: string) => ({ coin: 'ETH', amount: '1', address });
  const apply = (address: string) =>
    exchange.signed(customer, 'POST', '/sapi/v1/capital/withdraw/apply', order(address));
  const early = await apply(later);
  assert.equal(early.status, 200, early.text);
  const { id } = early.body;
  await ok('POST', '/networks/ETH/addresses', { addresses: [{ address: free }, { address: later }] });
  const { hits } = await ok('GET', `/search?q=${free.toLowerCase()}`);
  assert.deepEqual(
    hits.map(({ kind, id, state }: Record<string, string>) => [kind, id, state]),
    [['imported-address', free, 'free']],
  );
  for (const address of [free, free.toUpperCase().replace('0X', '0x')]) {
    const { status, body } = await apply(address);
    assert.deepEqual([status, body.code], [400, -4007]);
  }
  const claim = await exchange.operator('POST', `/withdrawals/${id}/claim`, {});
  assert.equal(claim.status, 409, claim.text);
  assert.match(claim.body.msg, /its address belongs to this exchange/);
  await eventually(
    () => stageOf(id),
    (stage) => stage === 'waiting',
  );
  for (const email of ['bob@example.com', 'carol@example.com']) {
    await ok('POST', '/accounts', { email });
    const key = await ok('POST', `/accounts/${email}/api-keys`, {});
    await exchange.signed(key, 'GET', '/sapi/v1/capital/deposit/address', 'coin=ETH');
  }
  await eventually(
    () => stageOf(id),
    (stage) => stage === 'completed',
  );
  assert.equal((await apply(free)).status, 200);
  await integrity();
});

test('repeating the definition of a network changes nothing, even if it leaves fields to their defaults', async () => {
  const definitions = {
    ETH: { addressFormat: 'evm', connector: 'manual' },
    ODD: { addressFormat: 'ripple', connector: 'manual', name: 'Odd' },
  };
  for (const [code, body] of Object.entries(definitions)) {
    const first = await ok('PUT', `/networks/${code}`, body);
    const { entries: before } = await ok('GET', '/audit?limit=1');
    assert.deepEqual(await ok('PUT', `/networks/${code}`, body), first);
    assert.deepEqual((await ok('GET', '/audit?limit=1')).entries, before);
  }
  const { name: _, ...nameless } = definitions.ODD;
  const { status, body } = await exchange.operator('PUT', '/networks/ODD', nameless);
  assert.equal(status, 400);
  assert.match(body.msg, /^name: is missing/);
  await ok('PATCH', '/networks/ODD', { addressGroup: 'ELSEWHERE' });
  const { body: refusal } = await exchange.operator('PUT', '/networks/ODD', definitions.ODD);
  assert.match(refusal.msg, /^addressGroup: is missing/);
});

test('an address of a manual network has the url of the explorer that the operator has set, or none', async () => {
  await ok('POST', '/networks/ETH/addresses', { addresses: [{ address: `0x${'7'.repeat(40)}` }] });
  const ask = async (path: string, query: Record<string, string> = {}) =>
    (await exchange.signed(customer, 'GET', `/sapi/v1/capital/${path}`, query)).body;
  const urls = async () => {
    const { url } = await ask('deposit/address', { coin: 'ETH' });
    const coins: { coin: string; networkList: { contractAddressUrl: string }[] }[] =
      await ask('config/getall');
    const [network] = coins.find(({ coin }) => coin === 'ETH')?.networkList ?? [];
    return [url, network?.contractAddressUrl];
  };
  assert.deepEqual(await urls(), ['', '']);
  const explorerUrl = 'https://scan.example/address/';
  await ok('PATCH', '/networks/ETH', { explorerUrl });
  const { address } = await ask('deposit/address', { coin: 'ETH' });
  assert.deepEqual(await urls(), [`${explorerUrl}${address}`, explorerUrl]);
});
