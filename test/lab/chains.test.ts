/** The lab controls the simulated chains: the effects on customers and on the books. */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { operationNamed } from '../operator/operation-named.ts';
import { assertRejected, done } from '../operator/operator-client.ts';
import { eventually } from '../support/eventually.ts';
import { type LabWorld, openLab } from './lab-world.ts';

const network = 'ETH';
const path = `/lab/chains/${network}`;

let world: LabWorld;

before(async () => {
  world = await openLab();
});
after(() => world.exchange.close());
afterEach(async () => {
  for (const each of [network, 'BTC']) await ok('PATCH', `/lab/chains/${each}`, { node: 'up', auto: true });
});

const operator = (method: string, to: string, body?: object) => world.exchange.operator(method, to, body);
const ok = (method: string, to: string, body?: object) => done(world.exchange, method, to, body);
const mine = (count?: number) => ok('POST', `${path}/blocks`, { count });
const control = (action: string, target: object) =>
  ok('POST', `${path}/transactions`, { do: action, ...target });
const withdrawalOf = (id: string) => ok('GET', `/withdrawals/${id}`);
const depositOf = (id: string) => ok('GET', `/deposits/${id}`);

async function stateOf() {
  const state = await ok('GET', path);
  assert.equal(createSchemaCheck(operationNamed('getLabChain').reply)(state), null);
  return state;
}

async function waitsFor(id: string) {
  const { waiting } = await stateOf();
  return waiting.find((each: { readonly withdrawalId: string | null }) => each.withdrawalId === id);
}

/** Submits a withdrawal. @returns its id, once its transaction is sent. */
async function sent(): Promise<string> {
  const { id } = (await world.withdraw({})).body;
  await eventually(
    () => waitsFor(id),
    (found) => found !== undefined,
  );
  return id;
}

async function completes(id: string): Promise<void> {
  await eventually(
    async () => {
      await mine();
      return (await withdrawalOf(id)).stage;
    },
    (stage) => stage === 'completed',
  );
}

async function assertPaidOnce(id: string): Promise<void> {
  const { rows } = world.exchange.server.reads;
  const transfers = (await rows('transfers', {})).filter(({ reference }) => reference === id);
  assert.equal(transfers.filter(({ kind }) => kind === 'withdrawal-settle').length, 1);
  const report = await ok('GET', '/integrity');
  assert.equal(report.ok, true, JSON.stringify(report.mismatches));
}

const deposit = async (amount = '2') => {
  const address = await world.exchange.signed(world.alice, 'GET', '/wapi/v3/depositAddress.html', {
    asset: 'ETH',
  });
  return ok('POST', '/deposits', { asset: 'ETH', address: address.body.address, amount });
};

test('the state of a chain shows height, switches and waiting transactions', async () => {
  const { height } = await mine();
  const before = await stateOf();
  assert.deepEqual({ ...before, waiting: [] }, { network, height, auto: true, node: 'up', waiting: [] });
  const id = await sent();
  const found = await waitsFor(id);
  const { txId } = await withdrawalOf(id);
  assert.deepEqual([found.txId, found.direction, found.asset, found.held], [txId, 'out', 'ETH', false]);
  const { id: depositId, txId: depositTxId } = await deposit('2.5');
  const { waiting } = await stateOf();
  const incoming = waiting.find((each: { readonly txId: string }) => each.txId === depositTxId);
  assert.deepEqual([incoming.direction, incoming.amount, incoming.withdrawalId], ['in', '2.5', null]);
  await completes(id);
  assert.equal((await depositOf(depositId)).confirmations > 0, true);
  assert.deepEqual((await stateOf()).waiting, []);
});

test('a withdrawal that is held is in no block until it is released, by its id or its transaction', async () => {
  for (const by of ['withdrawalId', 'txId'] as const) {
    const id = await sent();
    const { txId } = await withdrawalOf(id);
    const target = by === 'txId' ? { txId } : { withdrawalId: id };
    assert.deepEqual(await control('hold', target), { network, txId, withdrawalId: id });
    await mine(10);
    assert.equal((await withdrawalOf(id)).stage, 'broadcast');
    assert.equal((await waitsFor(id)).held, true);
    await control('release', target);
    await mine(10);
    assert.equal((await withdrawalOf(id)).stage, 'completed');
    await assertPaidOnce(id);
  }
});

