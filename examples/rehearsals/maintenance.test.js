/**
 * Maintenance during a payout run
 *
 * The exchange goes into maintenance after the second of five payouts. Rejections then say -1016, and that nothing was
 * done. A run that skips what fails leaves three of five unpaid; one that waits until the system status is 0, and repeats
 * with the same order ids, pays each once. What was accepted before is sent when the maintenance ends.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, payment } from './client.js';
import { bursar } from './server.js';

const setMaintenance = (world, status) => world.operator('PUT', '/system-status', { status });
const invoices = ['run-1', 'run-2', 'run-3', 'run-4', 'run-5'];

/**
 * @param onMaintenance what the run does; it returns whether to try this payout again
 * @returns the invoices that are paid an hour later
 */
async function payAll(world, client, onMaintenance) {
  await world.clock.freeze();
  for (const [index, withdrawOrderId] of invoices.entries()) {
    if (index === 2) await setMaintenance(world, 1);
    for (let again = true; again; ) {
      again = await client.withdraw({ ...payment, withdrawOrderId }).then(
        () => false,
        (error) => {
          if (error.code !== -1016) throw error;
          return onMaintenance();
        },
      );
    }
  }
  await setMaintenance(world, 0);
  await world.clock.advance('1h');
  const rows = await client.withdrawals({ coin: payment.coin });
  const completed = rows.filter(({ status }) => status === 6);
  return completed.map((each) => each.withdrawOrderId).sort();
}

test('a run that waits for the end of the maintenance pays each invoice once', async () => {
  const world = await bursar.world();
  const client = createClient(world);
  let minutes = 0;
  const paid = await payAll(world, client, async () => {
    while ((await client.systemStatus()).status === 1) {
      await world.clock.advance('10m');
      minutes += 10;
      if (minutes === 60) await setMaintenance(world, 0);
    }
    return true;
  });
  assert.equal(minutes, 60);
  assert.deepEqual(paid, invoices);
});

test('a run that skips what fails leaves three invoices unpaid', async () => {
  const world = await bursar.world();
  const paid = await payAll(world, createClient(world), () => false);
  assert.deepEqual(paid, ['run-1', 'run-2']);
});
