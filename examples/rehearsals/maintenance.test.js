/**
 * Maintenance during a payout run
 *
 * The exchange goes into maintenance after the second of five payouts. Rejections then say -1016, and that nothing was
 * done. A run that skips what fails leaves three of five unpaid; one that waits until the system status is 0, and repeats
 * with the same order ids, pays each once. What was accepted before is sent when the maintenance ends.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startBursar } from 'bursar/testing';
import { createClient, payment } from './client.js';

const bursar = await startBursar();
after(() => bursar.stop());
await bursar.clock.freeze();

const setMaintenance = (status) => bursar.operator('PUT', '/system-status', { status });
const invoices = ['run-1', 'run-2', 'run-3', 'run-4', 'run-5'];

/** @param onMaintenance what the run does; it returns whether to try this payout again */
async function payAll(client, onMaintenance) {
  for (const [index, withdrawOrderId] of invoices.entries()) {
    if (index === 2) await setMaintenance(1);
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
  await setMaintenance(0);
}

async function paid(client) {
  await bursar.clock.advance('1h');
  const rows = await client.withdrawals({ coin: payment.coin });
  return rows.filter(({ status }) => status === 6).map((each) => each.withdrawOrderId);
}

test('a run that waits for the end of the maintenance pays each invoice once', async () => {
  const client = createClient(await bursar.world());
  let minutes = 0;
  await payAll(client, async () => {
    while ((await client.systemStatus()).status === 1) {
      await bursar.clock.advance('10m');
      minutes += 10;
      if (minutes === 60) await setMaintenance(0);
    }
    return true;
  });
  assert.equal(minutes, 60);
  assert.deepEqual((await paid(client)).sort(), invoices);
});

test('a run that skips what fails leaves three invoices unpaid', async () => {
  const client = createClient(await bursar.world());
  await payAll(client, () => false);
  assert.deepEqual((await paid(client)).sort(), ['run-1', 'run-2']);
});
