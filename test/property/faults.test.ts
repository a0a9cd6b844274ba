/**
 * Random faults of the lab in random plans of requests, some of which run at the same time: each order is paid at most
 * once, replies, history, firings and the request log agree with the store, and the books balance.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { withdrawals } from '../../src/lab/operations.ts';
import type { Row } from '../../src/store/tables.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { checkProperty } from '../support/seed.ts';
import { buildStandardWorld } from '../support/standard-world.ts';
import { done, FaultClient, orderIdOf, transferPath, unitsOf } from './fault-client.ts';
import { orders, type Plan, plans, repeatablePlans } from './fault-plan.ts';

const opening = 10_000_000_000n;
const everything = { limit: 1000, offset: 0 };
/** Each plan opens accounts of its own. */
const maxPlans = 40;
/** No plan is begun after this time; one that was begun is not interrupted, because it would disturb other tests. */
const timeForPlansMs = 8_000;
const wholeRuns = { numRuns: maxPlans, interruptAfterTimeLimit: 600_000 };

let exchange: Exchange;
let clients = 0;
before(async () => {
  exchange = await startExchange(['--demo', '1', '--lab', '1']);
  await buildStandardWorld(exchange.server);
});
after(() => exchange.close());

const newClient = () => FaultClient.open(exchange, `client-${++clients}`);

async function play(plan: Plan): Promise<void> {
  const client = await newClient();
  await client.play(plan);
  await client.calm();
  const rows = await whenFinal(client);
  await assertTruthful(client, rows);
  await assertHistory(client, rows);
  await assertBalance(client, rows);
  const { body, text } = await exchange.operator('GET', '/integrity');
  assert.equal(body.ok, true, text);
}

/** Every request that was hit has ended, also those whose work begins late, and so have all withdrawals. */
async function whenFinal(client: FaultClient): Promise<readonly Row<'withdrawals'>[]> {
  const firings = await client.firings();
  await eventually(
    async () => {
      const answered = (await client.requests()).filter(({ status }) => status !== null);
      return new Set(answered.map(({ firing }) => firing));
    },
    (answered) => firings.every(({ id }) => answered.has(id)),
  );
  await client.calm();
  const { reads } = exchange.server;
  const { accountId } = client.owner;
  const { withdrawn } = await eventually(
    async () => {
      await client.mine(5);
      const [received, sent] = await Promise.all([
        reads.deposits(accountId, {}, everything),
        reads.withdrawals(accountId, {}, everything),
      ]);
      return { received, withdrawn: sent };
    },
    (seen) => seen.received.every(hasArrived) && seen.withdrawn.every(isFinal),
  );
  return withdrawn;
}

/** Nothing more happens to it by itself: after a reorganisation it may be gone. */
const hasArrived = ({ stage, reorganisedAt }: Row<'deposits'>) =>
  stage === 'completed' || stage === 'vanished' || reorganisedAt !== null;

const isFinal = ({ stage }: Row<'withdrawals'>) => stage === 'completed' || stage === 'failed';

/** Replies, firings and the log of requests must agree with the store. */
async function assertTruthful(client: FaultClient, rows: readonly Row<'withdrawals'>[]): Promise<void> {
  const requests = (await client.requests()).filter(({ operation }) => withdrawals.has(operation));
  for (let order = 0; order < orders; order += 1) {
    const orderId = orderIdOf(order);
    const stored = rows.filter((row) => row.orderId === orderId);
    assert.ok(stored.length <= 1, `${orderId} is stored ${stored.length} times`);
    for (const { amount } of stored) assert.equal(amount, unitsOf(order));
    const sent = requests.filter(({ parameters }) => parameters.some(({ value }) => value === orderId));
    const ids = sent.filter((each) => each.done === 'done').map(({ withdrawalId }) => withdrawalId);
    assert.deepEqual(
      [...new Set(ids)],
      stored.map(({ id }) => id),
      `${orderId}: ${JSON.stringify(sent)}`,
    );
    assert.ok(sent.every((each) => each.done !== 'unknown'));
  }
  const orderOf = new Map(rows.map(({ id, orderId }) => [id, orderId]));
  for (const [id, order] of client.told) assert.equal(orderOf.get(id), orderIdOf(order), id);
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const firing of await client.firings()) {
    if (!withdrawals.has(firing.operation)) continue;
    assert.equal(
      firing.done,
      firing.withdrawalId !== null && byId.has(firing.withdrawalId),
      JSON.stringify(firing),
    );
  }
}

