/**
 * The tables of both stores: columns, their kinds, and keys, declared by subject in `tables/`. The SQL migrations create
 * them; a conformance test compares the two.
 */
import { isOneOf } from '../boundary/one-of.ts';
import type { Column, ValueOf } from './columns.ts';
import { type ReferenceTable, referenceTables } from './reference-tables.ts';
import { accountTables } from './tables/account-tables.ts';
import { addressTables } from './tables/address-tables.ts';
import { approvalTables } from './tables/approval-tables.ts';
import { catalogTables } from './tables/catalog-tables.ts';
import { customerTransferTables } from './tables/customer-transfer-tables.ts';
import { depositTables } from './tables/deposit-tables.ts';
import { dividendTables } from './tables/dividend-tables.ts';
import { ledgerTables } from './tables/ledger-tables.ts';
import { logTables } from './tables/log-tables.ts';
import { operatorTables } from './tables/operator-tables.ts';
import { tradingTables } from './tables/trading-tables.ts';
import { withdrawalTables } from './tables/withdrawal-tables.ts';

export type { OperatorState } from './tables/operator-tables.ts';
export type { FeeRecipient } from './tables/withdrawal-tables.ts';
export { type ReferenceTable, referenceTables };

/** Referenced tables come before those that refer to them. */
export const tables = {
  ...accountTables,
  ...catalogTables,
  ...ledgerTables,
  ...addressTables,
  ...depositTables,
  ...withdrawalTables,
  ...customerTransferTables,
  ...dividendTables,
  ...tradingTables,
  ...logTables,
  ...operatorTables,
  ...approvalTables,
} as const;

export type Tables = typeof tables;
export type TableName = keyof Tables;

export type Row<T extends TableName> = {
  readonly [F in keyof Tables[T]['columns']]: ValueOf<Tables[T]['columns'][F]>;
};

/** The columns of a table, by field. */
export function columnsOf(table: TableName): Readonly<Record<string, Column>> {
  return tables[table].columns;
}

/** The fields of a table's key. */
export function keyOf(table: TableName): readonly string[] {
  return tables[table].key;
}

export function isReferenceTable(table: TableName): table is ReferenceTable {
  return isOneOf(referenceTables, table);
}

/** Tables whose `seq` the store assigns. */
type Sequenced =
  | 'transfers'
  | 'deposits'
  | 'withdrawals'
  | 'order_events'
  | 'audit'
  | 'event_log'
  | 'address_pool'
  | 'pending_changes'
  | 'account_notes';
export const sequenced: ReadonlySet<TableName> = new Set<Sequenced>([
  'transfers',
  'deposits',
  'withdrawals',
  'order_events',
  'audit',
  'event_log',
  'address_pool',
  'pending_changes',
  'account_notes',
]);

/**
 * Sequences, whose last numbers are in `sequences`: on SQLite a table that the store writes, on PostgreSQL a view of its own
 * sequences.
 */
export const sequenceNames = ['tran_ids', 'account_ids'] as const;
export type SequenceName = (typeof sequenceNames)[number];

/** A row to insert: without `seq` if the store assigns it. */
export type NewRow<T extends TableName> = T extends Sequenced ? Omit<Row<T>, 'seq'> : Row<T>;
