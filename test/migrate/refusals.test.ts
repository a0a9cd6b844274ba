/** Errors of `bursar migrate`, which occur before any data is lost and say what to do. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { commands } from '../../src/command/registry.ts';
import { isHalfMigrated } from '../../src/store/migration/migration-mark.ts';
import { migrate as createSchema } from '../../src/store/postgres/migrations.ts';
import { runBursar } from '../cli/command-line.ts';
import { run } from '../store/conformance/raw.ts';
import { databaseAt } from '../support/database-at.ts';
import { type PostgresCluster, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { seed } from '../support/seed.ts';
import { asset, network, operator } from '../support/world-plan.ts';
import { copyFolder, fingerprint, makeSource, removeFolder, type Source, serve } from './source.ts';
import { assertMigrates, assertRefused, openTarget, runSql } from './target.ts';

const limits = { timeout: 120_000, skip: skipWithoutPostgres };
let cluster: PostgresCluster;
let source: Source;

before(async () => {
  if (skipWithoutPostgres !== false) return;
  cluster = await startPostgres();
  source = await makeSource(seed);
});
after(async () => {
  if (skipWithoutPostgres !== false) return;
  await cluster.stop();
  removeFolder(source.folder);
});

const tablesOf = (url: string) =>
  runSql(url, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'");

/** A copy of the source, modified behind the server's back. */
function tamper(sql: string): string {
  const folder = copyFolder(source.folder);
  const database = new DatabaseSync(join(folder, 'bursar.sqlite'));
  database.exec('DROP TRIGGER transfers_are_not_edited');
  database.exec(sql);
  database.close();
  return folder;
}

const tamperings = [
  ['a balance', "UPDATE balances SET free = '9' || free WHERE asset = 'BTC'", /free BTC +expected/],
  ['a transfer', "UPDATE transfers SET reference = 'other' WHERE seq = 3", /transfers 1 to/],
] as const;
for (const [what, sql, says] of tamperings) {
  test(`a source in which ${what} was changed is rejected, and nothing is copied`, limits, async () => {
    const url = await cluster.createDatabase();
    const folder = tamper(sql);
    await assertRefused(folder, url, /the books in .* do not balance; nothing was copied/);
    await assertRefused(folder, url, says);
    assert.deepEqual(await tablesOf(url), []);
    removeFolder(folder);
  });
}

test('a source in use by a server is rejected', limits, async (t) => {
  const url = await cluster.createDatabase();
  const folder = copyFolder(source.folder);
  const server = await serve(folder);
  t.after(() => server.close());
  await assertRefused(folder, url, /a server is using .*would be lost; stop it/);
  assert.deepEqual(await tablesOf(url), []);
  await server.close();
  await assertMigrates(folder, url, /^OK/m);
  removeFolder(folder);
});

test('a target in use by a server is rejected, and released immediately', limits, async (t) => {
  const url = await cluster.createDatabase();
  const store = await openTarget(url);
  t.after(() => store.close());
  await assertRefused(source.folder, url, /a server is using the target; stop it/);
  assert.equal(await isHalfMigrated(databaseAt(url)), false);
  const input = { operator, asset: asset('OWN', [network('OWN', 'opaque')]) };
  await run(store, { command: commands.putAsset, input });
  await store.close();
  await assertRefused(
    source.folder,
    url,
    /the target has other data \(assets, networks, audit, event_log\); .*empty database/,
  );
});

test('a target with foreign tables is rejected and left unchanged', limits, async () => {
  const url = await cluster.createDatabase();
  await runSql(url, 'CREATE TABLE accounts (name text)');
  await assertRefused(source.folder, url, /the target has other data \(accounts\)/);
  assert.deepEqual(
    (await tablesOf(url)).map((row) => row.table_name),
    ['accounts'],
  );
});

test('a target with the data of another exchange is rejected', limits, async () => {
  const url = await cluster.createDatabase();
  const other = await makeSource(seed + 1);
  await assertMigrates(other.folder, url, /^OK/m);
  const before = await runSql(url, 'SELECT * FROM migration_state');
  await assertRefused(source.folder, url, /migrated from other contents than the source has now/);
  assert.deepEqual(await runSql(url, 'SELECT * FROM migration_state'), before);
  removeFolder(other.folder);
});

