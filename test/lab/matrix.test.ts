/**
 * Every preset with every operation that it applies to, both read from the data: the reply ends as documented, the firing
 * says whether the work was done, history says the same, and the books balance.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import type { Operation } from '../../src/contract/operation.ts';
import { capitalDepositAddress } from '../../src/contract/sapi/capital/deposit-address.ts';
import { capitalDepositHisrec } from '../../src/contract/sapi/capital/deposit-history.ts';
import { capitalWithdrawHistory } from '../../src/contract/sapi/capital/withdraw-history.ts';
import { operationsOfKind } from '../../src/lab/operations.ts';
import { type Preset, presets } from '../../src/lab/presets.ts';
import { goodQueryOf } from '../contract/calls.ts';
import { ContractWorld, insideAddress } from '../contract/contract-world.ts';
import { eventually } from '../support/eventually.ts';
import { outsideAddresses } from '../support/standard-world.ts';

/** The end of a request for its client. */
type End = { readonly status: number; readonly text: string; readonly retryAfter: string | null } | 'broken';

type Firing = {
  readonly preset: string;
  readonly operation: string;
  readonly done: boolean;
  readonly withdrawalId: string | null;
};

const [outside = ''] = (outsideAddresses.ETH ?? []).filter((address) => address !== insideAddress);
const withdrawals = new Set(operationsOfKind('withdrawals'));
/** Their good call succeeds only once. */
const unrepeatable = new Set<Operation>();

let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start(['--demo', '1', '--lab', '1']);
  await receiveDeposit();
  for (const operation of customerOperations) {
    const first = await send(operation, queryOf(operation, 'first'));
    assert.ok(first !== 'broken' && first.status === 200, `${operation.id}: ${JSON.stringify(first)}`);
    const second = await send(operation, queryOf(operation, 'second'));
    if (second === 'broken' || second.status !== 200) unrepeatable.add(operation);
  }
});
after(() => world.close());

async function receiveDeposit(): Promise<void> {
  const asked = await send(capitalDepositAddress, 'coin=ETH');
  assert.ok(asked !== 'broken');
  const deposit = { asset: 'ETH', address: JSON.parse(asked.text).address, amount: '1', reason: 'a test' };
  const { status, text } = await world.exchange.operator('POST', '/deposits', deposit);
  assert.ok(status < 300, text);
}

async function countDeposits(): Promise<number> {
  const end = await send(capitalDepositHisrec, '');
  assert.ok(end !== 'broken' && end.status === 200);
  return JSON.parse(end.text).length;
}

/** A call that succeeds; a withdrawal has an order id of its own. */
function queryOf(operation: Operation, order: string, address = insideAddress): string {
  const query = goodQueryOf(operation).replace(insideAddress, address);
  return withdrawals.has(operation) ? `${query}&withdrawOrderId=${order}-${operation.id}` : query;
}

async function send(
  operation: Operation,
  query: string,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<End> {
  const { method, target, headers: all } = world.requestOf({ operation, query, headers });
  try {
    const options = { method, headers: { ...all }, ...(signal && { signal }) };
    const reply = await fetch(`${world.exchange.url}${target}`, options);
    return {
      status: reply.status,
      text: await reply.text(),
      retryAfter: reply.headers.get('retry-after'),
    };
  } catch {
    return 'broken';
  }
}

async function firingsOf({ name }: Preset): Promise<readonly Firing[]> {
  const { body } = await world.exchange.operator('GET', '/lab/firings');
  return body.firings.filter(({ preset }: Firing) => preset === name);
}

const isDone = ({ position, ending: { kind } }: Preset) =>
  position === 'after' || kind === 'delay' || kind === 'normal';

function assertEnded({ ending }: Preset, { id, dialect }: Operation, end: End): void {
  const seen = `${id}: ${JSON.stringify(end)}`;
  const isBroken = ['reset', 'truncate', 'hang'].includes(ending.kind);
  assert.equal(end === 'broken', isBroken, seen);
  if (end === 'broken') return;
  const isAltered = ending.kind === 'status' || ending.kind === 'rejections';
  if (isAltered || ending.kind !== 'false-success')
    assert.equal(end.status, isAltered ? ending.status : 200, seen);
  if (ending.kind === 'rejections') assert.equal(end.retryAfter, String(ending.retryAfterSeconds), seen);
  if (ending.kind === 'status') assertBody(ending.body, end.text);
  if (ending.kind !== 'false-success') return;
  const { success, code, accepted } = JSON.parse(end.text);
  assert.ok(dialect.name === 'wapi' ? success === false : code < 0 || accepted === false, seen);
}

function assertBody(body: 'empty' | 'html' | 'json', text: string): void {
  if (body === 'empty') assert.equal(text, '');
  else if (body === 'html') assert.match(text, /<html>/);
  else assert.equal(typeof JSON.parse(text).code, 'number', text);
}

/** One request of each operation. Those that a fault would make others fail are sent one after the other. */
async function fire(preset: Preset, operations: readonly Operation[]): Promise<readonly End[]> {
  const leaving = new AbortController();
  const hasEffects = preset.effects.length > 0;
  const one = (operation: Operation) => {
    const query = queryOf(operation, preset.name, hasEffects ? outside : insideAddress);
    return send(operation, query, { 'bursar-fault': preset.name }, leaving.signal);
  };
  if (preset.ending.kind === 'rejections') {
    const ends: End[] = [];
    for (const operation of operations) {
      ends.push(await one(operation));
      await world.exchange.operator('DELETE', '/lab/faults');
    }
    return ends;
  }
  const ends = Promise.all(operations.map(one));
  if (preset.ending.kind === 'hang') {
    await eventually(
      () => firingsOf(preset),
      (firings) =>
        firings.length === operations.length && firings.every(({ done }) => done === isDone(preset)),
    );
    leaving.abort();
  }
  return ends;
}

/** All money and accounts. No worker changes them meanwhile, for withdrawals to this exchange complete at once. */
async function stored(): Promise<string> {
  const tables = ['withdrawals', 'transfers', 'balances', 'accounts', 'account_switches'];
  const rows = await Promise.all(tables.map((table) => world.sql.rows(`SELECT * FROM ${table}`)));
  return JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? `${value}` : value));
}

