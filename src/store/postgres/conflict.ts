/**
 * Unique violations: a batch inserted a key that exists, either because another process has just inserted it, or
 * because a command failed to look it up, which is a bug.
 *
 * To distinguish the two, the batch is tried again. The conflicting row is now visible, so a correct command does not
 * insert it again, unless the row was written once more in between. PostgreSQL stamps each row version with the
 * transaction that wrote it (`xmin`). If the same row version conflicts with two successive attempts, no other process
 * has written it in between, so the command has a bug.
 */
import { textIn } from '../../boundary/selected.ts';
import { columnName, fieldName } from '../columns.ts';
import { keyOf, type TableName } from '../tables.ts';
import type { RawRow } from './client.ts';
import type { Statement } from './connection.ts';
import { encodeArray, sqlTypeOf } from './encoding.ts';
import type { RowChange } from './row-change.ts';

/** The conflicting row versions, each as text; empty if none exists any more. */
export type ConflictingRows = ReadonlySet<string>;

type Run = (statements: readonly Statement[]) => Promise<readonly RawRow[][]>;

/** @param error the unique violation. @param changes the writes of the batch. */
export async function findConflictingRows(
  run: Run,
  error: unknown,
  changes: ReadonlyMap<TableName, readonly RowChange[]>,
): Promise<ConflictingRows> {
  // cast: the driver gives them to errors of the server.
  const { table_name: table, constraint_name: constraint } = error as {
    readonly table_name?: TableName;
    readonly constraint_name?: string;
  };
  if (table === undefined || constraint === undefined) return new Set();
  const written = (changes.get(table) ?? []).filter(({ after }) => after !== null);
  const fields = await fieldsOfIndex(run, constraint);
  if (written.length === 0 || fields.length === 0) return new Set();
  const [found = []] = await run([selectVersions(table, fields, written)]);
  return new Set(found.map((row) => textIn(row, 'version')));
}

async function fieldsOfIndex(run: Run, name: string): Promise<readonly string[]> {
  const [found = []] = await run([
    {
      sql: 'SELECT attname::text AS name FROM pg_attribute WHERE attrelid = to_regclass($1) ORDER BY attnum',
      parameters: [name],
    },
  ]);
  return found.map((row) => fieldName(textIn(row, 'name')));
}

/** Selects rows that have the written values, except a row's own previous version in an update. */
function selectVersions(
  table: TableName,
  fields: readonly string[],
  written: readonly RowChange[],
): Statement {
  const key = keyOf(table);
  const all = [...new Set([...fields, ...key])];
  const arrays = all.map((field, index) => `$${index + 1}::${sqlTypeOf(table, field)}[]`);
  const same = (given: readonly string[]) =>
    given
      .map(columnName)
      .map((name) => `t.${name} = k.${name}`)
      .join(' AND ');
  const texts = fields.map((field) => `quote_literal(t.${columnName(field)})`);
  // cast: deletions are excluded above.
  const rows = written.map(({ after }) => after as RawRow);
  return {
    sql: `SELECT concat_ws(' ', t.xmin, ${texts.join()}) AS version
      FROM unnest(${arrays.join()}, $${all.length + 1}::boolean[]) AS k (${all.map(columnName).join()}, is_new)
      JOIN ${table} t ON ${same(fields)} WHERE k.is_new OR NOT (${same(key)})`,
    parameters: [
      ...all.map((field) => encodeArray(table, field, rows)),
      `{${written.map(({ kind }) => kind === 'insert').join()}}`,
    ],
  };
}
