/**
 * A slice of a list: rows that an index finds in the order of the list, of which the other conditions of the filter
 * select some. The number of rows that are looked at is bounded, so a filter that selects few rows does not read the
 * whole table.
 */
import { present } from '../../../boundary/present.ts';
import type { AmountRange, ListWindow, Place, Slice } from '../../reads/lists.ts';
import type { Row, TableName } from '../../tables.ts';
import type { SqlParameter, SqlRunner } from '../sql-runner.ts';
import type { Conditions } from './statement-parts.ts';

type ListTable = Extract<TableName, 'withdrawals' | 'deposits' | 'transfers' | 'audit'>;

const timeColumns: Readonly<Record<ListTable, string>> = {
  withdrawals: 'applied_at',
  deposits: 'inserted_at',
  transfers: 'at',
  audit: 'at',
};
const timeFields = {
  withdrawals: 'appliedAt',
  deposits: 'insertedAt',
  transfers: 'at',
  audit: 'at',
} as const;

/** The conditions by which an index finds the rows: one or more sets, no two of which a row meets. */
export type Access = {
  readonly drivers: readonly Conditions[];
  /** The order of the index: of the numbers, or of the times first. */
  readonly order: 'seq' | 'time';
};

type Statement = { readonly sql: string; readonly parameters: readonly SqlParameter[] };

export async function listSlice<T extends ListTable>(
  run: SqlRunner,
  table: T,
  access: Access,
  residual: Conditions,
  { before, limit, scan }: ListWindow,
): Promise<Slice<Row<T>>> {
  const isFiltered = residual.sql.length > 0;
  const candidates = candidatesOf(table, access, before, isFiltered ? scan : limit + 1);
  const found = await run.rows(table, ...filtered(table, access, candidates, residual, limit + 1));
  const rows = found.slice(0, limit);
  if (found.length > limit) return { rows, next: placeOf(table, present(rows.at(-1))) };
  if (!isFiltered) return { rows, next: null };
  return { rows, next: await lastCandidate(run, table, access, candidates, scan, rows.at(-1)) };
}

function placeOf<T extends ListTable>(table: T, row: Row<T>): Place {
  // cast: all tables of lists have it.
  const { seq, ...fields } = row as Row<ListTable> & { seq: number };
  // cast: its time is one of them.
  return { at: present((fields as unknown as Record<string, number>)[timeFields[table]]), seq };
}

const orderOf = (table: ListTable, { order }: Access) =>
  order === 'seq' ? 'seq DESC' : `${timeColumns[table]} DESC, seq DESC`;

/** The newest rows that the index finds, at most `count`. */
function candidatesOf(table: ListTable, access: Access, before: Place | undefined, count: number): Statement {
  const order = orderOf(table, access);
  const behind = behindPlace(table, access, before);
  const parts = access.drivers.map((driver): Statement => {
    const where = [...driver.sql, ...behind.sql].join(' AND ');
    return {
      sql: `SELECT * FROM ${table}${where === '' ? '' : ` WHERE ${where}`} ORDER BY ${order} LIMIT CAST(? AS INTEGER)`,
      parameters: [...driver.parameters, ...behind.parameters, count],
    };
  });
  if (parts.length === 1) return present(parts[0]);
  const union = parts.map(({ sql }, index) => `SELECT * FROM (${sql}) AS part${index}`).join(' UNION ALL ');
  return {
    sql: `${union} ORDER BY ${order} LIMIT CAST(? AS INTEGER)`,
    parameters: [...parts.flatMap(({ parameters }) => parameters), count],
  };
}

function behindPlace(table: ListTable, { order }: Access, before: Place | undefined): Conditions {
  if (before === undefined) return { sql: [], parameters: [] };
  return order === 'seq'
    ? { sql: ['seq < ?'], parameters: [before.seq] }
    : { sql: [`(${timeColumns[table]}, seq) < (?, ?)`], parameters: [before.at, before.seq] };
}

function filtered(
  table: ListTable,
  access: Access,
  candidates: Statement,
  residual: Conditions,
  count: number,
): [string, readonly SqlParameter[]] {
  if (residual.sql.length === 0) return [candidates.sql, candidates.parameters];
  return [
    `SELECT * FROM (${candidates.sql}) AS candidates WHERE ${residual.sql.join(' AND ')}
     ORDER BY ${orderOf(table, access)} LIMIT CAST(? AS INTEGER)`,
    [...candidates.parameters, ...residual.parameters, count],
  ];
}

/** @returns null if there were fewer candidates than were asked for. */
async function lastCandidate<T extends ListTable>(
  run: SqlRunner,
  table: T,
  access: Access,
  candidates: Statement,
  scan: number,
  last: Row<T> | undefined,
): Promise<Place | null> {
  const [row] = await run.values(
    `SELECT ${timeColumns[table]} AS at, seq FROM (${candidates.sql}) AS candidates
     ORDER BY ${orderOf(table, access)} LIMIT 1 OFFSET CAST(? AS INTEGER)`,
    [...candidates.parameters, scan - 1],
  );
  if (row === undefined) return null;
  const place = { at: Number(row.at), seq: Number(row.seq) };
  // Rows that were added meanwhile push the last candidate towards the newest.
  return last !== undefined && isBehind(access, placeOf(table, last), place) ? placeOf(table, last) : place;
}

function isBehind({ order }: Access, one: Place, other: Place): boolean {
  return order === 'time' && one.at !== other.at ? one.at < other.at : one.seq < other.seq;
}

/** Amounts are compared as canonical text of their units: the longer one is greater. SQLite stores them so. */
export function amountConditions({ min, max }: AmountRange): Conditions {
  const text = 'CAST(amount AS TEXT)';
  const sql: string[] = [];
  const parameters: SqlParameter[] = [];
  for (const [bound, sign] of [
    [min, '>'],
    [max, '<'],
  ] as const) {
    if (bound === undefined) continue;
    const units = bound.toString();
    sql.push(`(length(${text}) ${sign} ? OR (length(${text}) = ? AND ${text} ${sign}= ?))`);
    parameters.push(units.length, units.length, units);
  }
  return { sql, parameters };
}