async function historyOf(
  order: string,
): Promise<readonly { readonly id: string; readonly status: number }[]> {
  const end = await send(capitalWithdrawHistory, `withdrawOrderId=${order}`);
  assert.ok(end !== 'broken' && end.status === 200);
  return JSON.parse(end.text);
}

type Effect = { readonly id: string; readonly kind: string; readonly withdrawalId: string | null };
const effectsInForce = async (): Promise<readonly Effect[]> =>
  (await world.exchange.operator('GET', '/lab/effects')).body.effects;

/** Checks and ends the effects that last. */
async function assertEffects(
  preset: Preset,
  firings: readonly Firing[],
  orders: readonly string[],
): Promise<void> {
  const lasting = preset.effects.filter((effect) => 'seconds' in effect);
  const inForce = await effectsInForce();
  for (const { kind } of lasting)
    assert.ok(
      inForce.some((effect) => effect.kind === kind),
      kind,
    );
  if (preset.appliesTo === 'withdrawals')
    for (const { kind } of lasting)
      for (const { withdrawalId } of firings)
        assert.ok(
          inForce.some((effect) => effect.kind === kind && effect.withdrawalId === withdrawalId),
          `${kind} of ${withdrawalId}: ${JSON.stringify(inForce)}`,
        );
  if (lasting.some(({ kind }) => kind === 'history-lag'))
    for (const order of orders) assert.deepEqual(await historyOf(order), [], order);
  for (const { id } of inForce) await world.exchange.operator('DELETE', `/lab/effects/${id}`);
  if (preset.effects.some(({ kind }) => kind === 'chain-failure'))
    for (const order of orders) assert.equal((await historyOf(order))[0]?.status, 5, order);
}

/** The firings are one for each operation, and say what history says. */
async function assertTold(preset: Preset, operations: readonly Operation[]): Promise<void> {
  const firings = await firingsOf(preset);
  assert.deepEqual(firings.map(({ operation }) => operation).sort(), operations.map(({ id }) => id).sort());
  const submitting = operations.filter((operation) => withdrawals.has(operation)).map(({ id }) => id);
  const ofWithdrawals = firings.filter(({ operation }) => submitting.includes(operation));
  await assertEffects(
    preset,
    ofWithdrawals,
    submitting.map((id) => `${preset.name}-${id}`),
  );
  for (const { operation, done, withdrawalId } of ofWithdrawals) {
    assert.equal(done, isDone(preset), operation);
    const found = await historyOf(`${preset.name}-${operation}`);
    assert.deepEqual(
      found.map(({ id }) => id),
      done ? [withdrawalId] : [],
    );
  }
}

describe('every preset with every operation that it applies to', () => {
  for (const preset of presets)
    test(preset.name, async () => {
      const operations = operationsOfKind(preset.appliesTo).filter(
        (operation) => !isDone(preset) || !unrepeatable.has(operation),
      );
      assert.ok(operations.length > 0);
      const before = isDone(preset) ? undefined : await stored();
      const deposits = await countDeposits();
      const ends = await fire(preset, operations);
      for (const [index, operation] of operations.entries())
        assertEnded(preset, operation, ends[index] as End);
      await assertTold(preset, operations);
      const isTwice = preset.effects.some(({ kind }) => kind === 'duplicate-deposit');
      assert.equal(await countDeposits(), deposits + (isTwice ? operations.length : 0));
      if (before !== undefined) assert.equal(await stored(), before, 'nothing was done');
      const { body, text } = await world.exchange.operator('GET', '/integrity');
      assert.equal(body.ok, true, text);
    });

  test('few operations can be called only once', () => {
    const names = [...unrepeatable].map(({ id }) => id);
    assert.ok(names.length < 5, names.join());
  });
});
