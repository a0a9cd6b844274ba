/**
 * The row cache of SQLite never changes what a command sees: random batches on a store with a very small cache, on one
 * with the usual cache and on one whose cache is empty before each command give the same replies and the same rows.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { Execution, Lookup, Outcome, Write } from '../../src/store/port.ts';
import type { RowCacheLimits } from '../../src/store/sqlite/row-cache.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { NewRow } from '../../src/store/tables.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import { accountRow, dump, writing } from './conformance/raw.ts';

const rounds = 700;
const accounts = 12;
const withdrawals = 4;
const wallets = ['spot', 'funding'] as const;
const assets = ['BTC', 'ETH', 'XRP'];
const tinyLimits: RowCacheLimits = { maxRows: 4, maxForeignAddresses: 2, maxWithdrawals: 2 };

type Site = {
  readonly store: SqliteStore;
  /** Commits a write from another connection. */
  writeElsewhere(sql: string): void;
  close(): Promise<void>;
};

function openSite(limits?: RowCacheLimits): Site {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-row-cache-'));
  const path = join(folder, 'bursar.sqlite');
  let ids = 0;
  const store = new SqliteStore({
    path,
    clock: new ManualClock(),
    randomHex: () => (++ids).toString(16).padStart(20, '0'),
    ...(limits && { rowCacheLimits: limits }),
  });
  const other = new DatabaseSync(path);
  return {
    store,
    writeElsewhere: (sql) => other.exec(sql),
    async close() {
      other.close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const addressRow = (key: string, accountId: number) => ({
  addressGroup: 'ETH',
  addressKey: key,
  addressTag: '',
  address: key,
  accountId,
  network: 'ETH',
  createdAt: 1,
  retiredAt: 2,
});

const withdrawalId = (number: number) => `w${number}`;

const withdrawalRow = (number: number): NewRow<'withdrawals'> => ({
  id: withdrawalId(number),
  accountId: number,
  asset: 'ETH',
  wallet: 'spot',
  network: 'ETH',
  address: 'there',
  addressTag: '',
  amount: 5n,
  fee: 1n,
  feeTo: null,
  name: null,
  orderId: null,
  orderContent: null,
  stage: 'queued',
  waitingFor: null,
  txId: '',
  signedTransaction: null,
  failure: null,
  appliedAt: 1,
  settledAt: null,
  approvalNeeded: null,
  approvalGiven: null,
  policyVersion: null,
  policyRule: null,
  claim: null,
});

function randomLookup(random: Random): Lookup {
  const id = 1 + random.below(accounts);
  const randomWithdrawal = {
    table: 'withdrawals',
    where: { id: withdrawalId(1 + random.below(withdrawals)) },
  };
  const lookups: readonly Lookup[] = [
    { table: 'accounts', where: { id } },
    { table: 'balances', where: { accountId: id, asset: random.pick(assets), wallet: random.pick(wallets) } },
    { table: 'deposit_addresses', where: { addressGroup: 'ETH', addressKey: `k${random.below(8)}` } },
    randomWithdrawal,
    randomWithdrawal,
  ] as readonly Lookup[];
  return random.pick(lookups);
}

function randomWrite(random: Random): Write {
  const accountId = 1 + random.below(accounts);
  const key = `k${random.below(8)}`;
  const free = BigInt(random.below(1000) - 20);
  const updateOfWithdrawal: Write = {
    update: 'withdrawals',
    key: { id: withdrawalId(1 + random.below(withdrawals)) },
    // A negative amount violates a constraint.
    set: random.pick([{ txId: key }, { settledAt: random.below(9) }, { amount: free }]),
  };
  return random.pick<Write>([
    {
      put: 'balances',
      row: { accountId, asset: random.pick(assets), wallet: random.pick(wallets), free, held: 0n, owed: 0n },
    },
    {
      put: 'balances',
      row: {
        accountId,
        asset: random.pick(assets),
        wallet: random.pick(wallets),
        free: 7n,
        held: 1n,
        owed: 0n,
      },
    },
    { insert: 'deposit_addresses', row: addressRow(key, accountId) },
    {
      delete: 'deposit_addresses',
      key: { addressGroup: 'ETH', addressKey: key, addressTag: '' },
    },
    { update: 'accounts', key: { id: accountId }, set: { enabled: random.chance(0.5) } },
    updateOfWithdrawal,
    updateOfWithdrawal,
    updateOfWithdrawal,
    updateOfWithdrawal,
  ]);
}

/** Commands that look up, write, and sometimes fail; they reply with the rows that they found. */
function randomExecution(random: Random): Execution {
  const lookups = Array.from({ length: 1 + random.below(4) }, () => randomLookup(random));
  const writes = Array.from({ length: random.below(3) }, () => randomWrite(random));
  const isFaulty = random.chance(0.1);
  return {
    command: {
      name: 'random',
      prefetch: [],
      decide: (_input, rows) => {
        if (isFaulty && writes.length === 0) throw new Error('a bug of a command');
        const faults: Write[] = isFaulty ? [{ update: 'bans', key: { ip: '-' }, set: { offences: 1 } }] : [];
        return { reply: lookups.map((lookup) => rows.one(lookup) ?? null), writes: [...writes, ...faults] };
      },
    },
    input: {},
  };
}

const describe = (outcome: Outcome) =>
  'done' in outcome ? outcome.done : 'fault' in outcome ? outcome.fault : outcome.rejected;

/** Reads withdrawals, as the workers do; commands will look them up. */
async function readWithdrawals(sites: readonly Site[], random: Random): Promise<void> {
  const from = random.below(withdrawals);
  for (const { store } of sites) await store.reads.withdrawalsUnderWay('queued', from, withdrawals);
}

/** Another connection's commit empties the cache before each command. */
function executeUncached({ store, writeElsewhere }: Site, batch: readonly Execution[]): readonly Outcome[] {
  return batch.flatMap((execution) => {
    writeElsewhere("INSERT INTO settings VALUES ('touch', '0') ON CONFLICT DO UPDATE SET value = value + 1");
    return store.executeNow([execution]);
  });
}

/** Commands see the same rows as reads outside of commands. */
async function assertSeesStored(store: SqliteStore): Promise<void> {
  for (const withdrawal of await store.reads.withdrawalsUnderWay('queued', 0, withdrawals)) {
    const lookup: Lookup = { table: 'withdrawals', where: { id: withdrawal.id } };
    const [stored] = await store.reads.rows('withdrawals', { id: withdrawal.id });
    assert.deepEqual(store.executeNow([lookingForOne(lookup)]), [{ done: stored }]);
  }
  for (const balance of await store.reads.rows('balances', {})) {
    const { accountId, asset, wallet } = balance;
    const lookup: Lookup = { table: 'balances', where: { accountId, asset, wallet } };
    const [outcome] = store.executeNow([lookingForOne(lookup)]);
    assert.deepEqual(outcome, { done: balance });
  }
}

const lookingForOne = (lookup: Lookup): Execution => ({
  command: {
    name: 'look',
    prefetch: [],
    decide: (_input, rows) => ({ reply: rows.one(lookup), writes: [] }),
  },
  input: {},
});

async function compareWithUncached(t: TestContext, limits?: RowCacheLimits): Promise<void> {
  announceSeed(t, 'store');
  const random = createRandom(seed);
  const [cached, uncached] = [openSite(limits), openSite(tinyLimits)];
  const both = [cached, uncached];
  try {
    const opening = Array.from({ length: accounts }, (_, index) =>
      writing({ insert: 'accounts', row: accountRow(index + 1) }),
    );
    for (let number = 1; number <= withdrawals; number += 1) {
      opening.push(writing({ insert: 'withdrawals', row: withdrawalRow(number) }));
    }
    for (const { store } of both) store.executeNow(opening);
    for (let round = 0; round < rounds; round += 1) {
      if (random.chance(0.5)) await readWithdrawals(both, random);
      const batch = Array.from({ length: 1 + random.below(6) }, () => randomExecution(random));
      const expected = executeUncached(uncached, batch).map(describe);
      assert.deepEqual(cached.store.executeNow(batch).map(describe), expected, `round ${round}`);
      if (random.chance(0.05)) {
        const [free, id] = [random.below(99), 1 + random.below(accounts)];
        const sql = `UPDATE balances SET free = '${free}' WHERE account_id = ${id};
          UPDATE withdrawals SET settled_at = ${free} WHERE account_id = ${id}`;
        for (const site of both) site.writeElsewhere(sql);
        await assertSeesStored(cached.store);
      }
    }
    const [rows, expectedRows] = await Promise.all(both.map(({ store }) => dump(store)));
    // The event log differs, because the uncached store commits each command by itself.
    const differing = { settings: [], event_log: [] };
    assert.deepEqual({ ...rows, ...differing }, { ...expectedRows, ...differing });
  } finally {
    for (const site of both) await site.close();
  }
}

test('commands see the same rows with a cache as without', (t) => compareWithUncached(t));

test('commands see the same rows while a very small cache drops most of them', (t) =>
  compareWithUncached(t, tinyLimits));
