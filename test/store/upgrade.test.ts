/** A database that the first version of the schema has filled is upgraded by opening it. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { commands } from '../../src/command/registry.ts';
import type { StoreLocation } from '../../src/engine/open-store.ts';
import { reportIntegrity } from '../../src/maintenance/integrity-report.ts';
import { readMigrations } from '../../src/store/migration-files.ts';
import { migrate as migratePostgres } from '../../src/store/postgres/migrations.ts';
import { migrate as migrateSqlite } from '../../src/store/sqlite/database.ts';
import { openSql } from '../support/database.ts';
import { databaseAt } from '../support/database-at.ts';
import { assertCustodyMatches, assertLedgerBalances } from '../support/ledger-checks.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { kindOf, run, writing } from './conformance/raw.ts';
import { openSite, type Site, shared } from './conformance/stores.ts';

/** A deposit of 500, of which its owner has passed on 300. */
const firstContents = `
  INSERT INTO accounts VALUES (7, 'old@example.com', NULL, '1', 'none', '0', NULL, 'NIL', NULL, '[]', '', '0', '1', NULL, NULL, 0, NULL, 1);
  INSERT INTO accounts VALUES (8, 'sub@example.com', 7, '1', 'none', '0', NULL, 'NIL', NULL, '[]', '', '0', '1', NULL, NULL, 0, NULL, 1);
  INSERT INTO deposits (id, account_id, asset, network, address, address_tag, tx_id, output_index, amount, remainder, stage, confirmations, inserted_at, block_height)
    VALUES ('d1', 7, 'BTC', 'BTC', 'x', '', 't1', 0, '500', '0', 'completed', 3, 1, 1);
  INSERT INTO transfers (at, kind, asset, amount, debit, credit, reference) VALUES
    (1, 'deposit-credit', 'BTC', '500', 'custody:BTC', '7:spot:held', 'd1'),
    (2, 'deposit-unlock', 'BTC', '500', '7:spot:held', '7:spot:free', 'd1'),
    (3, 'sub-account-transfer', 'BTC', '300', '7:spot:free', '8:spot:free', '9');
  INSERT INTO event_log (at, transfers, events) VALUES (1, '[[1,3]]', '[]');
  INSERT INTO custody VALUES ('BTC', 'BTC', '500', 0);
  INSERT INTO balances VALUES (7, 'BTC', 'spot', '200', '0'), (8, 'BTC', 'spot', '300', '0');
`;

const firstOf = (store: string, count = 1) =>
  readMigrations(new URL(`../../src/store/${store}/migrations/`, import.meta.url)).slice(0, count);

/** @returns the location of the database. */
async function fillFirst({ kind, location }: Site): Promise<StoreLocation> {
  const place = kind === 'PostgreSQL' ? { postgres: location } : { folder: dirname(location) };
  if (kind === 'PostgreSQL') await migratePostgres(databaseAt(location), firstOf('postgres'));
  else {
    const database = new DatabaseSync(location);
    migrateSqlite(database, firstOf('sqlite'));
    database.close();
  }
  await using sql = openSql(place);
  await sql.run(firstContents);
  return place;
}

for (const kind of shared) {
  test(`${kind}: a database filled under the first schema is upgraded with its data`, {
    skip: kind === 'PostgreSQL' && skipWithoutPostgres,
  }, async () => {
    const site = await openSite(kind);
    try {
      const place = await fillFirst(site);
      const verifyTooEarly = reportIntegrity(place, systemClock.monotonic);
      await assert.rejects(verifyTooEarly, /earlier version of Bursar \(schema 1; this version needs \d+\)/);
      const store = await site.open();
      const { ok, mismatches } = await reportIntegrity(place, systemClock.monotonic);
      assert.deepEqual([ok, mismatches], [true, []]);
      const owing = async () =>
        (await store.reads.rows('balances', {}))
          .map(({ accountId, free, owed }) => [accountId, free, owed])
          .sort(([one], [other]) => Number(one) - Number(other));
      assert.deepEqual(await owing(), [
        [7, 200n, 0n],
        [8, 300n, 0n],
      ]);
      await run(store, { command: commands.reorganiseDeposit, input: { id: 'd1', waits: false } });
      assert.deepEqual(await owing(), [
        [7, 0n, 300n],
        [8, 300n, 0n],
      ]);
      const balance = { accountId: 7, asset: 'BTC', wallet: 'spot', held: 0n } as const;
      const [refused] = await store.execute([
        writing({ put: 'balances', row: { ...balance, free: 1n, owed: 300n } }),
      ]);
      assert.equal(refused && kindOf(refused), 'bug', 'an old table has the constraint too');
      await assertLedgerBalances(store);
      await assertCustodyMatches(store);
    } finally {
      await site.close();
    }
  });
}

/** The last schema without guards against REPLACE, with a withdrawal that awaits two approvals. */
const unguarded = 9;
const awaiting = `
  INSERT INTO accounts VALUES (7, 'old@example.com', NULL, '1', 'none', '0', NULL, 'NIL', NULL, '[]', '', '0', '1', NULL, NULL, 0, NULL, 1);
  INSERT INTO accounts VALUES (8, 'sub@example.com', 7, '1', 'none', '0', NULL, 'NIL', NULL, '[]', '', '0', '1', NULL, NULL, 0, NULL, 1);
  INSERT INTO account_tags VALUES (7, '["a"]'), (8, '["b"]');
  INSERT INTO withdrawal_quorums VALUES ('w', 2, 'w:2', NULL, 1, '{"name":"two"}', '', '', 1);
  INSERT INTO withdrawals (seq, id, account_id, asset, wallet, network, address, address_tag, amount, fee, stage, tx_id, applied_at, approval_needed)
    VALUES (1, 'w', 7, 'BTC', 'spot', 'BTC', 'x', '', '500', '1', 'awaiting-approval', '', 1, 'w:2');
`;

test('SQLite: withdrawals that await approvals are guarded, and tags know their family, after an upgrade', async () => {
  const site = await openSite('SQLite on disk');
  try {
    const old = new DatabaseSync(site.location);
    migrateSqlite(old, firstOf('sqlite', unguarded));
    old.exec(`BEGIN; ${awaiting}; COMMIT`);
    const replace = `REPLACE INTO withdrawals (seq, id, account_id, asset, wallet, network, address, address_tag, amount, fee, stage, tx_id, applied_at)
      VALUES (1, 'w', 7, 'BTC', 'spot', 'BTC', 'x', '', '500', '1', 'queued', '', 1)`;
    old.exec(`BEGIN; ${replace}; ROLLBACK`);
    old.close();
    const store = await site.open();
    const families = await store.reads.rows('account_tags', { family: 7 });
    assert.deepEqual(families.map(({ accountId }) => accountId).sort(), [7, 8]);
    const upgraded = new DatabaseSync(site.location);
    assert.throws(() => upgraded.exec(replace), /FOREIGN KEY/);
    upgraded.close();
  } finally {
    await site.close();
  }
});
