/**
 * A ban of two minutes, passed in a millisecond
 *
 * The exchange bans the key for two minutes. A client that waits as long as `Retry-After` says is served again; one that
 * goes on is not, and on the real exchange its next ban is longer. The client waits on the clock of the world, which the
 * test advances, so nobody waits. Time on the wire follows the world too, because the verdict compares when requests came.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, payment } from './client.js';
import { bursar } from './server.js';

const twoMinutes = 120;
const ban = { kind: 'rejections', status: 418, retryAfterSeconds: twoMinutes, seconds: twoMinutes };

/** A world whose time stands still, also for the timestamps of requests, and a client that has the same time. */
async function frozenWorld() {
  const world = await bursar.world();
  await world.clock.freeze({ wire: 'world' });
  const now = async () => (await world.clock.state()).wireNow;
  return { world, now, client: createClient(world, { now }) };
}

/** @param wait passes the time, in milliseconds, until the client tries again */
async function pay(client, wait) {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    try {
      return await client.withdraw({ ...payment, withdrawOrderId: 'invoice-2' });
    } catch (error) {
      if (error.status !== 418) throw error;
      await wait(error.retryAfterMs);
    }
  }
}

test('a client that waits as long as Retry-After says is served again', async () => {
  const { world, now, client } = await frozenWorld();
  await world.fault({ do: { position: 'before', ending: ban } });
  const began = await now();
  assert.ok(await pay(client, (ms) => world.clock.advance(ms)));
  assert.equal((await now()) - began, twoMinutes * 1000);
  await world.assertRight();
});

test('a client that goes on while it is banned is not served', async () => {
  const { world, client } = await frozenWorld();
  await world.fault({ do: { position: 'before', ending: ban } });
  assert.equal(await pay(client, () => world.clock.advance('10s')), undefined);
  await assert.rejects(world.assertRight(), /although the client was banned/);
});
