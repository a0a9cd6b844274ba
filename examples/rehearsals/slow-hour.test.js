/**
 * An exchange that is slow for an hour
 *
 * For an hour of the world, every reply comes after the timeout of the client, also those of look-ups. The payout that
 * timed out was made all the same. A client that keeps it as unknown and looks again, less and less often, finds it when
 * the exchange has recovered; one that takes each timeout for a failure pays once for each attempt.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, payment } from './client.js';
import { bursar } from './server.js';

const minute = 60_000;
const timeoutMs = 1000;
const late = { position: 'after', ending: { kind: 'delay', ms: 10 * minute } };

/** @returns a function that lets time pass; after an hour, the exchange is fast again. */
async function slowHour(world) {
  const fault = await world.fault({ do: late, times: 1000 });
  const { now } = await world.clock.freeze();
  let isSlow = true;
  return async (ms) => {
    const state = await world.clock.advance(ms);
    if (!isSlow || state.now < now + 60 * minute) return;
    isSlow = false;
    await fault.remove();
  };
}

/** Tries until it is answered, after 20, 40, 80 … minutes. @param action is given the number of the attempt */
async function persist(action, wait) {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    try {
      return await action(attempt);
    } catch (error) {
      if (error.name !== 'TimeoutError') throw error;
      await wait(20 * minute * 2 ** attempt);
    }
  }
}

test('a client that looks up what timed out pays once', async () => {
  const world = await bursar.world();
  const wait = await slowHour(world);
  const client = createClient(world, { timeoutMs });
  const order = { ...payment, withdrawOrderId: 'invoice-10' };
  const found = await persist(async (attempt) => {
    if (attempt === 0) return client.withdraw(order);
    const [row] = await client.withdrawals({ withdrawOrderId: order.withdrawOrderId });
    return row ?? client.withdraw(order);
  }, wait);
  assert.ok(found);
  await world.assertRight();
});

test('a client that takes a timeout for a failure pays for each attempt', async () => {
  const world = await bursar.world();
  const wait = await slowHour(world);
  const client = createClient(world, { timeoutMs });
  await persist((attempt) => client.withdraw({ ...payment, withdrawOrderId: `invoice-10-${attempt}` }), wait);
  await assert.rejects(world.assertRight(), /it was paid twice/);
});
