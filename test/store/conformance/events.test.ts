/** The event log: one row per commit, in the order of the commits. Readers miss none, and notice when rows were deleted. */
import assert from 'node:assert/strict';
import { commands } from '../../../src/command/registry.ts';
import type { LoggedEvent } from '../../../src/store/logged-events.ts';
import type { Execution, Store } from '../../../src/store/port.ts';
import { createClient } from '../../../src/store/postgres/client.ts';
import type { Row } from '../../../src/store/tables.ts';
import { faultyCommands } from '../../property/faulty-commands.ts';
import { amountOf, buildModelWorld, emailOf } from '../../property/model-world.ts';
import { databaseAt } from '../../support/database-at.ts';
import { eventually } from '../../support/eventually.ts';
import { assertEventsTellTransfers } from '../../support/ledger-checks.ts';
import { operator } from '../../support/world-plan.ts';
import { adjust, withdraw } from './orders.ts';
import { banOf, banRow, kindOf, run, runAll, transferRow, writing } from './raw.ts';
import { conformance, shared } from './stores.ts';

type Entry = Row<'event_log'>;
const postgresOnly = ['PostgreSQL'] as const;

/** The entries that are shown after a number. */
async function shownAfter({ reads }: Pick<Store, 'reads'>, seq: number, limit = 1000) {
  const page = await reads.eventsAfter(seq, limit);
  assert.ok(page.kind === 'events', 'nothing was pruned');
  return page.rows;
}

/** Waits until `count` rows after a number can be read: other transactions of the cluster may delay that. */
function entriesAfter(store: Pick<Store, 'reads'>, seq: number, count: number): Promise<readonly Entry[]> {
  return eventually(
    () => shownAfter(store, seq),
    (rows) => rows.length >= count,
  );
}

async function lastSeq({ reads }: Pick<Store, 'reads'>): Promise<number> {
  return (await reads.rows('event_log', {})).at(-1)?.seq ?? 0;
}

const claimOf = ({ id, accountId, asset, network, address, addressTag }: Row<'withdrawals'>): Execution => ({
  command: commands.claimWithdrawal,
  input: {
    withdrawal: { id, accountId, asset, network, address, addressTag },
    transaction: { txId: `tx-${id}`, signedTransaction: 's' },
  },
});

conformance('each commit that wrote transfers has one row with their numbers', async (_site, store) => {
  const [master = 0] = await buildModelWorld(store);
  const start = await lastSeq(store);
  const [before] = (await store.reads.rows('transfers', {})).slice(-1);
  await runAll(store, [adjust(0, 1000n)]);
  await runAll(store, [adjust(0, 1n), withdraw(master, 100n), adjust(1, 1n)]);
  const [first, second, ...more] = await entriesAfter(store, start, 2);
  assert.deepEqual(more, []);
  assert.ok(first && second && first.seq < second.seq);
  const next = (before?.seq ?? 0) + 1;
  assert.deepEqual(first.transfers, [[next, next]]);
  assert.deepEqual(second.transfers, [[next + 1, next + 3]]);
  assert.deepEqual([first.events, second.events], [[], []]);
  assert.ok(second.at >= first.at);
});

conformance(
  'changes that transfers do not show are named in the row of their commit',
  async (_site, store) => {
    const [master = 0] = await buildModelWorld(store);
    await runAll(store, [adjust(0, 1000n)]);
    const [{ id }] = (await runAll(store, [withdraw(master, 100n)])) as [{ id: string }];
    const row = (await store.reads.row('withdrawals', { id })) as Row<'withdrawals'>;
    const start = await lastSeq(store);
    const key = {
      operator,
      email: emailOf(0),
      apiKey: 'k1',
      encryptedSecret: 's',
      permissions: [],
      ipAllowList: [],
      expiresAt: null,
      demo: false,
    };
    const disable = { operator, email: emailOf(1), enabled: false };
    const price = { operator, asset: 'BTC', price: amountOf(7n, 'BTC') };
    const ban = { ip: '1.2.3.4', bannedUntilMs: 1, offences: 1, lastOffenceMs: 1 };
    const steps: readonly (readonly [Execution, LoggedEvent])[] = [
      [
        { command: commands.createApiKey, input: key },
        { event: 'key-created', apiKey: 'k1' },
      ],
      [
        { command: commands.updateAccount, input: disable },
        {
          event: 'account-changed',
          accountId: (await store.reads.row('accounts', { email: emailOf(1) }))!.id,
        },
      ],
      [
        { command: commands.putPrice, input: price },
        { event: 'reference-changed', table: 'prices', name: 'BTC' },
      ],
      [
        { command: commands.putSettings, input: { operator, settings: { dustLimitBtc: null } } },
        { event: 'reference-changed', table: 'settings', name: 'dustLimitBtc' },
      ],
      [
        { command: commands.recordBan, input: ban },
        { event: 'ban-changed', ip: '1.2.3.4' },
      ],
      [claimOf(row), { event: 'withdrawal-stage', stage: 'broadcast', ids: [id] }],
      [
        { command: commands.revokeApiKey, input: { operator, email: emailOf(0), apiKey: 'k1' } },
        { event: 'key-revoked', apiKey: 'k1' },
      ],
    ];
    for (const [execution] of steps) await run(store, execution);
    const entries = await entriesAfter(store, start, steps.length);
    assert.deepEqual(
      entries.map(({ events }) => events),
      steps.map(([, event]) => [event]),
    );
    assert.ok(entries.every(({ transfers }) => transfers.length === 0));
  },
);

