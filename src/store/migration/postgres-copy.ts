/** A copy of the books of a PostgreSQL database in SQLite, as of one moment, while others continue to write to it. */
import type { DatabaseSync } from 'node:sqlite';
import { type Client, createClient, type Database, query } from '../postgres/client.ts';
import { storeFaultOf } from '../postgres/failure.ts';
import { openForWriting } from '../sqlite/database.ts';
import { imageOf } from '../sqlite/image.ts';
import type { TableName } from '../tables.ts';
import { columnNamesOf, createLineReader, orderOf, tableNames } from './canonical-rows.ts';

/** More does not fit into memory comfortably. */
const maxCopiedBytes = 512 * 1024 * 1024;

/** The books are too large to be copied into memory. */
export class TooLargeToCopy extends Error {}

/** @throws TooLargeToCopy, StoreFault */
export async function copyPostgresBooks(database: Database): Promise<Uint8Array> {
  const client = createClient(database, { max: 1, session: { default_transaction_read_only: 'on' } });
  const copy = openForWriting(':memory:');
  try {
    await query(client, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await refuseLarge(client);
    await withoutTriggers(copy, async () => {
      for (const table of tableNames) await copyTable(client, copy, table);
    });
    const set = copy.prepare('UPDATE sequences SET last = ? WHERE name = ?');
    for (const { name, last } of await query(client, 'SELECT name, last FROM sequences'))
      set.run(Number(last), String(name));
    return imageOf(copy);
  } catch (error) {
    throw error instanceof TooLargeToCopy ? error : storeFaultOf(error, 'not-done');
  } finally {
    copy.close();
    await client.end({ timeout: 5 });
  }
}

async function refuseLarge(client: Client): Promise<void> {
  const [row] = await query(client, 'SELECT pg_database_size(current_database())::bigint AS bytes');
  const bytes = Number(row?.bytes);
  if (bytes > maxCopiedBytes)
    throw new TooLargeToCopy(`the database has ${bytes} bytes, and at most ${maxCopiedBytes} are copied`);
}

/** Triggers guard changes, and the copied rows have passed them already. */
async function withoutTriggers(copy: DatabaseSync, work: () => Promise<void>): Promise<void> {
  const triggers = copy.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  for (const { name } of triggers) copy.exec(`DROP TRIGGER ${name}`);
  copy.exec('PRAGMA foreign_keys = OFF; BEGIN');
  await work();
  for (const { sql } of triggers) copy.exec(String(sql));
  copy.exec('COMMIT');
}

async function copyTable(client: Client, copy: DatabaseSync, table: TableName): Promise<void> {
  const columns = columnNamesOf(table);
  const insert = copy.prepare(
    `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
  );
  const read = createLineReader(table);
  const select = `SELECT ${columns.join()} FROM ${table} ORDER BY ${orderOf(table).join()}`;
  // COPY sends complete lines, and escapes line breaks within text.
  for await (const piece of await client.unsafe(`COPY (${select}) TO STDOUT`).readable())
    for (const line of String(piece).split('\n')) if (line !== '') insert.run(...read(line));
}