const statusOf = ({ stage }: Row<'withdrawals'>) => (stage === 'completed' ? 6 : 5);

/** History shows everything that is stored, and has never shown anything else. */
async function assertHistory(client: FaultClient, rows: readonly Row<'withdrawals'>[]): Promise<void> {
  const expected = rows.map((row) => [row.id, row.orderId, statusOf(row)] as const).sort();
  for (const dialect of ['wapi', 'sapi'] as const) {
    const shown = await client.history(dialect);
    assert.deepEqual(
      shown.map(({ id, withdrawOrderId, status }) => [id, withdrawOrderId, status]).sort(),
      expected,
      dialect,
    );
  }
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const { id, withdrawOrderId, status } of client.shown) {
    const row = byId.get(id) ?? assert.fail(`${id} is not stored`);
    assert.equal(withdrawOrderId, row.orderId);
    // One that has ended never changes again, and one that is shown as being processed may have ended since.
    assert.ok(status === 4 || status === statusOf(row), `${id}: ${status} was shown`);
  }
}

async function assertBalance(client: FaultClient, rows: readonly Row<'withdrawals'>[]): Promise<void> {
  const { owner, sub } = client;
  const spent = rows
    .filter(({ stage }) => stage === 'completed')
    .reduce((sum, { amount }) => sum + amount, 0n);
  const { body } = await done(exchange.signed(owner, 'GET', transferPath, {}));
  const ids = body.result.map(({ clientTranId }: { clientTranId: string }) => clientTranId);
  assert.equal(new Set(ids).size, ids.length, `a transfer was made twice: ${ids}`);
  const moved = body.result.reduce(
    (sum: bigint, { amount }: { amount: string }) => sum + unitsIn(amount),
    0n,
  );
  assert.equal((await balanceOf(sub)).free, moved);
  const deposits = await exchange.server.reads.deposits(owner.accountId, {}, everything);
  const received = (stage: string) =>
    deposits.filter((row) => row.stage === stage).reduce((sum, { amount }) => sum + amount, 0n);
  const outputs = new Set(deposits.map(({ txId, outputIndex }) => `${txId} ${outputIndex}`));
  assert.equal(outputs.size, deposits.length);
  const twice = (await client.firings()).filter(({ preset }) => preset === 'duplicate-deposit').length;
  assert.ok(deposits.length >= client.deposits && deposits.length <= client.deposits + twice);
  // One whose block is gone stays locked if it was.
  const expected = { free: opening - spent - moved + received('completed'), locked: received('credited') };
  assert.deepEqual(await balanceOf(owner.email), expected);
}

async function balanceOf(email: string): Promise<{ readonly free: bigint; readonly locked: bigint }> {
  const { body } = await done(exchange.operator('GET', `/accounts/${email}/balances`));
  const row = body.balances.find(({ asset }: { asset: string }) => asset === 'ETH');
  return { free: unitsIn(row?.free ?? '0'), locked: unitsIn(row?.locked ?? '0') };
}

function unitsIn(amount: string): bigint {
  const [whole = '', fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(8, '0'));
}

test('under random faults, each order is paid at most once, and replies, histories and firings agree with the store', async (t) => {
  const beginUntil = performance.now() + timeForPlansMs;
  let played = 0;
  const property = fc.asyncProperty(fc.noBias(plans), async (plan) => {
    // Fewer on a slow machine, but always one. A failure is shrunk as far as the time allows.
    if (played > 0 && performance.now() > beginUntil) return;
    played += 1;
    await play(plan);
  });
  await checkProperty(t, 'property', property, wholeRuns);
  t.diagnostic(`${played} plans were played`);
});

test('the same rules with the same seeds break the same requests of another client', async (t) => {
  const endsOf = async (plan: Plan) => {
    const client = await newClient();
    await client.play(plan);
    await client.calm();
    return (await client.requests()).map(({ operation, status, ending }) => [operation, status, ending]);
  };
  const property = fc.asyncProperty(fc.noBias(repeatablePlans), async (plan) => {
    assert.deepEqual(await endsOf(plan), await endsOf(plan));
  });
  await checkProperty(t, 'property', property, { ...wholeRuns, numRuns: 3 });
});
