/**
 * A withdrawal that is stuck
 *
 * No block takes the transaction, so the withdrawal stays in status 4 for hours. A client that pays again after some time
 * pays twice, because the first one is confirmed after all: here as soon as the exchange sends it with a higher fee.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, payment } from './client.js';
import { bursar } from './server.js';

const order = { ...payment, withdrawOrderId: 'invoice-4' };
const completed = 6;

/** Looks once an hour. @param onDelay what the client does after six hours */
async function payAndWait({ clock }, client, onDelay) {
  await clock.freeze();
  const { id } = await client.withdraw(order);
  for (let hours = 1; hours <= 24; hours += 1) {
    await clock.advance('1h');
    const rows = await client.withdrawals({ coin: order.coin });
    if (rows.find((each) => each.id === id)?.status === completed) return hours;
    if (hours === 6) await onDelay(id);
  }
}

test('a client that waits, and asks the exchange to help, pays once', async () => {
  const world = await bursar.world();
  await world.fault('stuck');
  const askForHelp = (id) => world.operator('POST', `/withdrawals/${id}/resend`, {});
  assert.equal(await payAndWait(world, createClient(world), askForHelp), 7);
  await world.assertRight();
});

test('a client that pays again after six hours pays twice', async () => {
  const world = await bursar.world();
  await world.fault('stuck');
  const client = createClient(world);
  await payAndWait(world, client, () => client.withdraw({ ...order, withdrawOrderId: 'invoice-4-again' }));
  await assert.rejects(world.assertRight(), /it was paid twice/);
});
