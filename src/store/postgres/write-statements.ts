/** What a batch writes, in few statements: of each table the rows to update, to insert, to put and to delete. */
import { sequenced, type TableName, tables } from '../tables.ts';
import type { RawRow } from './client.ts';
import type { Statement } from './connection.ts';
import { columnsOf, encodeArray, sqlTypeOf } from './encoding.ts';
import type { RowChange } from './row-change.ts';

export function writeStatements(changes: ReadonlyMap<TableName, readonly RowChange[]>): Statement[] {
  // In the order in which the tables refer to each other.
  return (Object.keys(tables) as TableName[]).flatMap((table) =>
    tableStatements(table, changes.get(table) ?? []),
  );
}

function tableStatements(table: TableName, changes: readonly RowChange[]): Statement[] {
  const rows = (kind: RowChange['kind']) =>
    changes.flatMap((change) => (change.kind === kind ? [change.after ?? change.key] : []));
  return [
    // First, so that what one row gives up another can have: of an account's addresses one is active.
    ...updateStatements(table, changes),
    ...insertStatement(table, rows('insert'), ''),
    ...insertStatement(table, rows('put'), onConflict(table)),
    ...deleteStatement(table, rows('delete')),
  ];
}

/** The rows as arrays of their columns. */
function unnest(table: TableName, columns: readonly string[], rows: readonly RawRow[]) {
  return {
    from: `unnest(${columns.map((column, index) => `$${index + 1}::${sqlTypeOf(table, column)}[]`).join()}) AS k (${columns.join()})`,
    parameters: columns.map((column) => encodeArray(table, column, rows)),
  };
}

function insertStatement(table: TableName, given: readonly RawRow[], conflict: string): Statement[] {
  if (given.length === 0) return [];
  const hasSeq = sequenced.has(table);
  const columns = Object.keys(columnsOf(table)).filter((column) => !(hasSeq && column === 'seq'));
  // Numbered rows keep the order of the commands; others are sorted, so that two who insert the same wait in a row.
  const rows = hasSeq ? given : sortByKey(table, given);
  const { from, parameters } = unnest(table, columns, rows);
  return [
    {
      sql: `INSERT INTO ${table} (${columns.join()}) SELECT ${columns.join()} FROM ${from}${conflict}`,
      parameters,
    },
  ];
}

function onConflict(table: TableName): string {
  const key: readonly string[] = tables[table].key;
  const rest = Object.keys(columnsOf(table)).filter((column) => !key.includes(column));
  return ` ON CONFLICT (${key.join()}) DO UPDATE SET ${rest.map((column) => `${column} = excluded.${column}`).join()}`;
}

function updateStatements(table: TableName, changes: readonly RowChange[]): Statement[] {
  const groups = new Map<string, RawRow[]>();
  for (const { kind, after, columns } of changes) {
    if (kind !== 'update' || after === null) continue;
    const name = [...(columns ?? [])].sort().join();
    const rows = groups.get(name);
    if (rows === undefined) groups.set(name, [after]);
    else rows.push(after);
  }
  const key: readonly string[] = tables[table].key;
  return [...groups].map(([name, rows]) => {
    const set = name.split(',').filter((column) => !key.includes(column));
    const { from, parameters } = unnest(table, [...key, ...set], sortByKey(table, rows));
    const assignments = set.map((column) => `${column} = k.${column}`);
    return {
      sql: `UPDATE ${table} t SET ${assignments.join()} FROM ${from} WHERE ${sameKey(table)}`,
      parameters,
    };
  });
}

function deleteStatement(table: TableName, rows: readonly RawRow[]): Statement[] {
  if (rows.length === 0) return [];
  const { from, parameters } = unnest(table, tables[table].key, sortByKey(table, rows));
  return [{ sql: `DELETE FROM ${table} t USING ${from} WHERE ${sameKey(table)}`, parameters }];
}

function sameKey(table: TableName): string {
  return tables[table].key.map((column) => `t.${column} = k.${column}`).join(' AND ');
}

function sortByKey(table: TableName, rows: readonly RawRow[]): readonly RawRow[] {
  const key: readonly string[] = tables[table].key;
  return [...rows].sort((a, b) => {
    for (const column of key) {
      const [left, right] = [a[column] as string | number, b[column] as string | number];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
}