conformance(
  'refused commands, commits without transfers and events, and batches rolled back have no row',
  async (_site, store) => {
    await buildModelWorld(store);
    const before = await store.reads.rows('event_log', {});
    const audit = { at: 1, actor: '', action: '', subject: '', reason: '', details: {} };
    await run(store, writing({ insert: 'audit', row: audit }));
    assert.deepEqual((await store.execute([adjust(0, 0n)])).map(kindOf).includes('done'), false);
    for (const command of faultyCommands.values())
      assert.deepEqual((await store.execute([{ command, input: 1 }])).map(kindOf), ['bug']);
    assert.deepEqual(await store.reads.rows('event_log', {}), before);
    const broken = [...faultyCommands.values()][0]!;
    await store.execute([adjust(0, 1n), { command: broken, input: 1 }, adjust(1, 1n)]);
    await assertEventsTellTransfers(store);
  },
);

conformance(
  'a log that is read page by page while both stores write is complete, in order, and contains each transfer once',
  async (site, store) => {
    await buildModelWorld(store);
    const other = await site.open();
    const batches = Array.from({ length: 80 }, (_, index) =>
      Array.from({ length: 1 + (index % 4) }, () => adjust(index % 4, 1n, ['BTC', 'BNB', 'ADA'][index % 3])),
    );
    const seen: Entry[] = [];
    const announced = () =>
      seen.flatMap(({ transfers }) => transfers).reduce((sum, [first, last]) => sum + last - first + 1, 0);
    let written: number | undefined;
    const writes = batches.map((batch, index) => [store, other][index % 2]!.execute(batch));
    const writing = Promise.all(writes).then((outcomes) => {
      written = outcomes.flat().filter((outcome) => 'done' in outcome).length;
    });
    await eventually(
      async () => {
        seen.push(...(await shownAfter(store, seen.at(-1)?.seq ?? 0, 7)));
        return announced();
      },
      (count) => count === written,
    );
    await writing;
    assert.ok(written !== undefined && written > 0);
    assert.deepEqual(await shownAfter(store, seen.at(-1)!.seq), []);
    assert.deepEqual(seen, await store.reads.rows('event_log', {}));
    await assertEventsTellTransfers(store);
  },
  postgresOnly,
);

const entry = "INSERT INTO event_log (at, transfers, events) VALUES (1, '[]', '[]')";

conformance(
  'a reader waits for a commit that has the lower number, and then finds it',
  async (site, store) => {
    await buildModelWorld(store);
    const start = await lastSeq(store);
    const [early, late] = [
      createClient(databaseAt(site.location), { max: 1 }),
      createClient(databaseAt(site.location), { max: 1 }),
    ];
    try {
      // The first to have a transaction id is the last to have a number.
      await early.unsafe('BEGIN; SELECT pg_current_xact_id()');
      await late.unsafe(`BEGIN; ${entry}`);
      await early.unsafe(entry);
      await early.unsafe('COMMIT');
      await run(store, adjust(0, 1n));
      assert.deepEqual(await shownAfter(store, start), [], 'the lower number is not committed yet');
      assert.equal((await store.reads.rows('event_log', {})).at(-1)?.seq, start + 3);
      await late.unsafe('COMMIT');
      const rows = await entriesAfter(store, start, 3);
      assert.deepEqual(
        rows.map(({ seq }) => seq),
        [start + 1, start + 2, start + 3],
      );
    } finally {
      await Promise.all([early.end({ timeout: 1 }), late.end({ timeout: 1 })]);
    }
  },
  postgresOnly,
);

conformance(
  'numbers without a gap are visible while another transaction that has written stays open',
  async (site, store) => {
    await buildModelWorld(store);
    const start = await lastSeq(store);
    const other = createClient(databaseAt(site.location), { max: 1 });
    try {
      await other.unsafe('BEGIN; SELECT pg_current_xact_id()');
      await run(store, adjust(0, 1n));
      await run(store, adjust(0, 1n));
      assert.deepEqual(
        (await shownAfter(store, start)).map(({ seq }) => seq),
        [start + 1, start + 2],
      );
    } finally {
      await other.end({ timeout: 1 });
    }
  },
  postgresOnly,
);

