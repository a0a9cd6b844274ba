/** Operations with counters of their own: the counts, the headers of replies, and 429 beyond the limits. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ping } from '../../src/contract/api/ping.ts';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { isSigned, type Operation } from '../../src/contract/operation.ts';
import { type OwnWeights, ownLimits, weightHeader } from '../../src/contract/own-weights.ts';
import { goodQueryOf } from './calls.ts';
import { assertRejected, type Call, ContractWorld, type Reply } from './contract-world.ts';
import { frozenApi } from './frozen-api.ts';
import type { WireReply } from './wire.ts';

type WithOwn = Operation & { readonly weights: OwnWeights };

const operations = customerOperations.filter((each): each is WithOwn => each.weights !== null);
/** A limit that a test reaches with few calls. */
const maxCalls = 20;

let world: ContractWorld;
let unlimited: ContractWorld;
let addresses = 0;
before(async () => {
  world = await ContractWorld.start(['--weight-per-minute', '4', '--trust-proxy', '1']);
  unlimited = await ContractWorld.start();
});
after(async () => {
  await world.close();
  await unlimited.close();
});

/** A new address for each scenario. */
function newAddress(): string {
  addresses += 1;
  return `10.2.${addresses >> 8}.${addresses & 255}`;
}

/**
 * Runs a scenario within one window, at the start of which nothing is counted for the account: it is repeated if the
 * window changed meanwhile.
 */
async function withinOneWindow<T>({ weights }: WithOwn, scenario: (ip: string) => Promise<T>): Promise<T> {
  const windowMs = weights.per === 'second' ? 1000 : 60_000;
  for (;;) {
    const window = Math.floor(Date.now() / windowMs);
    const result = await scenario(newAddress());
    if (window === Math.floor(Date.now() / windowMs)) return result;
  }
}

function call(operation: WithOwn, ip: string, more: Partial<Call> = {}): Promise<Reply> {
  const query = goodQueryOf(operation);
  return world.call({ operation, query, headers: { 'x-forwarded-for': ip }, ...more });
}

/** Calls within one window, however long they take. */
async function frozenCalls(): Promise<(operation: Operation, more?: Partial<Call>) => Promise<WireReply>> {
  const nowMs = Date.now();
  const api = await frozenApi(world, { nowMs, weightPerMinute: 4 });
  const timing = `recvWindow=60000&timestamp=${nowMs}`;
  return async (operation, more) => {
    const {
      status,
      headers = {},
      body,
    } = await api({
      operation,
      query: goodQueryOf(operation),
      timing,
      ...more,
    });
    return { status, headers, text: body };
  };
}

/** The header of the counter that counts last. */
function lastHeader({ weights: { account, per = 'minute' } }: WithOwn): string {
  return weightHeader(account === undefined ? 'address' : 'account', per);
}

const sapiHeaders = ({ headers }: WireReply) => Object.keys(headers).filter((name) => /^x-sapi-/.test(name));
const usedIn = (operation: WithOwn, { headers }: WireReply) => Number(headers[lastHeader(operation)]);

for (const operation of operations) {
  const { id, weights } = operation;
  const { address, account, per = 'minute' } = weights;

  test(`${id}: each reply shows the weight used, in one header`, async () => {
    const [first, second] = await withinOneWindow(operation, async (ip) => [
      await call(operation, ip),
      await call(operation, ip),
    ]);
    for (const reply of [first, second] as Reply[])
      assert.deepEqual(sapiHeaders(reply), [lastHeader(operation)]);
    const used = [first, second].map((reply) => usedIn(operation, reply as Reply)) as [number, number];
    assert.equal(used[1] - used[0], account ?? address);
    if (account === undefined) assert.equal(used[0], address, 'a new address');
  });

  const limited = account === undefined ? ownLimits.address : ownLimits.account;
  const served = Math.floor(limited / (account ?? address ?? 0));
  if (served > maxCalls) continue;

  test(`${id}: 429 beyond its limit without ever a ban, while other operations are served`, async () => {
    const ask = await frozenCalls();
    const replies = await Promise.all(Array.from({ length: served + 30 }, () => ask(operation)));
    assert.equal((await ask(ping)).status, 200);
    assert.equal(replies.filter(({ status }) => status !== 429).length, served);
    for (const reply of replies.filter(({ status }) => status === 429)) {
      assertRejected(reply, 'too-many-requests', { limit: limited }, operation.dialect);
      assert.deepEqual(sapiHeaders(reply), [lastHeader(operation)]);
      const seconds = Number(reply.headers['retry-after']);
      assert.ok(seconds >= 1 && seconds <= (per === 'second' ? 1 : 60), `${seconds}`);
    }
  });

  test(`${id}: without a weight limit it has no limit either`, async () => {
    const query = goodQueryOf(operation);
    const replies = await Promise.all(
      Array.from({ length: served + 2 }, () => unlimited.call({ operation, query })),
    );
    assert.ok(replies.every(({ status }) => status !== 429));
  });
}

for (const operation of operations.filter(({ security }) => isSigned(security))) {
  const { id, weights } = operation;

  test(`${id}: only a request with a valid signature counts towards the account`, async () => {
    const forged = { signature: 'f'.repeat(64) };
    const ask = await frozenCalls();
    const first = await ask(operation);
    const wrong = await ask(operation, forged);
    const unknown = await ask(operation, { key: { apiKey: 'A'.repeat(64) } });
    const last = await ask(operation);
    assert.equal(unknown.status, 401);
    const { address, account } = weights;
    const addressHeader = weightHeader('address', weights.per ?? 'minute');
    for (const [index, reply] of [wrong, unknown].entries()) {
      assert.deepEqual(sapiHeaders(reply), address === undefined ? [] : [addressHeader]);
      if (address !== undefined) assert.equal(Number(reply.headers[addressHeader]), address * (index + 2));
    }
    const counted = account ?? (address ?? 0) * 3;
    assert.equal(usedIn(operation, last) - usedIn(operation, first), counted);
  });
}
