import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverStopping, openStoreWorld } from '../../test/support/store-world.ts';
import { decimal, operator } from '../../test/support/world-plan.ts';
import { adjustBalance } from '../command/ledger/balance-adjust.ts';
import { SealWorker } from '../worker/seal-worker.ts';
import { checkIntegrity } from './integrity.ts';

test('an empty database passes: every asset has zero totals, and there is no hash chain yet', async () => {
  const { store } = await openStoreWorld();
  const report = await checkIntegrity(store.reads, store.catalog());
  const { assets, ...rest } = report;
  assert.deepEqual(
    assets.map(({ asset, sum }) => [asset, sum]),
    ['ADA', 'BNB', 'BTC', 'ETH', 'SKY', 'XRP'].map((asset) => [asset, '0']),
  );
  assert.deepEqual(rest, {
    ok: true,
    solvent: true,
    remainders: [],
    reorganised: [],
    transfers: 0,
    balancesRecomputed: 0,
    mismatches: [],
    chain: { sealed: 0, head: null, verified: true },
  });
});

test('amounts are exact decimals of the asset, beyond the precision of a double', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'ETH', '123456789.000000000000000001');
  const { assets } = await checkIntegrity(world.store.reads, world.store.catalog());
  assert.deepEqual(
    assets.find(({ asset }) => asset === 'ETH'),
    {
      asset: 'ETH',
      sum: '0',
      customerLiabilities: '123456789.000000000000000001',
      custody: '123456789.000000000000000001',
      reorganised: '0',
      covered: true,
      networks: [
        {
          network: 'ETH',
          custody: '123456789.000000000000000001',
          reserved: '0',
          available: '123456789.000000000000000001',
          waiting: 0,
        },
      ],
      openHolds: '0',
      fees: '0',
      dust: '0',
      adjustments: '0',
      owed: '0',
    },
  );
});

test('rows are read in bounded pages, and other tasks run between them', async () => {
  const world = await openStoreWorld();
  const credit = { operator, email: 'alice@example.com', asset: 'BTC', amount: decimal('1') };
  const input = { ...credit, direction: 'credit' as const };
  await world.store.execute(Array.from({ length: 2_500 }, () => ({ command: adjustBalance, input })));
  const sealer = new SealWorker({
    reads: world.store.reads,
    commands: world.commands,
    yieldNow: async () => {},
    stopping: neverStopping,
  });
  await sealer.sealNew();
  const pages: number[] = [];
  const report = await checkIntegrity(world.store.reads, world.store.catalog(), async (rows) => {
    pages.push(rows);
  });
  assert.deepEqual(pages, [1000, 1000]);
  assert.deepEqual([report.ok, report.transfers, report.chain.sealed], [true, 2_500, 2_500]);
});
