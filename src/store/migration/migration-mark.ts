/**
 * The state of a migration, stored in the target database: the contents to copy, the progress, and whether the copy was
 * compared and found equal. It is stored before the first row is copied.
 *
 * Invariant: progress is written in the transaction that writes the rows. A database with an unfinished migration may
 * be incomplete, and no server may use it.
 */
import { textIn } from '../../boundary/selected.ts';
import { type Client, createClient, type Database, query } from '../postgres/client.ts';
import type { TableName } from '../tables.ts';
import type { Contents, RawRow } from './canonical-rows.ts';

export type MigrationMark = {
  /** The contents of the source when the migration began. */
  readonly contents: Contents;
  /** The last copied key of each table. */
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
  const parse = (field: string) => JSON.parse(textIn(row, field));
  return { contents: parse('contents'), progress: parse('progress'), finished: row.finished === true };
}

export async function setMark(client: Client, contents: Contents): Promise<void> {
  await query(client, createTable);
  await query(client, 'INSERT INTO migration_state (contents) VALUES ($1)', [JSON.stringify(contents)]);
}

export async function removeMark(client: Client): Promise<void> {
  await query(client, 'DELETE FROM migration_state');
}

/** To be appended to an insert. Its two parameters, numbered from `first`, are the table and the last copied key. */
export function noteProgressSql(first: number): string {
  return `UPDATE migration_state
    SET progress = jsonb_set(progress, ARRAY[$${first}::text], ($${first + 1}::text)::jsonb)`;
}

export async function finishMark(client: Client): Promise<void> {
  await query(client, 'UPDATE migration_state SET finished_at = now()');
}

/**
 * Whether the database is the target of an unfinished migration. A server must check this after it has connected and
 * before it does anything else. A migration first sets its mark and then checks for connected servers, so at least one
 * of the two detects the other.
 */
export async function isHalfMigrated(database: Database): Promise<boolean> {
  const client = createClient(database, { max: 1 });
  try {
    const mark = await readMark(client);
    return mark !== undefined && !mark.finished;
  } finally {
    await client.end({ timeout: 5 });
  }
}
