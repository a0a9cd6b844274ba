/** The effects of faults in every operation that shows their withdrawals and deposits; the books stay right. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { operationNamed } from '../operator/operation-named.ts';
import { assertRejected } from '../operator/operator-client.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, type Query, startExchange } from '../support/exchange.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import type { Customer } from '../support/world.ts';

const [address = ''] = outsideAddresses.ETH ?? [];
const questionnaire = JSON.stringify({ isAddressOwner: 1, sendTo: 1 });

const withdrawals = ['/wapi/v3/withdrawHistory.html', '/sapi/v1/capital/withdraw/history'] as const;
const answered = ['/sapi/v2/localentity/withdraw/history', '/sapi/v1/localentity/withdraw/history'] as const;
const deposits = ['/wapi/v3/depositHistory.html', '/sapi/v1/capital/deposit/hisrec'] as const;

type Shown = {
  readonly withdrawOrderId?: string;
  readonly status?: number;
  readonly withdrawalStatus?: number;
  readonly txId: string;
};

let exchange: Exchange;
let alice: Customer;
let orders = 0;

before(async () => {
  exchange = await startExchange(['--demo', '1', '--lab', '1']);
  ({ alice } = await buildStandardWorld(exchange.server));
});
after(() => exchange.close());
afterEach(async () => {
  await exchange.operator('DELETE', '/lab/faults');
  await endEffects();
});

const newOrder = () => {
  orders += 1;
  return `order-${orders}`;
};

/** @param what a preset, or a definition of a fault */
async function fault(what: string | object, operation?: string): Promise<void> {
  const on = operation === undefined ? {} : { operation };
  const { status, text } = await exchange.operator('POST', '/lab/faults', { on, do: what });
  assert.equal(status, 201, text);
}

async function submit(withdrawOrderId: string, path = '/wapi/v3/withdraw.html') {
  const order = { address, amount: '0.5', withdrawOrderId };
  const more = path.includes('wapi') ? { asset: 'ETH' } : { coin: 'ETH' };
  const answer = path.includes('localentity') ? { questionnaire } : {};
  return exchange.signed(alice, 'POST', path, { ...order, ...more, ...answer } as Query);
}

async function listed(path: string, query: Query = {}): Promise<readonly Shown[]> {
  const { status, body, text } = await exchange.signed(alice, 'GET', path, query);
  assert.equal(status, 200, text);
  return body.withdrawList ?? body.depositList ?? body;
}

async function effects() {
  const { body, text } = await exchange.operator('GET', '/lab/effects');
  assert.equal(createSchemaCheck(operationNamed('listLabEffects').reply)(body), null, text);
  return body.effects;
}

async function endEffects(): Promise<void> {
  for (const { id } of await effects()) {
    const { status, text, body } = await exchange.operator('DELETE', `/lab/effects/${id}`);
    assert.equal(status, 200, text);
    assert.deepEqual(body, { id, ended: true });
  }
}

async function mine(count: number): Promise<void> {
  const { status, text } = await exchange.operator('POST', '/chain/blocks', { network: 'ETH', count });
  assert.equal(status, 200, text);
}

const stageOf = async (id: string) => (await exchange.operator('GET', `/withdrawals/${id}`)).body.stage;
const broadcast = (id: string) =>
  eventually(
    () => stageOf(id),
    (stage) => stage === 'broadcast',
  );

async function assertBalanced(): Promise<void> {
  const { body, text } = await exchange.operator('GET', '/integrity');
  assert.equal(body.ok, true, text);
}

