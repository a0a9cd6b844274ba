/**
 * A deposit that is reorganised away after it was spent
 *
 * The exchange has credited a deposit, and its owner pays it out. Then other blocks replace those of the chain, and in
 * them the deposit was never made. The exchange takes the credit back; what is no longer there is owed, and nothing can
 * be withdrawn until later deposits have paid it. A client that waits before it spends what it has received, and then
 * looks whether it is still there, owes nothing.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient, payment } from './client.js';
import { bursar } from './server.js';

const coin = 'ETH';
const received = 1;

async function worldWithDeposit() {
  const world = await bursar.world({ balances: {} });
  await world.clock.freeze();
  const heightBefore = (await world.chain.heights())[coin];
  await world.deposit({ asset: coin, amount: '2' });
  return { world, heightBefore };
}

/** The chain forgets the blocks since the deposit with all that is in them; the exchange looks at the new ones. */
async function reorganise({ chain, clock }, heightBefore) {
  await chain.reorganise(coin, (await chain.heights())[coin] - heightBefore, { reinclude: false });
  await clock.advance('10s');
}

/** @param wait what the client does before it spends. @returns whether it has paid anything. */
async function payOut(client, wait) {
  await wait();
  const [deposit] = await client.deposits({ coin });
  if (deposit?.status !== received) return false;
  await client.withdraw({ ...payment, amount: '1.5', withdrawOrderId: 'payout-3' });
  return true;
}

async function owedBy({ email, operator }) {
  const { balances } = await operator('GET', `/accounts/${email}/balances`);
  return Number(balances.find(({ asset }) => asset === coin)?.owed ?? 0);
}

test('a client that waits, and looks again, owes nothing', async () => {
  const { world, heightBefore } = await worldWithDeposit();
  // While it waits, the deposit is reorganised away.
  assert.equal(await payOut(createClient(world), () => reorganise(world, heightBefore)), false);
  assert.equal(await owedBy(world), 0);
});

test('a client that spends a deposit at once owes it', async () => {
  const { world, heightBefore } = await worldWithDeposit();
  const client = createClient(world);
  assert.equal(await payOut(client, () => {}), true);
  await world.clock.advance('5s');
  await reorganise(world, heightBefore);
  assert.equal(await owedBy(world), 1.5);
  const next = { ...payment, withdrawOrderId: 'payout-4' };
  await assert.rejects(client.withdraw(next), { status: 400 });
  // A later deposit pays it first.
  await world.deposit({ asset: coin, amount: '3' });
  assert.deepEqual([await owedBy(world), await client.free(coin)], [0, 1.5]);
  assert.ok(await client.withdraw(next));
});
