/** The rows of a table that are still under way: few of all, with a partial index of their own in both stores. */
import type { Row, TableName } from './tables.ts';

type OpenRows<T extends TableName> = {
  /** The condition, spelled as in SQLite's index, which serves no other spelling. */
  readonly sql: string;
  readonly has: (row: Row<T>) => boolean;
};

const withdrawalStages: readonly string[] = [
  'email-sent',
  'awaiting-approval',
  'queued',
  'waiting',
  'broadcast',
];
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

/** @throws when the table has no such index. */
export function openRowsOf<T extends TableName>(table: T): OpenRows<T> {
  const open = openRows[table] as OpenRows<T> | undefined;
  if (open === undefined) throw new Error(`no index tells which rows of ${table} are open`);
  return open;
}
