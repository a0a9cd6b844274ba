/** Dividends are paid in pages: bounded, resumable by another process, and paid once whichever process pays them. */
import assert from 'node:assert/strict';
import { type Commands, commands } from '../../../src/command/registry.ts';
import type { Store } from '../../../src/store/port.ts';
import { DividendWorker } from '../../../src/worker/dividend-worker.ts';
import { amountOf, buildModelWorld } from '../../property/model-world.ts';
import { assertLedgerBalances } from '../../support/ledger-checks.ts';
import { clockReading } from '../../support/manual-clock.ts';
import { neverStopping } from '../../support/store-world.ts';
import { operator } from '../../support/world-plan.ts';
import { kindOf, run, runAll } from './raw.ts';
import { conformance, type Site, shared } from './stores.ts';

const holders = 450;
const total = 100_000n;

/** @returns the number of a dividend that is to be paid to every holder. */
async function prepare(store: Store, { start = true } = {}): Promise<number> {
  await buildModelWorld(store);
  const opened = await runAll(
    store,
    Array.from({ length: holders }, (_, index) => ({
      command: commands.openAccount,
      input: { operator, email: `holder${index}@example.com` },
    })),
  );
  const order = { operator, asset: 'BNB', holdersOf: 'BTC', total: amountOf(total, 'BNB'), info: 'a gift' };
  const { tranId } = (await run(store, { command: commands.beginDividend, input: order })) as {
    tranId: number;
  };
  const shares = opened.map((each, index) => ({
    accountId: (each as { id: number }).id,
    units: index === 0 ? total - BigInt(holders - 1) : 1n,
  }));
  await run(store, { command: commands.recordDividendShares, input: { tranId, shares } });
  const input = { operator, tranId, payments: shares.length };
  if (start) await run(store, { command: commands.startDividend, input });
  return tranId;
}

/** A worker on a store, killed at its `lives`th command. @returns the number of rows that each command wrote. */
function workerOver(site: Site, store: Store, lives = Number.POSITIVE_INFINITY) {
  const pages: number[] = [];
  const port: Commands = {
    async submit(name, input) {
      if (pages.length >= lives) throw new Error('killed');
      pages.push((input as { accountIds?: readonly number[] }).accountIds?.length ?? 0);
      const [outcome] = await store.execute([{ command: commands[name], input }]);
      return outcome as never;
    },
  };
  const worker = new DividendWorker({
    reads: store.reads,
    commands: port,
    clock: clockReading(() => site.clock.ms),
    stopping: neverStopping,
  });
  return { worker, pages };
}

async function assertPaidOnce(store: Store, tranId: number): Promise<void> {
  const payments = await store.reads.rows('dividend_payments', { tranId });
  assert.equal(payments.length, holders);
  assert.equal(
    payments.reduce((sum, { amount }) => sum + amount, 0n),
    total,
  );
  assert.equal((await store.reads.rows('transfers', { reference: `${tranId}` })).length, holders);
  assert.deepEqual(await store.reads.rows('dividend_shares', {}), []);
  assert.equal((await store.reads.row('dividends', { tranId }))?.state, 'done');
  await assertLedgerBalances(store);
}

conformance('a dividend is paid in pages of at most 100, and then done', async (site, store) => {
  const tranId = await prepare(store);
  const { worker, pages } = workerOver(site, store);
  assert.equal(await worker.payPages(), false);
  assert.deepEqual(pages, [100, 100, 100, 100, 50, 0]);
  await assertPaidOnce(store, tranId);
  assert.equal(await worker.payPages(), false);
  assert.equal(pages.length, 6, 'a completed dividend is left unchanged');
});

for (const lives of [0, 1, 3, 5]) {
  conformance(
    `a distribution that is killed after ${lives} commits is resumed by the next process`,
    async (site, store) => {
      const tranId = await prepare(store);
      await assert.rejects(workerOver(site, store, lives).worker.payPages(), /killed/);
      const paid = await store.reads.rows('dividend_payments', {});
      assert.equal(paid.length, Math.min(holders, lives * 100));
      assert.equal((await store.reads.rows('transfers', { reference: `${tranId}` })).length, paid.length);
      await site.closeStores();
      const next = await site.open();
      await workerOver(site, next).worker.payPages();
      await assertPaidOnce(next, tranId);
    },
    shared,
  );
}

conformance(
  'two processes that pay one dividend concurrently pay each share once',
  async (site, store) => {
    const tranId = await prepare(store);
    const stores = [store, await site.open(), store];
    await Promise.all(stores.map((each) => workerOver(site, each).worker.payPages()));
    await assertPaidOnce(store, tranId);
  },
  shared,
);

conformance('the same page again pays nothing', async (_site, store) => {
  const tranId = await prepare(store);
  const [first, second] = await store.reads.dividendShares(tranId, 2);
  const input = { tranId, accountIds: [first!.accountId, second!.accountId] };
  const page = { command: commands.payDividendShares, input };
  assert.deepEqual(await runAll(store, [page, page]), [{ paid: 2 }, { paid: 0 }]);
  assert.deepEqual(await run(store, page), { paid: 0 });
  assert.deepEqual(await run(store, { command: commands.finishDividend, input: { tranId } }), {
    finished: false,
  });
  assert.equal((await store.reads.rows('dividend_payments', {})).length, 2);
});

conformance(
  'a dividend that was never started pays nothing and is eventually removed',
  async (site, store) => {
    const tranId = await prepare(store, { start: false });
    const { worker } = workerOver(site, store);
    await worker.payPages();
    assert.equal((await store.reads.rows('dividend_shares', {})).length, holders, 'it may still be started');
    site.clock.ms += 6 * 60_000;
    const start = { command: commands.startDividend, input: { operator, tranId, payments: holders } };
    assert.deepEqual((await store.execute([start])).map(kindOf), ['dividend-abandoned'], 'too late');
    await worker.payPages();
    assert.equal((await store.reads.rows('dividend_shares', {})).length, holders);
    site.clock.ms += 6 * 60_000;
    await worker.payPages();
    assert.deepEqual(await store.reads.rows('dividend_shares', {}), []);
    assert.deepEqual(await store.reads.rows('dividends', {}), []);
    assert.deepEqual(await store.reads.rows('dividend_payments', {}), []);
  },
);
