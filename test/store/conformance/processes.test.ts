/** Several stores on one database, as with several processes: they share the work and lose nothing. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { commands } from '../../../src/command/registry.ts';
import type { Execution, Outcome, Store } from '../../../src/store/port.ts';
import type { Row } from '../../../src/store/tables.ts';
import { addressOf, amountOf, buildModelWorld, emailOf, names } from '../../property/model-world.ts';
import { assertLedgerBalances } from '../../support/ledger-checks.ts';
import { createRandom, seed } from '../../support/seed.ts';
import { operator } from '../../support/world-plan.ts';
import { adjust, withdraw } from './orders.ts';
import { kindOf, replyOf, runAll } from './raw.ts';
import { conformance, openSite, type Site, shared } from './stores.ts';

const postgresOnly = ['PostgreSQL'] as const;

async function openTwo(site: Site, first: Store): Promise<readonly Store[]> {
  return [first, await site.open()];
}

/** Executes all batches concurrently, distributed over the stores. */
async function race(
  stores: readonly Store[],
  batches: readonly (readonly Execution[])[],
): Promise<Outcome[][]> {
  const running = batches.map((batch, index) => stores[index % stores.length]!.execute(batch));
  return (await Promise.all(running)).map((outcomes) => [...outcomes]);
}

conformance(
  'concurrent commands with one order id all get the same withdrawal',
  async (site, store) => {
    const [master = 0] = await buildModelWorld(store);
    await runAll(store, [adjust(0, 100_000n), adjust(0, 100_000n, 'BNB')]);
    const stores = await openTwo(site, store);
    const order = (index: number) => withdraw(master, 100n, { orderId: `o-${index % 5}` });
    const batches = Array.from({ length: 8 }, (_, turn) =>
      Array.from({ length: 10 }, (_, index) => order(index * 3 + turn)),
    );
    const outcomes = (await race(stores, batches)).flat();
    const ids = new Set(outcomes.map((outcome) => (replyOf(outcome) as { id: string }).id));
    assert.equal(ids.size, 5);
    const rows = await store.reads.rows('withdrawals', {});
    assert.deepEqual(new Set(rows.map(({ id }) => id)), ids);
    await assertLedgerBalances(store);
  },
  shared,
);

conformance(
  'random concurrent commands of two stores: nothing is lost, no deadlock, the books balance',
  async (site, store) => {
    const ids = await buildModelWorld(store);
    const random = createRandom(seed);
    const codes = ['BTC', 'BNB', 'ADA', 'XRP'];
    const stores = await openTwo(site, store);
    const transfer = (): Execution => ({
      command: commands.transferBetweenAccounts,
      input: {
        masterId: ids[0],
        fromEmail: emailOf(random.below(3)),
        toEmail: emailOf(random.below(3)),
        asset: random.pick(codes),
        amount: amountOf(BigInt(1 + random.below(50)), 'BTC'),
      },
    });
    const internal = () =>
      withdraw(ids[random.below(4)]!, BigInt(30 + 5 * random.below(20)), {
        address: addressOf(random.below(4), 'BTC'),
      });
    const dividend = (): Execution => ({
      command: commands.distributeDividend,
      input: {
        operator,
        asset: random.pick(codes),
        holdersOf: random.pick(codes),
        total: amountOf(999n, 'BTC'),
        info: '',
      },
    });
    const step = () => {
      const dice = random.below(20);
      if (dice < 8)
        return adjust(random.below(names.length), BigInt(1 + random.below(500)), random.pick(codes));
      if (dice < 13) return transfer();
      return dice < 19 ? internal() : dividend();
    };
    const batches = Array.from({ length: 60 }, () => Array.from({ length: 1 + random.below(12) }, step));
    const outcomes = (await race(stores, batches)).flat();
    const faults = outcomes.filter((outcome) => 'fault' in outcome);
    assert.deepEqual(faults, [], `seed ${seed}`);
    assert.ok(outcomes.filter((outcome) => 'done' in outcome).length > 100);
    await assertLedgerBalances(store);
    const tranIds = (await store.reads.rows('sub_account_transfers', {})).map((row) => `${row.tranId}`);
    const internals = (await store.reads.rows('deposits', {})).map((row) => row.txId.split(' ')[2]);
    assert.equal(new Set([...tranIds, ...internals]).size, tranIds.length + internals.length);
  },
  postgresOnly,
);

conformance(
  'a new balance is credited correctly by both stores',
  async (site, store) => {
    await buildModelWorld(store);
    const stores = await openTwo(site, store);
    const batches = Array.from({ length: 12 }, (_, index) => [
      adjust(index % 3, 1n),
      adjust((index + 1) % 3, 1n),
    ]);
    for (const outcomes of await race(stores, batches))
      assert.deepEqual(outcomes.map(kindOf), ['done', 'done']);
    const rows = await store.reads.rows('balances', { asset: 'BTC' });
    assert.deepEqual(
      rows.map(({ free }) => free),
      [8n, 8n, 8n],
    );
  },
  shared,
);

