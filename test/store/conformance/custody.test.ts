/** Custody of an asset on a network: a single row that many commands of a batch, and many processes, take from. */
import assert from 'node:assert/strict';
import { commands } from '../../../src/command/registry.ts';
import { custodyOf } from '../../../src/store/lookups.ts';
import type { Execution, Store, Write } from '../../../src/store/port.ts';
import { amountOf, buildModelWorld, emailOf } from '../../property/model-world.ts';
import { assertCustodyMatches } from '../../support/ledger-checks.ts';
import { operator } from '../../support/world-plan.ts';
import { withdraw } from './orders.ts';
import { kindOf, looking, runAll, writing } from './raw.ts';
import { conformance, shared } from './stores.ts';

const place = { asset: 'BTC', network: 'NET1' };
const row = (available: bigint, waiting = 0) => ({ ...place, available, waiting });

/** Adds to the available amount, or creates the row. */
const add = (units: bigint, more: readonly Write[] = []): Execution => ({
  command: {
    name: 'raw-add',
    prefetch: [() => [custodyOf('BTC')]],
    decide: (_input, rows) => {
      const found = rows.all(custodyOf('BTC')).find(({ network }) => network === place.network);
      const written: Write =
        found === undefined
          ? { insert: 'custody', row: row(units) }
          : { update: 'custody', key: place, set: { available: found.available + units } };
      return { reply: 'added', writes: [...more, written] };
    },
  },
  input: {},
});

const shown = async ({ reads }: Store) =>
  (await reads.rows('custody', {})).map((each) => `${each.network} ${each.available} ${each.waiting}`);

conformance('commands of a batch see what earlier ones took from custody', async (_site, store) => {
  await runAll(store, [add(5n), add(7n), add(-2n)]);
  assert.deepEqual(await shown(store), ['NET1 10 0']);
  const other = writing({ insert: 'custody', row: { ...row(3n), network: 'NET2' } });
  const [, , found] = await runAll(store, [add(1n), other, looking(custodyOf('BTC'))]);
  assert.deepEqual(
    (found as { available: bigint }[]).map(({ available }) => available),
    [11n, 3n],
  );
  await runAll(store, [add(1n), writing({ put: 'custody', row: row(100n, 2) }), add(1n)]);
  assert.deepEqual(await shown(store), ['NET1 101 2', 'NET2 3 0']);
  await runAll(store, [add(1n), writing({ delete: 'custody', key: place }), add(4n)]);
  assert.deepEqual(await shown(store), ['NET1 4 0', 'NET2 3 0']);
});

conformance('custody is never negative, and a rejected command takes nothing', async (_site, store) => {
  await runAll(store, [add(5n)]);
  const overdrawn = writing({ update: 'custody', key: place, set: { available: -100n } });
  const miscounted = writing({ update: 'custody', key: place, set: { waiting: -1 } });
  const failing = add(9n, [{ update: 'custody', key: { ...place, network: 'NONE' }, set: { waiting: 1 } }]);
  for (const broken of [overdrawn, miscounted, failing]) {
    const outcomes = await store.execute([add(1n), broken, add(2n)]);
    assert.deepEqual(outcomes.map(kindOf), ['done', 'bug', 'done']);
  }
  assert.deepEqual(await shown(store), ['NET1 14 0']);
});

conformance(
  'when two stores claim many withdrawals concurrently, as many succeed as custody covers',
  async (site, store) => {
    const [master = 0] = await buildModelWorld(store);
    const booking = { operator, email: emailOf(0), asset: 'BTC', direction: 'credit' as const };
    const promised = { ...booking, amount: amountOf(100_000n, 'BTC'), backed: false };
    const orders = Array.from({ length: 40 }, () => withdraw(master, 100n));
    const [, ...receipts] = await runAll(store, [
      { command: commands.adjustBalance, input: promised },
      ...orders,
    ]);
    const stores = [store, await site.open()];
    const covered = { ...booking, amount: amountOf(90n, 'BTC') };
    const outside = {
      asset: 'BTC',
      network: 'NET1',
      address: 'somewhere',
      addressTag: '',
    };
    const work = receipts.flatMap((receipt, index): Execution[] => {
      const { id } = receipt as { id: string };
      const transaction = { txId: `tx-${id}`, signedTransaction: id };
      const input = { withdrawal: { ...outside, id, accountId: master }, transaction };
      const claim = { command: commands.claimWithdrawal, input };
      return index < 10 ? [{ command: commands.adjustBalance, input: covered }, claim] : [claim];
    });
    const batches = Array.from({ length: 10 }, (_, index) => work.slice(index * 5, index * 5 + 5));
    const outcomes = await Promise.all(batches.map((batch, index) => stores[index % 2]!.execute(batch)));
    assert.deepEqual([...new Set(outcomes.flat().map(kindOf))], ['done']);
    const rows = await store.reads.rows('withdrawals', {});
    const sent = rows.filter(({ stage }) => stage === 'broadcast').length;
    assert.ok(sent <= 10 && rows.every(({ stage }) => stage === 'broadcast' || stage === 'waiting'));
    assert.deepEqual(await shown(store), [`NET1 ${900 - sent * 90} ${40 - sent}`]);
    await assertCustodyMatches(store);
  },
  shared,
);
