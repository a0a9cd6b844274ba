/**
 * A restored backup that forgot a payout
 *
 * The exchange breaks down after a payout, and is restored from a backup that was made before. Its history does not show
 * the payout any more, and it has forgotten the order id too: a repetition is executed again, and on a real chain, which
 * nobody restores, the recipient is paid twice. Only the client can know: it compares what it has noted of each payout
 * with the history, pays nothing again that has a transaction, and asks a person.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, payment } from './client.js';
import { bursar } from './server.js';

/** @returns the transaction of the payout, an hour later. */
async function pay({ clock }, client, withdrawOrderId) {
  await client.withdraw({ ...payment, withdrawOrderId });
  await clock.advance('1h');
  const [{ txId }] = await client.withdrawals({ withdrawOrderId });
  return txId;
}

/** @returns a client with two payouts in its notes, of which the exchange has forgotten the second. */
async function afterTheBreakdown() {
  const world = await bursar.world();
  const client = createClient(world);
  await world.clock.freeze();
  const notes = new Map([['invoice-9', await pay(world, client, 'invoice-9')]]);
  const backup = await world.snapshot();
  notes.set('invoice-10', await pay(world, client, 'invoice-10'));
  await world.restore(backup);
  // Repairs take time. Without it, the world would repeat the same payout under the same id.
  await world.clock.advance('2h');
  return { client, notes };
}

test('a client that compares its notes with the history finds what was forgotten', async () => {
  const { client, notes } = await afterTheBreakdown();
  const rows = await client.withdrawals({ coin: payment.coin });
  const known = new Map(rows.map(({ withdrawOrderId, txId }) => [withdrawOrderId, txId]));
  const forgotten = [...notes].filter(([orderId, txId]) => txId !== '' && known.get(orderId) !== txId);
  assert.deepEqual(
    forgotten.map(([orderId]) => orderId),
    ['invoice-10'],
  );
});

test('a client that repeats what the history does not show pays twice, even with the same order id', async () => {
  const { client, notes } = await afterTheBreakdown();
  for (const withdrawOrderId of notes.keys()) {
    const [row] = await client.withdrawals({ withdrawOrderId });
    if (row === undefined) await client.withdraw({ ...payment, withdrawOrderId });
  }
  const rows = await client.withdrawals({ withdrawOrderId: 'invoice-10' });
  assert.equal(rows.length, 1);
  assert.notEqual(rows[0].txId, notes.get('invoice-10'));
});
