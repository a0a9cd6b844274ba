import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBursar } from 'bursar/testing';
import { createWallet } from './wallet.js';

let bursar;
before(async () => {
  bursar = await startBursar();
});
after(() => bursar.stop());

test('a withdrawal that timed out is paid once', async () => {
  const world = await bursar.world();
  const wallet = createWallet(world);
  const fault = await world.fault({ on: { operation: 'withdraw' }, do: 'commit-then-504' });
  const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
  const id = await wallet.pay({ coin: 'ETH', address, amount: '0.5', withdrawOrderId: 'invoice-1' });
  assert.equal((await fault.firings()).length, 1);
  assert.deepEqual(
    (await wallet.history({ coin: 'ETH' })).map((each) => each.id),
    [id],
  );
});
