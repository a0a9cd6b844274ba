/**
 * Writes the changes of a batch in few statements per table: updates, inserts, puts and deletes. The last statement
 * inserts the transfers together with the row of the event log that lists them.
 */

import { keysOf } from '../../boundary/record.ts';
import { columnName } from '../columns.ts';
import type { LoggedEvent } from '../logged-events.ts';
import { columnsOf, keyOf, sequenced, type TableName, tables } from '../tables.ts';
import type { RawRow } from './client.ts';
import type { Statement } from './connection.ts';
import { encodeArray, sqlTypeOf } from './encoding.ts';
import type { RowChange } from './row-change.ts';

/** The part of a row of the event log besides the transfers of the commit. */
type LogEntry = { readonly at: number; readonly events: readonly LoggedEvent[] };

export function writeStatements(
  changes: ReadonlyMap<TableName, readonly RowChange[]>,
  entry: LogEntry,
): Statement[] {
  // Referenced tables come before those that refer to them.
  const statements = keysOf(tables).flatMap((table) => tableStatements(table, changes.get(table) ?? []));
  return [...statements, ...logStatement(rowsOf('insert', changes.get('transfers') ?? []), entry)];
}

function tableStatements(table: TableName, changes: readonly RowChange[]): Statement[] {
  return [
    // Updates come first, so that a unique value that one row gives up is free for an inserted row (the active
    // address).
    ...updateStatements(table, changes),
    ...(table === 'transfers' ? [] : insertStatement(table, rowsOf('insert', changes), '')),
    ...insertStatement(table, rowsOf('put', changes), onConflict(table)),
    ...deleteStatement(table, rowsOf('delete', changes)),
  ];
}

function rowsOf(kind: RowChange['kind'], changes: readonly RowChange[]): readonly RawRow[] {
  return changes.flatMap((change) => (change.kind === kind ? [change.after ?? change.key] : []));
}

/** Other commits may have taken numbers between those of the new transfers: hence more than one range. */
const ranges = `
  SELECT json_agg(json_build_array(lower(r), upper(r) - 1) ORDER BY r)
  FROM (SELECT unnest(range_agg(int8range(seq, seq, '[]'))) AS r FROM written) AS x`;

function logStatement(transfers: readonly RawRow[], { at, events }: LogEntry): Statement[] {
  const insertEntry = 'INSERT INTO event_log (at, transfers, events)';
  const entry = [at, JSON.stringify(events)];
  const [insertTransfers] = insertStatement('transfers', transfers, ' RETURNING seq');
  if (insertTransfers === undefined) {
    if (events.length === 0) return [];
    return [{ sql: `${insertEntry} VALUES ($1::bigint, '[]', $2::text)`, parameters: entry }];
  }
  const { sql, parameters = [] } = insertTransfers;
  const next = parameters.length + 1;
  return [
    {
      sql: `WITH written AS (${sql})
        ${insertEntry} SELECT $${next}::bigint, (${ranges})::text, $${next + 1}::text`,
      parameters: [...parameters, ...entry],
    },
  ];
}

const names = (fields: readonly string[]) => fields.map(columnName).join();

/** The rows as arrays of their fields. */
function unnest(table: TableName, fields: readonly string[], rows: readonly RawRow[]) {
  const arrays = fields.map((field, index) => `$${index + 1}::${sqlTypeOf(table, field)}[]`);
  return {
    from: `unnest(${arrays.join()}) AS k (${names(fields)})`,
    parameters: fields.map((field) => encodeArray(table, field, rows)),
  };
}

/** @param rest the rest of the statement. */
function insertStatement(table: TableName, given: readonly RawRow[], rest: string): Statement[] {
  if (given.length === 0) return [];
  const hasSeq = sequenced.has(table);
  const fields = Object.keys(columnsOf(table)).filter((field) => !(hasSeq && field === 'seq'));
  // Rows with `seq` keep the order of the commands. Others are sorted by key, so that concurrent inserts cannot
  // deadlock.
  const rows = hasSeq ? given : sortByKey(table, given);
  const { from, parameters } = unnest(table, fields, rows);
  const sql = `INSERT INTO ${table} (${names(fields)}) SELECT ${names(fields)} FROM ${from}${rest}`;
  return [{ sql, parameters }];
}

function onConflict(table: TableName): string {
  const key = keyOf(table);
  const rest = Object.keys(columnsOf(table)).filter((field) => !key.includes(field));
  const set = rest.map(columnName).map((column) => `${column} = excluded.${column}`);
  return ` ON CONFLICT (${names(key)}) DO UPDATE SET ${set.join()}`;
}

function updateStatements(table: TableName, changes: readonly RowChange[]): Statement[] {
  const groups = new Map<string, RawRow[]>();
  for (const { kind, after, fields } of changes) {
    if (kind !== 'update' || after === null) continue;
    const name = [...(fields ?? [])].sort().join();
    const rows = groups.get(name);
    if (rows === undefined) groups.set(name, [after]);
    else rows.push(after);
  }
  const key = keyOf(table);
  return [...groups].map(([name, rows]) => {
    const set = name.split(',').filter((field) => !key.includes(field));
    const { from, parameters } = unnest(table, [...key, ...set], sortByKey(table, rows));
    const assignments = set.map(columnName).map((column) => `${column} = k.${column}`);
    return {
      sql: `UPDATE ${table} t SET ${assignments.join()} FROM ${from} WHERE ${sameKey(table)}`,
      parameters,
    };
  });
}

function deleteStatement(table: TableName, rows: readonly RawRow[]): Statement[] {
  if (rows.length === 0) return [];
  const { from, parameters } = unnest(table, keyOf(table), sortByKey(table, rows));
  return [{ sql: `DELETE FROM ${table} t USING ${from} WHERE ${sameKey(table)}`, parameters }];
}

function sameKey(table: TableName): string {
  const columns = keyOf(table).map(columnName);
  return columns.map((column) => `t.${column} = k.${column}`).join(' AND ');
}

/** Keys are texts or numbers. */
function compareKeys(left: unknown, right: unknown): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return String(left) < String(right) ? -1 : Number(left !== right);
}

function sortByKey(table: TableName, rows: readonly RawRow[]): readonly RawRow[] {
  const key = keyOf(table);
  return [...rows].sort((a, b) => {
    for (const field of key) {
      const order = compareKeys(a[field], b[field]);
      if (order !== 0) return order;
    }
    return 0;
  });
}
