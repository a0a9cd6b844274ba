import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverStopping, openStoreWorld } from '../../test/support/store-world.ts';
import { transferBetweenAccounts } from '../command/account/sub-account-transfer.ts';
import { ForgottenWithdrawals } from './forgotten-withdrawals.ts';

const pagesAtStart = 5_000 / 250;

/** A ledger with more transfers than a start looks at, none of them sealed. */
async function openUnsealedLedger() {
  const world = await openStoreWorld();
  await world.credit('alice', 'BTC', '1');
  const input = { masterId: world.master, fromEmail: 'alice@example.com', toEmail: 'bob@example.com' };
  const amount = { coefficient: 1n, scale: 8 };
  const execution = { command: transferBetweenAccounts, input: { ...input, asset: 'BTC', amount } };
  await world.store.execute(Array.from({ length: 6_000 }, () => execution));
  return world;
}

test('a start looks at the newest transfers only, and other work runs between the pages', async () => {
  const world = await openUnsealedLedger();
  let yields = 0;
  const forgotten = new ForgottenWithdrawals({
    reads: world.store.reads,
    chains: { of: () => assert.fail('no withdrawal was settled') },
    yieldNow: async () => {
      yields += 1;
    },
    stopping: neverStopping,
  });
  assert.equal(await forgotten.sendAgain('BTC', 0, 'started'), true);
  assert.equal(yields, pagesAtStart);
  assert.equal(await forgotten.sendAgain('BTC', 0, 'reorganised'), true);
  assert.ok(yields > 2 * pagesAtStart, 'after a reorganisation it looks further back');
});

test('a search that the stop of the server interrupts is not complete', async () => {
  const world = await openUnsealedLedger();
  const stop = new AbortController();
  let yields = 0;
  const forgotten = new ForgottenWithdrawals({
    reads: world.store.reads,
    chains: { of: () => assert.fail('no withdrawal was settled') },
    yieldNow: async () => {
      yields += 1;
      stop.abort();
    },
    stopping: stop.signal,
  });
  assert.equal(await forgotten.sendAgain('BTC', 0, 'started'), false);
  assert.equal(yields, 1);
});