conformance(
  'a number that was rolled back delays no reader',
  async (site, store) => {
    await buildModelWorld(store);
    const start = await lastSeq(store);
    const other = createClient(databaseAt(site.location), { max: 1 });
    try {
      await other.unsafe(`BEGIN; ${entry}; ROLLBACK`);
      await run(store, adjust(0, 1n));
      const [row] = await entriesAfter(store, start, 1);
      assert.equal(row?.seq, start + 2);
    } finally {
      await other.end({ timeout: 1 });
    }
  },
  postgresOnly,
);

conformance(
  'if two commits write one row, the later has the higher number, whichever transaction is older',
  async (site, store) => {
    await buildModelWorld(store);
    const start = await lastSeq(store);
    const other = await site.open();
    await run(store, writing({ put: 'bans', row: banRow('1.1.1.1', 0) }));
    const count = (each: Store) =>
      each.execute([
        {
          command: {
            name: 'count',
            prefetch: [() => [banOf('1.1.1.1')]],
            decide: (_input, rows) => {
              const { offences } = rows.one(banOf('1.1.1.1'))!;
              const transfer = { ...transferRow(1n), reference: `${offences + 1}` };
              return {
                reply: 0,
                writes: [
                  { update: 'bans', key: { ip: '1.1.1.1' }, set: { offences: offences + 1 } },
                  { insert: 'transfers', row: transfer },
                ],
              };
            },
          },
          input: {},
        },
      ]);
    const outcomes = await Promise.all(
      Array.from({ length: 24 }, (_, index) => count([store, other][index % 2]!)),
    );
    const done = outcomes.flat().filter((outcome) => 'done' in outcome).length;
    assert.ok(done > 0);
    const entries = await entriesAfter(store, start, done + 1);
    const transfers = new Map(
      (await store.reads.rows('transfers', {})).map((row) => [row.seq, row.reference]),
    );
    assert.deepEqual(
      entries.slice(1).map((each) => transfers.get(each.transfers[0]![0])),
      Array.from({ length: done }, (_, index) => `${index + 1}`),
    );
  },
  postgresOnly,
);

const lastTransferOf = (rows: readonly Entry[]) =>
  Math.max(0, ...rows.flatMap(({ transfers }) => transfers).map(([, last]) => last));

async function prune(store: Store, count: number, previousMark: number | null): Promise<number> {
  const rows = (await store.reads.rows('event_log', {})).filter(({ seq }) => seq > (previousMark ?? 0));
  const pruned = rows.slice(0, count);
  const seqs = pruned.map(({ seq }) => seq);
  const lastTransfer = lastTransferOf(pruned);
  await run(store, { command: commands.pruneEventLog, input: { previousMark, seqs, lastTransfer } });
  return seqs.at(-1)!;
}

conformance('a reader that asks for pruned rows gets the first remaining number', async (_site, store) => {
  await buildModelWorld(store);
  for (let count = 0; count < 6; count += 1) await run(store, adjust(0, 1n));
  const all = await store.reads.rows('event_log', {});
  const first = await prune(store, 3, null);
  const mark = await prune(store, 2, first);
  const pruned = { kind: 'pruned', firstSeq: mark + 1, lastTransfer: lastTransferOf(all.slice(0, 5)) };
  assert.deepEqual(await store.reads.eventsAfter(0, 10), pruned);
  assert.deepEqual(await store.reads.eventsAfter(mark - 1, 10), pruned);
  const rest = all.slice(5);
  assert.deepEqual(await entriesAfter(store, mark, rest.length), rest);
  assert.equal((await store.reads.rows('event_log', {})).length, rest.length + 1);
  // A second process that prunes the same finds nothing to do.
  const input = { previousMark: null, seqs: [all[0]!.seq], lastTransfer: 0 };
  const again = { command: commands.pruneEventLog, input };
  assert.deepEqual(await run(store, again), { pruned: 0 });
});

conformance(
  'a log that was pruned completely continues with higher numbers',
  async (site, store) => {
    await buildModelWorld(store);
    const all = await store.reads.rows('event_log', {});
    const mark = await prune(store, all.length, null);
    const pruned = { kind: 'pruned', firstSeq: mark + 1, lastTransfer: lastTransferOf(all) };
    assert.deepEqual(await store.reads.eventsAfter(0, 10), pruned);
    assert.deepEqual(await shownAfter(store, mark), []);
    await site.closeStores();
    const reopened = await site.open();
    await run(reopened, adjust(0, 1n));
    const [row] = await entriesAfter(reopened, mark, 1);
    assert.ok(row!.seq > mark);
  },
  shared,
);
