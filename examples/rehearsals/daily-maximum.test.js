/**
 * The daily maximum, over midnight
 *
 * An account may withdraw 2 ETH within 24 hours. A client that believes that the day of the exchange ends at midnight
 * sends the rest then, and is rejected; one that counts 24 hours from its last withdrawal is not.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startBursar } from 'bursar/testing';
import { createClient, payment } from './client.js';

const bursar = await startBursar();
after(() => bursar.stop());
await bursar.operator('PATCH', '/assets/ETH', { withdrawMaximumPerDay: '2' });
await bursar.clock.freeze();

const hour = 3_600_000;
const day = 24 * hour;
const now = async () => (await bursar.clock.state()).now;
const midnightAfter = (time) => (Math.floor(time / day) + 1) * day;

/** Pays 2 ETH an hour before midnight, and 1 ETH at the time that `next` computes. */
async function payInTwoDays(client, next) {
  await bursar.clock.advanceTo(midnightAfter(await now()) + day - hour);
  await client.withdraw({ ...payment, amount: '2', withdrawOrderId: 'wages-1' });
  const [{ applyTime }] = await client.withdrawals({ withdrawOrderId: 'wages-1' });
  await bursar.clock.advanceTo(next(Date.parse(`${applyTime}Z`)));
  return client.withdraw({ ...payment, amount: '1', withdrawOrderId: 'wages-2' });
}

test('24 hours after the first withdrawal, the second one is accepted', async () => {
  const client = createClient(await bursar.world());
  // `applyTime` has no milliseconds.
  assert.ok(await payInTwoDays(client, (applied) => applied + 1000 + day));
});

test('at midnight, it is rejected', async () => {
  const client = createClient(await bursar.world());
  await assert.rejects(payInTwoDays(client, midnightAfter), { status: 400, code: -4023 });
});
