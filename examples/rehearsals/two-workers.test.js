/**
 * Two workers and one order id
 *
 * Two workers take the same invoice from a queue and pay it at the same moment. If the order id comes from the invoice,
 * the exchange executes one request, and answers the other with the same id. If each worker makes its own, it pays twice.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, payment } from './client.js';
import { bursar } from './server.js';

/** @returns the ids that the workers got. */
const race = (client, orderIdOf) =>
  Promise.all(
    ['worker-a', 'worker-b'].map(async (worker) => {
      const { id } = await client.withdraw({ ...payment, withdrawOrderId: orderIdOf('invoice-8', worker) });
      return id;
    }),
  );

test('with the order id of the invoice, both workers get the same withdrawal', async () => {
  const client = createClient(await bursar.world());
  const [one, other] = await race(client, (invoice) => invoice);
  assert.equal(one, other);
  assert.equal((await client.withdrawals({ coin: payment.coin })).length, 1);
});

test('with an order id of each worker, the invoice is paid twice', async () => {
  const client = createClient(await bursar.world());
  const [one, other] = await race(client, (invoice, worker) => `${invoice}-${worker}`);
  assert.notEqual(one, other);
  assert.equal((await client.withdrawals({ coin: payment.coin })).length, 2);
});