test('a withdrawal whose transaction is dropped is sent again as the same bytes, and paid once', async () => {
  const id = await sent();
  const { txId } = await withdrawalOf(id);
  // Meanwhile the exchange cannot send it again.
  await ok('PATCH', path, { node: 'not-done' });
  assert.deepEqual(await control('drop', { withdrawalId: id }), { network, txId, withdrawalId: id });
  assert.equal(await waitsFor(id), undefined);
  await mine(10);
  await ok('PATCH', path, { node: 'up' });
  const again = await eventually(
    () => waitsFor(id),
    (found) => found !== undefined,
  );
  assert.equal(again.txId, txId);
  await completes(id);
  assert.equal((await withdrawalOf(id)).txId, txId);
  await assertPaidOnce(id);
});

test('a withdrawal that fails gives its money back; one that is replaced is paid by the new transaction', async () => {
  const failing = await sent();
  const { txId } = await withdrawalOf(failing);
  await control('fail', { txId });
  assert.equal((await withdrawalOf(failing)).stage, 'failed');
  const id = await sent();
  const first = await withdrawalOf(id);
  const replaced = await control('replace', { withdrawalId: id });
  assert.notEqual(replaced.txId, first.txId);
  await completes(id);
  assert.equal((await withdrawalOf(id)).txId, replaced.txId);
  await assertPaidOnce(id);
});

test('a deposit can be held, released, dropped, failed and replaced', async () => {
  const held = await deposit();
  await control('hold', { txId: held.txId });
  await mine(5);
  assert.deepEqual(
    [(await depositOf(held.id)).stage, (await depositOf(held.id)).confirmations],
    ['pending', 0],
  );
  await control('release', { txId: held.txId });
  await mine(30);
  assert.equal((await depositOf(held.id)).stage, 'completed');
  for (const action of ['drop', 'fail']) {
    const gone = await deposit();
    await control(action, { txId: gone.txId });
    assert.equal((await depositOf(gone.id)).stage, 'vanished');
  }
  const first = await deposit('3');
  const { txId } = await control('replace', { txId: first.txId });
  assert.notEqual(txId, first.txId);
  assert.equal((await depositOf(first.id)).stage, 'vanished');
  await mine(30);
  const rows = await world.exchange.server.reads.rows('deposits', {});
  const second = rows.find((row) => row.txId === txId);
  assert.deepEqual([second?.stage, second?.amount], ['completed', 3n * 10n ** 8n]);
});

test('only a transaction that waits for a block can be controlled; a request names one', async () => {
  const id = await sent();
  await completes(id);
  const { txId } = await withdrawalOf(id);
  const to = `${path}/transactions`;
  for (const target of [{ withdrawalId: id }, { txId }, { txId: 'none' }])
    assertRejected(await operator('POST', to, { do: 'drop', ...target }), 409, -9409, /waits for a block/);
  assertRejected(await operator('POST', to, { do: 'hold', withdrawalId: 'none' }), 404, -9404, /none/);
  for (const body of [{ do: 'hold' }, { do: 'hold', txId, withdrawalId: id }])
    assertRejected(await operator('POST', to, body), 400, -9400, /either txId or withdrawalId/);
  assertRejected(await operator('POST', to, { do: 'burn', txId }), 400, -9400, /do/);
  for (const count of [0, 10_001, 1.5, 'all'])
    assertRejected(await operator('POST', `${path}/blocks`, { count }), 400, -9400, /count/);
  assertRejected(await operator('PATCH', path, {}), 400, -9400, /auto or node/);
  assertRejected(await operator('PATCH', path, { node: 'gone' }), 400, -9400, /node/);
  for (const [method, to, body] of [
    ['GET', '/lab/chains/NONE', undefined],
    ['PATCH', '/lab/chains/NONE', { auto: true }],
    ['POST', '/lab/chains/NONE/blocks', { count: 1 }],
    ['POST', '/lab/chains/NONE/transactions', { do: 'hold', txId }],
    ['POST', '/lab/chains/NONE/reorganisations', { depth: 1 }],
  ] as const)
    assertRejected(await operator(method, to, body), 404, -9404, /network NONE/);
  const { height } = await stateOf();
  const deep = await operator('POST', `${path}/reorganisations`, { depth: height + 1 });
  assertRejected(deep, 409, -9409, /has only \d+ blocks/);
});

