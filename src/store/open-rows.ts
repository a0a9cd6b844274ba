/** The open rows of a table, a small part of it. Both stores have a partial index of them. */
import { openStages } from '../contract/withdrawal-stages.ts';
import type { Row, TableName } from './tables.ts';

type OpenRows<T extends TableName> = {
  /** Spelled exactly as in the index; otherwise SQLite does not use it. */
  readonly sql: string;
  readonly has: (row: Row<T>) => boolean;
};

const withdrawalStages: readonly string[] = openStages;
const depositStages: readonly string[] = ['pending', 'suspended', 'credited'];

const openRows: { readonly [T in TableName]?: OpenRows<T> } = {
  withdrawals: {
    sql: `(${withdrawalStages.map((stage) => `stage = '${stage}'`).join(' OR ')})`,
    has: ({ stage }) => withdrawalStages.includes(stage),
  },
  deposits: {
    sql: `stage IN (${depositStages.map((stage) => `'${stage}'`).join(', ')})`,
    has: ({ stage }) => depositStages.includes(stage),
  },
};

/** @throws if the table has no such index. */
export function openRowsOf<T extends TableName>(table: T): OpenRows<T> {
  // cast: the entry of a table is about its rows.
  const open = openRows[table] as OpenRows<T> | undefined;
  if (open === undefined) throw new Error(`${table} has no index of open rows`);
  return open;
}