test(
  'a target whose content differs from the rows sent stays unfinished, also the second time',
  limits,
  async () => {
    const url = await cluster.createDatabase();
    await createSchema(databaseAt(url));
    await runSql(
      url,
      `CREATE FUNCTION embezzle() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN IF NEW.asset = 'BTC' THEN NEW.free = NEW.free - 1; END IF; RETURN NEW; END $$`,
    );
    await runSql(
      url,
      'CREATE TRIGGER embezzle BEFORE INSERT ON balances FOR EACH ROW EXECUTE FUNCTION embezzle()',
    );
    const before = fingerprint(source.folder);
    for (let times = 0; times < 2; times += 1) {
      await assertRefused(
        source.folder,
        url,
        /the rows of balances differ: (\d+) rows in the source, \1 in the target, first difference at account_id \d+, asset BTC/,
      );
      assert.equal(await isHalfMigrated(databaseAt(url)), true);
    }
    assert.deepEqual(fingerprint(source.folder), before);
  },
);

test('a target whose sequences differ from those of the source is rejected', limits, async () => {
  const url = await cluster.createDatabase();
  await createSchema(databaseAt(url));
  await runSql(
    url,
    "CREATE OR REPLACE VIEW sequences AS SELECT 'tran_ids' AS name, 1::bigint AS last UNION ALL SELECT 'account_ids', 2",
  );
  await assertRefused(
    source.folder,
    url,
    /the sequence tran_ids is at \d+ in the source and at 1 in the target/,
  );
  assert.equal(await isHalfMigrated(databaseAt(url)), true);
});

test('a source without sequences is of another version', limits, async () => {
  const url = await cluster.createDatabase();
  const folder = copyFolder(source.folder);
  const database = new DatabaseSync(join(folder, 'bursar.sqlite'));
  database.exec('DROP TABLE sequences');
  database.close();
  await assertRefused(folder, url, /was written by another version of Bursar \(sequences\)/);
  removeFolder(folder);
});

test('a database that does not exist or does not answer is reported in one line', limits, async () => {
  const nowhere = `${cluster.url}_nowhere`;
  await assertRefused(
    source.folder,
    nowhere,
    /^bursar: the target cannot be opened, so nothing was copied: database "postgres_nowhere" does not exist .*\n$/,
  );
  await assertRefused(
    source.folder,
    'postgres://bursar:secret@127.0.0.1:1/x',
    /^(?!.*secret)bursar: the target cannot be opened, so nothing was copied: .*ECONNREFUSED.*\n$/,
  );
  const empty = await runBursar('migrate', '--from', join(source.folder, 'no'), '--to', nowhere);
  assert.equal(empty.code, 2);
  assert.match(empty.errors, /^bursar: there is no database .*--from names its folder$/m);
  for (const args of [[], ['--to', 'mysql://x'], ['--to', ''], ['--frobnicate']]) {
    const wrong = await runBursar('migrate', '--from', source.folder, ...args);
    assert.deepEqual([wrong.code, wrong.errors.trimEnd().split('\n').length], [2, 1], wrong.errors);
  }
});

test('a source that is damaged or not a database is reported in one line', limits, async () => {
  const url = await cluster.createDatabase();
  const folder = copyFolder(source.folder);
  const file = join(folder, 'bursar.sqlite');
  const content = readFileSync(file);
  const says = /^bursar: the source .* cannot be read, so nothing was copied: .*\n$/;
  // Beyond the first pages, which hold the schema.
  content.fill(0xa5, 8192);
  writeFileSync(file, content);
  await assertRefused(folder, url, says);
  writeFileSync(file, 'this is no database, however long it may be');
  await assertRefused(folder, url, says);
  writeFileSync(file, '');
  await assertRefused(folder, url, /^bursar: \S+bursar\.sqlite is not a database of Bursar\n$/);
  assert.deepEqual(await tablesOf(url), []);
  removeFolder(folder);
});
