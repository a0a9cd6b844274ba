/** Reads of any table. */
import type { Row, TableName } from '../tables.ts';
import type { Page } from './page.ts';

export type RowReads = {
  /** The first matching row, in the order of the key. */
  row<T extends TableName>(table: T, where: Partial<Row<T>>): Promise<Row<T> | undefined>;
  /** All matching rows, in the order of the key; not paged. */
  rows<T extends TableName>(table: T, where: Partial<Row<T>>): Promise<readonly Row<T>[]>;
  /** The newest rows, oldest first; `stages` filters withdrawals. */
  latest<T extends 'deposits' | 'withdrawals' | 'audit'>(
    table: T,
    page: Page,
    stages?: readonly string[],
  ): Promise<readonly Row<T>[]>;
};