test('a reorganisation without its transactions: withdrawals are sent again, deposits are gone', async () => {
  const id = await sent();
  const { txId } = await withdrawalOf(id);
  const { id: depositId } = await deposit();
  const { height } = await mine();
  assert.equal((await depositOf(depositId)).confirmations, 1);
  const reorganised = await ok('POST', `${path}/reorganisations`, { depth: 1, reinclude: false });
  assert.deepEqual(reorganised, { network, height: height - 1 });
  assert.equal((await depositOf(depositId)).stage, 'vanished');
  const again = await eventually(
    () => waitsFor(id),
    (found) => found !== undefined,
  );
  assert.equal(again.txId, txId);
  await completes(id);
  await assertPaidOnce(id);
});

test('a completed withdrawal that its chain has forgotten is sent again as the same bytes', async () => {
  for (const isReplaced of [false, true]) {
    const id = await sent();
    if (isReplaced) await control('replace', { withdrawalId: id });
    await mine(20);
    const { stage, txId } = await withdrawalOf(id);
    assert.equal(stage, 'completed');
    await ok('POST', `${path}/reorganisations`, { depth: 20, reinclude: false });
    assert.equal((await waitsFor(id)).txId, txId);
    await mine(20);
    assert.equal((await withdrawalOf(id)).stage, 'completed');
    assert.equal(await waitsFor(id), undefined);
    await assertPaidOnce(id);
  }
});

test('a reorganisation with its transactions: they wait for the next block', async () => {
  const id = await sent();
  const { id: depositId } = await deposit();
  await mine();
  await ok('POST', `${path}/reorganisations`, { depth: 1 });
  assert.equal((await waitsFor(id)).held, false);
  const waits = await depositOf(depositId);
  assert.deepEqual([waits.stage, waits.confirmations], ['pending', 0]);
  await mine();
  assert.equal((await depositOf(depositId)).confirmations, 1);
  await completes(id);
  await assertPaidOnce(id);
});

for (const node of ['not-done', 'unknown'] as const) {
  test(`a node that fails (${node}): withdrawals are paid once, and deposits found, when it is up again`, async () => {
    assert.equal((await ok('PATCH', path, { node })).node, node);
    const { id } = (await world.withdraw({})).body;
    await eventually(
      () => withdrawalOf(id),
      ({ stage }) => stage === 'broadcast',
    );
    const { txId } = await withdrawalOf(id);
    const { id: depositId } = await deposit();
    await mine(3);
    // The chain continues; the exchange does not see it.
    assert.equal((await withdrawalOf(id)).stage, 'broadcast');
    assert.equal((await depositOf(depositId)).confirmations, 0);
    assertRejected(await operator('POST', `/withdrawals/${id}/resend`), 503, -1001);
    assert.equal((await ok('PATCH', path, { node: 'up' })).node, 'up');
    assert.ok((await depositOf(depositId)).confirmations > 0);
    await completes(id);
    assert.equal((await withdrawalOf(id)).txId, txId);
    await assertPaidOnce(id);
  });
}

test('without automatic blocks, a network has none until they are resumed; other networks continue', async () => {
  const automatic = await openLab(['--block-ms', '20']);
  try {
    const call = (method: string, to: string, body?: object) => done(automatic.exchange, method, to, body);
    const height = async (of: string) => (await call('GET', `/lab/chains/${of}`)).height;
    const grows = async (of: string) => {
      const before = await height(of);
      await eventually(
        () => height(of),
        (now) => now > before,
      );
    };
    assert.equal((await call('PATCH', path, { auto: false })).auto, false);
    await grows('BTC');
    const stopped = await height(network);
    for (let times = 0; times < 3; times += 1) await grows('BTC');
    assert.equal(await height(network), stopped);
    assert.equal((await call('POST', `${path}/blocks`, { count: 2 })).height, stopped + 2);
    // A network whose node fails still makes blocks, and so do other networks.
    await call('PATCH', path, { auto: true, node: 'not-done' });
    for (const each of [network, 'BTC']) await grows(each);
  } finally {
    await automatic.exchange.close();
  }
});

test('a node that fails does not stop withdrawals on other networks', async () => {
  await ok('PATCH', '/lab/chains/BTC', { node: 'not-done' });
  const id = await sent();
  await completes(id);
  await assertPaidOnce(id);
  await ok('PATCH', '/lab/chains/BTC', { node: 'up' });
});