conformance(
  'an account changed by both stores keeps every change',
  async (site, store) => {
    await buildModelWorld(store);
    const stores = await openTwo(site, store);
    const lock = { command: commands.putTradingLock, input: { operator, email: emailOf(0), locked: true } };
    const batches = Array.from({ length: 10 }, () => [lock]);
    for (const outcomes of await race(stores, batches)) assert.deepEqual(outcomes.map(kindOf), ['done']);
    assert.equal((await store.reads.row('accounts', { email: emailOf(0) }))?.lockCount, 10);
  },
  shared,
);

conformance(
  'if two stores claim a withdrawal, seal the chain or define an asset concurrently, one succeeds',
  async (site, store) => {
    const [master = 0] = await buildModelWorld(store);
    await runAll(store, [adjust(0, 1000n)]);
    const [{ id }] = (await runAll(store, [withdraw(master, 100n)])) as [{ id: string }];
    const stores = await openTwo(site, store);
    const asset = store.catalog().assets.get('BTC')!;
    const claim = (index: number) => ({
      withdrawal: {
        id,
        accountId: master,
        asset: 'BTC',
        network: 'NET1',
        address: 'somewhere',
        addressTag: '',
      },
      transaction: { txId: `tx-${index}`, signedTransaction: 's' },
    });
    const attempts = (index: number): Execution[] => [
      { command: commands.claimWithdrawal, input: claim(index) },
      { command: commands.sealTransfers, input: { previousSeq: 0, lastSeq: index + 1, hash: `h-${index}` } },
      { command: commands.putAsset, input: { operator, asset: { ...asset, asset: 'TWO', scale: index } } },
    ];
    const refusals = ['withdrawal-stage-wrong', 'seal-superseded', 'asset-scale-fixed'];
    for (const [kind, refusal] of refusals.entries()) {
      const batches = Array.from({ length: 8 }, (_, index) => [attempts(index)[kind]!]);
      const kinds = (await race(stores, batches)).flat().map(kindOf);
      assert.deepEqual(kinds.sort(), ['done', ...Array(7).fill(refusal)].sort(), `attempt ${kind}`);
    }
  },
  postgresOnly,
);

conformance(
  'a sequential reader of transfers misses none while both stores write',
  async (site, store) => {
    await buildModelWorld(store);
    const stores = await openTwo(site, store);
    let isWriting = true;
    const seen: number[] = [];
    const follow = async () => {
      for (let last = false; ; last = !isWriting) {
        const page = await store.reads.transfersAfter(seen.at(-1) ?? 0, 7);
        seen.push(...page.map(({ seq }) => seq));
        if (last && page.length === 0) return;
      }
    };
    const following = follow();
    const batches = Array.from({ length: 80 }, (_, index) =>
      Array.from({ length: 1 + (index % 4) }, () => adjust(index % 4, 1n, ['BTC', 'BNB', 'ADA'][index % 3])),
    );
    await race(stores, batches);
    isWriting = false;
    await following;
    const all = (await store.reads.rows('transfers', {})).map(({ seq }) => seq).sort((a, b) => a - b);
    assert.equal(all.length, batches.flat().length);
    assert.deepEqual(seen, all);
  },
  postgresOnly,
);

conformance(
  'changes of reference data, keys, accounts and bans by another store are announced and update the catalog',
  async (site, store) => {
    await buildModelWorld(store);
    const events = new EventEmitter();
    const other = await site.open({
      onChanged: (changed, named) => void events.emit('changed', [...changed].sort().join(), named),
      onListenerError: (error) => assert.fail(String(error)),
    });
    const announced = once(events, 'changed', { signal: AbortSignal.timeout(1000) });
    const price = { operator, asset: 'BTC', price: amountOf(7n, 'BTC') };
    await runAll(store, [{ command: commands.putPrice, input: price }, adjust(0, 1n)]);
    assert.deepEqual(await announced, [
      'prices',
      [{ event: 'reference-changed', table: 'prices', name: 'BTC' }],
    ]);
    assert.equal(other.catalog().prices.get('BTC'), '0.00000007');
    const toldMore = once(events, 'changed', { signal: AbortSignal.timeout(1000) });
    const change = { operator, email: emailOf(0), enabled: false };
    const ban = { ip: '1.2.3.4', bannedUntilMs: 1, offences: 1, lastOffenceMs: 1 };
    await runAll(store, [
      { command: commands.updateAccount, input: change },
      { command: commands.recordBan, input: ban },
    ]);
    const { id: accountId } = (await store.reads.row('accounts', { email: emailOf(0) })) as Row<'accounts'>;
    assert.deepEqual(await toldMore, [
      'accounts,bans',
      [
        { event: 'account-changed', accountId },
        { event: 'ban-changed', ip: '1.2.3.4' },
      ],
    ]);
  },
  postgresOnly,
);

conformance(
  'stores that start concurrently on an empty database agree on one schema',
  async () => {
    const site = await openSite('PostgreSQL');
    try {
      const stores = await Promise.all(Array.from({ length: 4 }, () => site.open()));
      await buildModelWorld(stores[0]!);
      for (const each of stores) assert.equal((await each.reads.rows('accounts', {})).length, 4);
    } finally {
      await site.close();
    }
  },
  postgresOnly,
);
