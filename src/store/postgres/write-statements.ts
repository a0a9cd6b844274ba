/** Writes the changes of a batch in few statements per table: updates, inserts, puts and deletes. */
import { columnName, columnsOf, keyOf, sequenced, type TableName, tables } from '../tables.ts';
import type { RawRow } from './client.ts';
import type { Statement } from './connection.ts';
import { encodeArray, sqlTypeOf } from './encoding.ts';
import type { RowChange } from './row-change.ts';

export function writeStatements(changes: ReadonlyMap<TableName, readonly RowChange[]>): Statement[] {
  // Referenced tables come before those that refer to them.
  return (Object.keys(tables) as TableName[]).flatMap((table) =>
    tableStatements(table, changes.get(table) ?? []),
  );
}

function tableStatements(table: TableName, changes: readonly RowChange[]): Statement[] {
  const rows = (kind: RowChange['kind']) =>
    changes.flatMap((change) => (change.kind === kind ? [change.after ?? change.key] : []));
  return [
    // Updates come first, so that a unique value that one row gives up is free for an inserted row (the active
    // address).
    ...updateStatements(table, changes),
    ...insertStatement(table, rows('insert'), ''),
    ...insertStatement(table, rows('put'), onConflict(table)),
    ...deleteStatement(table, rows('delete')),
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

function insertStatement(table: TableName, given: readonly RawRow[], conflict: string): Statement[] {
  if (given.length === 0) return [];
  const hasSeq = sequenced.has(table);
  const fields = Object.keys(columnsOf(table)).filter((field) => !(hasSeq && field === 'seq'));
  // Rows with `seq` keep the order of the commands. Others are sorted by key, so that concurrent inserts cannot
  // deadlock.
  const rows = hasSeq ? given : sortByKey(table, given);
  const { from, parameters } = unnest(table, fields, rows);
  const sql = `INSERT INTO ${table} (${names(fields)}) SELECT ${names(fields)} FROM ${from}${conflict}`;
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

function sortByKey(table: TableName, rows: readonly RawRow[]): readonly RawRow[] {
  const key = keyOf(table);
  return [...rows].sort((a, b) => {
    for (const field of key) {
      const [left, right] = [a[field] as string | number, b[field] as string | number];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
}
