/**
 * The mark in a PostgreSQL database into which another one is copied: set before the first row, and with it what is to
 * be copied and how far it is; finished when everything was compared.
 *
 * Must always hold: how far it is, is written in the transaction that writes the rows. A database whose mark is not
 * finished holds part of the books at most, and no server may run over it.
 */
import { type Client, createClient, query } from '../postgres/client.ts';
import type { TableName } from '../tables.ts';
import type { Contents, RawRow } from './canonical-rows.ts';

export type MigrationMark = {
  /** Of the source when it began. */
  readonly contents: Contents;
  /** The last key of each table that was begun. */
  readonly progress: Partial<Record<TableName, RawRow>>;
  readonly finished: boolean;
};

const createTable = `
  CREATE TABLE IF NOT EXISTS migration_state (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    contents text NOT NULL,
    progress jsonb NOT NULL DEFAULT '{}',
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
  )`;

export async function readMark(client: Client): Promise<MigrationMark | undefined> {
  const [table] = await query(client, "SELECT to_regclass('migration_state') IS NOT NULL AS exists");
  if (table?.exists !== true) return undefined;
  const [row] = await query(
    client,
    'SELECT contents, progress::text AS progress, finished_at IS NOT NULL AS finished FROM migration_state',
  );
  if (row === undefined) return undefined;
  const parse = (text: unknown) => JSON.parse(text as string);
  return { contents: parse(row.contents), progress: parse(row.progress), finished: row.finished as boolean };
}

export async function setMark(client: Client, contents: Contents): Promise<void> {
  await query(client, createTable);
  await query(client, 'INSERT INTO migration_state (contents) VALUES ($1)', [JSON.stringify(contents)]);
}

export async function removeMark(client: Client): Promise<void> {
  await query(client, 'DELETE FROM migration_state');
}

/** Follows an insert in the same statement; the parameters are numbered from `first` on: the table, and its last key. */
export function noteProgressSql(first: number): string {
  return `UPDATE migration_state
    SET progress = jsonb_set(progress, ARRAY[$${first}::text], ($${first + 1}::text)::jsonb)`;
}

export async function finishMark(client: Client): Promise<void> {
  await query(client, 'UPDATE migration_state SET finished_at = now()');
}

/**
 * Whether the database is the target of a migration that has not come to its end. A server asks when it is connected
 * already, and before it does anything: a migration sets its mark first and then looks for servers, so that of the two
 * one sees the other.
 */
export async function isHalfMigrated(url: string): Promise<boolean> {
  const client = createClient(url, { max: 1 });
  try {
    const mark = await readMark(client);
    return mark !== undefined && !mark.finished;
  } finally {
    await client.end({ timeout: 5 });
  }
}
