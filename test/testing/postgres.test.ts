/** Worlds of `bursar/testing` on PostgreSQL. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBursar } from '../../src/testing/index.ts';
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts';

test('a world on PostgreSQL is a database, with its balances, snapshots and forks', {
  skip: skipWithoutPostgres,
}, async () => {
  const cluster = await startPostgres();
  try {
    const bursar = await startBursar({ settings: { DATABASE_URL: await cluster.createDatabase() } });
    try {
      const world = await bursar.world({ storage: 'postgres', balances: { ETH: '3' } });
      const shown = await bursar.operator<{ storage: string }>('GET', `/lab/worlds/${world.name}`);
      assert.equal(shown.storage, 'postgres');
      const free = async (of: typeof world) => {
        type Balances = { readonly balances: readonly { readonly asset: string; readonly free: string }[] };
        const { balances } = await of.operator<Balances>('GET', `/accounts/${of.email}/balances`);
        return balances.find(({ asset }) => asset === 'ETH')?.free;
      };
      const before = await world.snapshot();
      await world.deposit({ asset: 'ETH', amount: '2' });
      const fork = await world.fork();
      await world.restore(before);
      assert.deepEqual([await free(world), await free(fork)], ['3', '5']);
    } finally {
      await bursar.stop();
    }
  } finally {
    await cluster.stop();
  }
});
