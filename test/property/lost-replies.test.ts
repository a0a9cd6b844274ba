/**
 * Random faults of the lab in a random series of withdrawals: a client that treats a lost reply as an unknown outcome,
 * looks the order up and repeats it with the same id pays each order at most once, and history and balances agree
 * exactly with the store.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presets } from '../../src/lab/presets.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import type { Customer } from '../support/world.ts';

const steps = 120;
const scale = 8;
const [address = ''] = outsideAddresses.ETH ?? [];

/** Without those that only take time. */
const faults = presets.filter(
  ({ appliesTo, ending }) =>
    ['all', 'writes', 'withdrawals'].includes(appliesTo) && ending.kind !== 'hang' && ending.kind !== 'delay',
);
/** The units that each order has taken from the balance. */
type Model = Map<string, bigint>;

class Client {
  readonly #exchange: Exchange;
  readonly #customer: Customer;

  constructor(exchange: Exchange, customer: Customer) {
    this.#exchange = exchange;
    this.#customer = customer;
  }

  /** @returns the id; undefined: the outcome is unknown. */
  async withdraw(withdrawOrderId: string, units: bigint): Promise<string | undefined> {
    const amount = `0.${units.toString().padStart(scale, '0')}`;
    const order = { asset: 'ETH', address, amount, withdrawOrderId };
    const reply = await this.#exchange
      .signed(this.#customer, 'POST', '/wapi/v3/withdraw.html', order)
      .catch(() => undefined);
    return reply?.status === 200 && reply.body.success === true ? reply.body.id : undefined;
  }

  async find(withdrawOrderId: string): Promise<readonly { readonly id: string; readonly status: number }[]> {
    const path = '/sapi/v1/capital/withdraw/history';
    const { status, body, text } = await this.#exchange.signed(this.#customer, 'GET', path, {
      withdrawOrderId,
    });
    assert.equal(status, 200, text);
    return body;
  }

  async free(): Promise<bigint> {
    const { body } = await this.#exchange.signed(this.#customer, 'GET', '/api/v3/account');
    const { free } = body.balances.find(({ asset }: { readonly asset: string }) => asset === 'ETH');
    return BigInt(free.replace('.', ''));
  }

  /** Ends what faults have left: effects, rate limits and bans. */
  async calm(): Promise<void> {
    await this.#exchange.operator('DELETE', '/lab/faults');
    const { body } = await this.#exchange.operator('GET', '/lab/effects');
    for (const { id } of body.effects) await this.#exchange.operator('DELETE', `/lab/effects/${id}`);
  }
}

/** One order with a random fault, or none: the client looks up an unknown outcome, and may send the order again. */
async function step(number: number, client: Client, random: Random, model: Model): Promise<void> {
  const fault = random.chance(0.8) ? random.pick(faults) : undefined;
  const orderId = fault === undefined ? `order-${number}` : `lab-${fault.name}-${number}`;
  // Above the minimum, and not more than the balance in all steps together.
  const units = BigInt(5_000_000 + random.below(10_000_000));
  const id = await client.withdraw(orderId, units);
  await client.calm();
  const isDone = fault === undefined || fault.position === 'after';
  const isFailed = fault?.effects.some(({ kind }) => kind === 'chain-failure') === true;
  if (isDone) model.set(orderId, isFailed ? 0n : units);
  const found = await client.find(orderId);
  assert.equal(found.length, isDone ? 1 : 0, orderId);
  const isTold = fault === undefined || fault.ending.kind === 'normal';
  assert.equal(id, isTold ? found[0]?.id : undefined, orderId);
  if (isFailed) assert.equal(found[0]?.status, 5, orderId);
  if (random.chance(0.5)) await repeat(orderId, units, client, model);
}

async function repeat(orderId: string, units: bigint, client: Client, model: Model): Promise<void> {
  const id = await client.withdraw(orderId, units);
  if (!model.has(orderId)) model.set(orderId, units);
  const found = await client.find(orderId);
  assert.deepEqual(
    [id],
    found.map((each) => each.id),
    orderId,
  );
}

test('with random faults each order is paid at most once, and history agrees with the store', async (t) => {
  announceSeed(t, 'property');
  const random = createRandom(seed);
  const exchange = await startExchange(['--demo', '1', '--lab', '1']);
  t.after(() => exchange.close());
  const { alice } = await buildStandardWorld(exchange.server);
  const client = new Client(exchange, alice);
  const opening = await client.free();
  const model: Model = new Map();
  for (let number = 0; number < steps; number += 1) await step(number, client, random, model);
  const spent = [...model.values()].reduce((sum, units) => sum + units, 0n);
  assert.equal(await client.free(), opening - spent);
  const { body, text } = await exchange.operator('GET', '/integrity');
  assert.equal(body.ok, true, text);
});