describe('history-lag', () => {
  test('hides a withdrawal from every history and every look-up, and from no one else', async () => {
    const [before, order] = [newOrder(), newOrder()];
    await submit(before, '/sapi/v1/localentity/withdraw/apply');
    await fault('history-lag', 'localentityWithdrawApply');
    const { body } = await submit(order, '/sapi/v1/localentity/withdraw/apply');
    const [effect] = await effects();
    assert.equal(effect.kind, 'history-lag');
    assert.equal(effect.until, effect.begunAt + 10_000);
    const { id } = (await exchange.server.reads.row('withdrawals', { id: effect.withdrawalId })) ?? {};
    const lookups = [...withdrawals, ...answered].map((path) => [path, { withdrawOrderId: order }] as const);
    const others = [
      ['/sapi/v1/capital/withdraw/history', { idList: id }],
      ['/sapi/v2/localentity/withdraw/history', { trId: body.trId }],
    ] as const;
    for (const [path, query] of [...lookups, ...others])
      assert.deepEqual(await listed(path, query as Query), [], path);
    // A page is as full as if the withdrawal did not exist.
    for (const path of withdrawals) {
      const [only, ...more] = await listed(path, { limit: 1 });
      assert.deepEqual([only?.withdrawOrderId, more.length], [before, 0], path);
    }
    assert.equal((await exchange.operator('GET', `/withdrawals/${id}`)).status, 200);
    await endEffects();
    for (const [path, query] of [...lookups, ...others])
      assert.equal((await listed(path, query as Query)).length, 1, path);
    assert.deepEqual(await effects(), []);
  });

  test('a repeat with the same order id is answered with the hidden withdrawal', async () => {
    const order = newOrder();
    await fault('commit-then-504-history-lag', 'withdraw');
    assert.equal((await submit(order)).status, 504);
    assert.deepEqual(await listed(withdrawals[0], { withdrawOrderId: order }), []);
    const again = await submit(order);
    const [{ withdrawalId }] = await effects();
    assert.deepEqual([again.status, again.body.id], [200, withdrawalId]);
    await endEffects();
  });
});

test('status-late: histories show a completed withdrawal as being processed, also when they select by status', async () => {
  const order = newOrder();
  await fault('status-late', 'localentityWithdrawApply');
  await submit(order, '/sapi/v1/localentity/withdraw/apply');
  const [{ withdrawalId }] = await effects();
  await broadcast(withdrawalId);
  await mine(10);
  assert.equal(await stageOf(withdrawalId), 'completed');
  const statuses = async () => {
    const seen = [];
    for (const path of [...withdrawals, ...answered]) {
      const [row] = await listed(path, { withdrawOrderId: order });
      seen.push(row?.status ?? row?.withdrawalStatus);
    }
    const bySelection = [];
    for (const path of withdrawals)
      for (const status of [4, 6])
        bySelection.push((await listed(path, { withdrawOrderId: order, status })).length);
    return [...seen, ...bySelection];
  };
  assert.deepEqual(await statuses(), [4, 4, 4, 4, 1, 0, 1, 0]);
  const [effect] = await effects();
  const { settledAt } = (await exchange.server.reads.row('withdrawals', { id: withdrawalId })) ?? {};
  assert.equal(effect.until, Number(settledAt) + 10_000);
  await endEffects();
  assert.deepEqual(await statuses(), [6, 6, 6, 6, 0, 1, 0, 1]);
});

test('stuck: no block takes the transaction until the effect is ended', async () => {
  await fault('stuck', 'withdraw');
  const { id } = (await submit(newOrder())).body;
  const { id: other } = (await submit(newOrder())).body;
  for (const each of [id, other]) await broadcast(each);
  await mine(10);
  await eventually(
    () => stageOf(other),
    (stage) => stage === 'completed',
  );
  assert.equal(await stageOf(id), 'broadcast');
  const reorganised = { network: 'ETH', count: 1 };
  assert.equal((await exchange.operator('POST', '/chain/reorganisations', reorganised)).status, 200);
  await mine(10);
  assert.equal(await stageOf(id), 'broadcast');
  const [effect] = await effects();
  assert.deepEqual([effect.kind, effect.withdrawalId, effect.until], ['stuck', id, null]);
  await endEffects();
  await mine(10);
  assert.equal(await stageOf(id), 'completed');
  await assertBalanced();
});

test('stuck: a transaction that replaces it is confirmed', async () => {
  await fault('stuck', 'withdraw');
  const { id } = (await submit(newOrder())).body;
  await broadcast(id);
  const { status, text } = await exchange.operator('POST', `/withdrawals/${id}/resend`);
  assert.equal(status, 200, text);
  await mine(10);
  assert.equal(await stageOf(id), 'completed');
  assert.deepEqual(await effects(), []);
  await mine(10);
  await assertBalanced();
});

test('status-late: the end is known once the withdrawal is completed, even if nobody reads a history', async () => {
  await fault('status-late', 'withdraw');
  const { id } = (await submit(newOrder())).body;
  assert.equal((await effects())[0].until, null);
  await broadcast(id);
  await mine(10);
  const { settledAt } = (await exchange.server.reads.row('withdrawals', { id })) ?? {};
  assert.equal((await effects())[0].until, Number(settledAt) + 10_000);
  await endEffects();
});

