/**
 * 504 after commit
 *
 * The withdrawal is committed, and the reply is lost on its way. After a 504 nobody knows whether anything was done: a
 * repetition with the same `withdrawOrderId` never pays twice, a new one does.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, payment } from './client.js';
import { bursar } from './server.js';

/** @param nextId the order id of a further attempt */
async function pay(client, nextId) {
  await client.withdraw({ ...payment, withdrawOrderId: 'invoice-1' }).catch((error) => {
    if (error.status !== 504) throw error;
    return client.withdraw({ ...payment, withdrawOrderId: nextId });
  });
}

test('a client that repeats with the same order id pays once', async () => {
  const world = await bursar.world();
  await world.fault('commit-then-504');
  await pay(createClient(world), 'invoice-1');
  await world.assertRight();
});

test('a client that takes the 504 for a failure pays twice', async () => {
  const world = await bursar.world();
  await world.fault('commit-then-504');
  await pay(createClient(world), 'invoice-1-again');
  await assert.rejects(world.assertRight(), /it was paid twice/);
});
