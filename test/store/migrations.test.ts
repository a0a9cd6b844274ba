/** A later migration of the schema, on both stores: applied once, in order, each as a whole or not at all. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Migration, readMigrations } from '../../src/store/migration-files.ts';
import { migrate as migratePostgres } from '../../src/store/postgres/migrations.ts';
import { migrate as migrateSqlite } from '../../src/store/sqlite/database.ts';
import { joinTestCluster, openSql } from '../support/database.ts';
import { databaseAt } from '../support/database-at.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'bursar-migrations-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const second = 'CREATE TABLE second (number integer);\nINSERT INTO second VALUES (2);\n';
/** It needs the second one, and its last statement is wrong. */
const broken = 'ALTER TABLE second ADD COLUMN name text;\nINSERT INTO nowhere VALUES (3);\n';
const third = 'ALTER TABLE second ADD COLUMN name text;\n';

/** The migrations of a later version: those of this version, and more. */
function laterVersion(store: string, ...more: readonly string[]): readonly Migration[] {
  const source = new URL(`../../src/store/${store}/migrations/`, import.meta.url);
  const target = mkdtempSync(join(folder, 'later-'));
  const own = readMigrations(source);
  for (const { file } of own) copyFileSync(new URL(file, source), join(target, file));
  for (const [index, sql] of more.entries()) {
    const number = `${own.length + index + 1}`.padStart(4, '0');
    writeFileSync(join(target, `${number}-more.sql`), sql);
  }
  return readMigrations(pathToFileURL(`${target}/`));
}

type Site = {
  readonly store: string;
  /** Migrates on a connection of its own. */
  migrate(known: readonly Migration[]): Promise<void>;
  rows(sql: string): Promise<readonly object[]>;
  close(): Promise<void>;
};

function openSqlite(): Site {
  const path = join(mkdtempSync(join(folder, 'database-')), 'bursar.sqlite');
  const open = () => new DatabaseSync(path, { timeout: 30_000 });
  const database = open();
  return {
    store: 'sqlite',
    migrate: async (known) => {
      const connection = open();
      try {
        migrateSqlite(connection, known);
      } finally {
        connection.close();
      }
    },
    rows: async (sql) => database.prepare(sql).all(),
    close: async () => database.close(),
  };
}

async function openPostgres(): Promise<Site> {
  const cluster = await joinTestCluster();
  const url = await cluster.createDatabase();
  const sql = openSql({ postgres: url });
  return {
    store: 'postgres',
    migrate: (known) => migratePostgres(databaseAt(url), known),
    rows: sql.rows,
    async close() {
      await sql[Symbol.asyncDispose]();
      await cluster.dropDatabase(url);
    },
  };
}

function onBoth(title: string, run: (site: Site) => Promise<void>): void {
  for (const [name, open, skip] of [
    ['SQLite', openSqlite, false],
    ['PostgreSQL', openPostgres, skipWithoutPostgres],
  ] as const)
    test(`${name}: ${title}`, { skip }, async () => {
      const site = await open();
      try {
        await run(site);
      } finally {
        await site.close();
      }
    });
}

const applied = async ({ rows }: Site) =>
  (await rows('SELECT number, file, checksum FROM migrations ORDER BY number')).map((row) => ({ ...row }));
const recorded = (known: readonly Migration[]) =>
  known.map(({ number, file, checksum }) => ({ number, file, checksum }));

onBoth('later migrations are applied to an existing database, once and in order', async (site) => {
  await site.migrate(laterVersion(site.store));
  const known = laterVersion(site.store, second, third);
  await site.migrate(known);
  assert.deepEqual(await applied(site), recorded(known));
  await site.migrate(known);
  assert.deepEqual({ ...(await site.rows('SELECT * FROM second'))[0] }, { number: 2, name: null });
  assert.equal((await site.rows('SELECT * FROM second')).length, 1);
});

onBoth('if one migration fails, none of an upgrade is applied, and it can be repeated', async (site) => {
  const before = laterVersion(site.store);
  await site.migrate(before);
  await assert.rejects(site.migrate(laterVersion(site.store, second, broken)), /nowhere/);
  assert.deepEqual(await applied(site), recorded(before));
  await assert.rejects(site.rows('SELECT * FROM second'), /second/);
  const corrected = laterVersion(site.store, second, third);
  await site.migrate(corrected);
  assert.deepEqual(await applied(site), recorded(corrected));
});

onBoth('several processes at once apply each migration once', async (site) => {
  const known = laterVersion(site.store, second, third);
  await Promise.all(Array.from({ length: 6 }, () => site.migrate(known)));
  assert.deepEqual(await applied(site), recorded(known));
  assert.equal((await site.rows('SELECT * FROM second')).length, 1);
});

const isNewer = (known: number) =>
  new RegExp(`written by a newer version of Bursar \\(schema ${known + 1}; this version knows ${known}\\)`);

onBoth('a version that lacks a migration, or has another one, refuses the database', async (site) => {
  await site.migrate(laterVersion(site.store, second));
  const before = await applied(site);
  await assert.rejects(site.migrate(laterVersion(site.store)), isNewer(laterVersion(site.store).length));
  await assert.rejects(
    site.migrate(laterVersion(site.store, `${second} `, third)),
    /created with another \d{4}-more\.sql than that of this version/,
  );
  assert.deepEqual(await applied(site), before);
});