const sentOf = async (id: string) => {
  const { body } = await exchange.operator('GET', '/lab/chains/ETH');
  return body.waiting.find((each: { readonly withdrawalId: string }) => each.withdrawalId === id);
};

test('dropped-transaction: the chain forgets the transaction; the same bytes are sent again by themselves', async () => {
  await fault('dropped-transaction', 'withdraw');
  const { id } = (await submit(newOrder())).body;
  assert.deepEqual(await effects(), []);
  await broadcast(id);
  const { txId } = (await exchange.operator('GET', `/withdrawals/${id}`)).body;
  const again = await eventually(
    () => sentOf(id),
    (sent) => sent !== undefined,
  );
  assert.equal(again.txId, txId);
  await mine(10);
  assert.equal(await stageOf(id), 'completed');
  await assertBalanced();
});

test('reorg: a withdrawal that was in a block is in another one, and paid once', async () => {
  const order = newOrder();
  const { id } = (await submit(order)).body;
  await eventually(
    () => sentOf(id),
    (sent) => sent !== undefined,
  );
  const height = async () => (await exchange.operator('GET', '/lab/chains/ETH')).body.height;
  await mine(1);
  const before = await height();
  await fault('reorg', 'withdrawHistory');
  await listed(withdrawals[0], { withdrawOrderId: order });
  assert.equal(await height(), before);
  assert.equal(await sentOf(id), undefined);
  await mine(10);
  assert.equal(await stageOf(id), 'completed');
  await assertBalanced();
});

test('chain-failure: an accepted withdrawal fails, and its money is in the balance again', async () => {
  const free = async () => {
    const { body } = await exchange.signed(alice, 'GET', '/api/v3/account');
    return body.balances.find(({ asset }: { readonly asset: string }) => asset === 'ETH').free;
  };
  const before = await free();
  await fault('chain-failure', 'withdraw');
  const order = newOrder();
  const { status, body } = await submit(order);
  assert.equal(status, 200);
  for (const path of withdrawals)
    assert.equal((await listed(path, { withdrawOrderId: order }))[0]?.status, 5, path);
  assert.equal(await free(), before);
  await mine(10);
  assert.equal(await stageOf(body.id), 'failed');
  await assertBalanced();
});

describe('deposits', () => {
  const deposit = async (amount: string) => {
    const { body } = await exchange.signed(alice, 'GET', '/sapi/v1/capital/deposit/address', { coin: 'ETH' });
    const received = { asset: 'ETH', address: body.address, amount, reason: 'a test' };
    const { status, text } = await exchange.operator('POST', '/deposits', received);
    assert.ok(status < 300, text);
  };

  test('deposit-history-lag: the newest deposit is in no history, from this reply on', async () => {
    await deposit('1');
    const before = await listed(deposits[0]);
    await deposit('2');
    await fault('deposit-history-lag', 'depositHistory');
    assert.deepEqual(await listed(deposits[0]), before);
    for (const path of deposits) assert.equal((await listed(path)).length, before.length, path);
    await endEffects();
    for (const path of deposits) assert.equal((await listed(path)).length, before.length + 1, path);
  });

  const newest = async () => (await exchange.operator('GET', '/deposits?limit=1')).body.deposits.at(-1);

  test('reorg: the newest deposit has one confirmation again, and is credited once', async () => {
    await deposit('4');
    await mine(5);
    const { id, confirmations } = await newest();
    await fault('reorg', 'depositHistory');
    await listed(deposits[0]);
    const again = (await exchange.operator('GET', `/deposits/${id}`)).body;
    assert.deepEqual([confirmations, again.confirmations], [5, 1]);
    await mine(30);
    assert.equal((await exchange.operator('GET', `/deposits/${id}`)).body.stage, 'completed');
    await assertBalanced();
  });

  test('reorg-after-credit: the newest credited deposit is no longer on the chain', async () => {
    await deposit('5');
    await mine(30);
    const { id, stage } = await newest();
    assert.equal(stage, 'completed');
    await fault('reorg-after-credit', 'depositHistory');
    await listed(deposits[0]);
    await mine(30);
    const lost = (await exchange.operator('GET', `/deposits/${id}`)).body;
    assert.deepEqual([lost.stage, lost.confirmations, lost.reorganisedTime], ['vanished', 0, null]);
    await assertBalanced();
  });

  test('duplicate-deposit: the same output counts once, and an equal payment is a deposit of its own', async () => {
    await deposit('3');
    const before = await listed(deposits[0]);
    await fault('duplicate-deposit', 'depositHistory');
    assert.deepEqual(await listed(deposits[0]), before);
    const seen = await listed(deposits[0]);
    assert.equal(seen.length, before.length + 1);
    assert.equal(new Set(seen.map(({ txId }) => txId)).size, seen.length);
    await mine(20);
    await assertBalanced();
  });
});

