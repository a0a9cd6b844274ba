/** Locks on rows that a batch changes and has read without a lock. */
import type { TableName } from '../tables.ts';
import type { BatchRows } from './batch-rows.ts';
import type { RawRow } from './client.ts';
import type { Statement } from './connection.ts';
import { decodeRow } from './encoding.ts';
import { BrokenWrite, StaleDecision } from './failure.ts';
import { keyShape, lockStatement, rowText, valuesKey } from './lookup-shapes.ts';
import type { RowChange } from './row-change.ts';

export type LateLock = {
  readonly table: TableName;
  readonly unlocked: readonly RowChange[];
  /** Locks the rows and returns them. */
  readonly statement: Statement;
};

/** @param tables those that the batch changes. @returns the locks in the order in which every batch takes them. */
export function planLateLocks(rows: BatchRows, tables: Iterable<TableName>): readonly LateLock[] {
  return [...tables].sort().flatMap((table) => {
    const unlocked = rows.unlocked(table);
    if (unlocked.length === 0) return [];
    const keys = unlocked.map(({ key }) => key);
    return [{ table, unlocked, statement: lockStatement(table, keys) }];
  });
}

/**
 * Compares the locked rows with what the batch has read.
 * @throws StaleDecision, or BrokenWrite if a row to update does not exist
 */
export function checkUnchanged({ table, unlocked }: LateLock, found: readonly RawRow[]): void {
  const shape = keyShape(table);
  const rows = found.map((row) => decodeRow(table, row));
  const now = new Map(rows.map((row) => [valuesKey(shape, row), row]));
  for (const { kind, key, before } of unlocked) {
    const row = now.get(valuesKey(shape, key));
    if (before) {
      if (row === undefined || rowText(table, row) !== rowText(table, before)) {
        throw new StaleDecision(`a row of ${table} has changed`);
      }
    } else if (row === undefined && kind === 'update') {
      throw new BrokenWrite(`${table}: the row to update does not exist`);
    }
  }
}
