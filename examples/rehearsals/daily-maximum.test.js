/**
 * The daily maximum, over midnight
 *
 * An account may withdraw 2 ETH within 24 hours. A client that believes that the day of the exchange ends at midnight
 * sends the rest then, and is rejected; one that counts 24 hours from its last withdrawal is not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, payment } from './client.js';
import { bursar } from './server.js';

const hour = 3_600_000;
const day = 24 * hour;
const midnightAfter = (time) => (Math.floor(time / day) + 1) * day;

/** Pays 2 ETH an hour before midnight, and 1 ETH at the time that `next` computes. */
async function payInTwoDays(world, next) {
  const { clock } = world;
  const client = createClient(world);
  await world.operator('PATCH', '/assets/ETH', { withdrawMaximumPerDay: '2' });
  const { now } = await clock.freeze();
  await clock.advanceTo(midnightAfter(now) + day - hour);
  await client.withdraw({ ...payment, amount: '2', withdrawOrderId: 'wages-1' });
  const [{ applyTime }] = await client.withdrawals({ withdrawOrderId: 'wages-1' });
  await clock.advanceTo(next(Date.parse(`${applyTime}Z`)));
  return client.withdraw({ ...payment, amount: '1', withdrawOrderId: 'wages-2' });
}

test('24 hours after the first withdrawal, the second one is accepted', async () => {
  // `applyTime` has no milliseconds.
  assert.ok(await payInTwoDays(await bursar.world(), (applied) => applied + 1000 + day));
});

test('at midnight, it is rejected', async () => {
  await assert.rejects(payInTwoDays(await bursar.world(), midnightAfter), { status: 400, code: -4023 });
});