describe("a rule's own effects", () => {
  const later = (...effects: readonly object[]) => ({
    position: 'after',
    ending: { kind: 'normal' },
    effects,
  });

  test('begin with the ending of the rule, and last as long as it says', async () => {
    const order = newOrder();
    const ending = { kind: 'status', status: 502, body: 'empty' };
    await fault({ ...later({ kind: 'history-lag', seconds: 77 }, { kind: 'stuck', seconds: 88 }), ending });
    assert.equal((await submit(order)).status, 502);
    const [hidden, stuck, ...more] = await effects();
    assert.deepEqual([hidden.kind, stuck.kind, more], ['history-lag', 'stuck', []]);
    assert.deepEqual([hidden.until - hidden.begunAt, stuck.until - stuck.begunAt], [77_000, 88_000]);
    assert.equal(hidden.withdrawalId, stuck.withdrawalId);
    assert.deepEqual(await listed(withdrawals[1], { withdrawOrderId: order }), []);
    await broadcast(stuck.withdrawalId);
    await mine(10);
    assert.equal(await stageOf(stuck.withdrawalId), 'broadcast');
    await endEffects();
    assert.equal((await listed(withdrawals[1], { withdrawOrderId: order })).length, 1);
    await mine(10);
    assert.equal(await stageOf(stuck.withdrawalId), 'completed');
  });

  test('of withdrawals hit only requests that submit one, whatever the conditions say', async () => {
    await fault(later({ kind: 'status-late', seconds: 5 }, { kind: 'stuck' }));
    assert.equal((await exchange.signed(alice, 'GET', '/api/v3/account')).status, 200);
    await listed(deposits[0]);
    assert.deepEqual(await effects(), []);
    await submit(newOrder());
    const [late, stuck] = await effects();
    assert.deepEqual([late.kind, stuck.kind, stuck.until], ['status-late', 'stuck', null]);
    await endEffects();
  });

  test('a withdrawal that fails on the chain later is hidden as long as the rule says', async () => {
    const order = newOrder();
    await fault(later({ kind: 'chain-failure' }, { kind: 'history-lag', seconds: 60 }), 'withdraw');
    const { id } = (await submit(order)).body;
    assert.equal(await stageOf(id), 'failed');
    assert.deepEqual(await listed(withdrawals[0], { withdrawOrderId: order }), []);
    await endEffects();
    assert.equal((await listed(withdrawals[0], { withdrawOrderId: order }))[0]?.status, 5);
    await assertBalanced();
  });

  test('a lag before the work hides the newest deposit in this reply; one after it only later', async () => {
    const { body } = await exchange.signed(alice, 'GET', '/sapi/v1/capital/deposit/address', { coin: 'ETH' });
    const received = { asset: 'ETH', address: body.address, amount: '4', reason: 'a test' };
    assert.ok((await exchange.operator('POST', '/deposits', received)).status < 300);
    const all = await listed(deposits[0]);
    const lag = { kind: 'deposit-history-lag', seconds: 60 };
    for (const [position, shown] of [
      ['before', all.length - 1],
      ['after', all.length],
    ] as const) {
      await fault({ position, ending: { kind: 'normal' }, effects: [lag] });
      assert.equal((await listed(deposits[0])).length, shown, position);
      assert.equal((await listed(deposits[0])).length, all.length - 1, position);
      await endEffects();
    }
  });
});

test('an effect that is not in force is answered 404, and both operations need the token', async () => {
  assertRejected(
    await exchange.operator('DELETE', '/lab/effects/e_99'),
    404,
    -9404,
    /effect e_99 of the lab/,
  );
  for (const [method, path] of [
    ['GET', 'effects'],
    ['DELETE', 'effects/e_1'],
  ]) {
    const reply = await fetch(`${exchange.operatorUrl}/operator/v1/lab/${path}`, {
      method: method as string,
    });
    assert.equal(reply.status, 401);
  }
});
