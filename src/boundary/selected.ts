/** Types for database rows: the drivers return them untyped, and the statement determines their fields. */

/** All rows of a statement. @typeParam T the fields that it selects */
export function selected<T>(rows: readonly unknown[]): T[] {
  return rows as T[];
}

/** The first row of a statement, or undefined if there is none. @typeParam T the fields that it selects */
export function selectedRow<T>(row: unknown): T | undefined {
  return row as T | undefined;
}

/** The only row of a statement that always has one. @typeParam T the fields that it selects */
export function onlyRow<T>(row: unknown): T {
  if (row === undefined) throw new Error('a statement that always has a row had none');
  return row as T;
}

type RawRow = Readonly<Record<string, unknown>>;

/** A field that is text by its column. */
export function textIn(row: RawRow, field: string): string {
  const value = row[field];
  if (typeof value !== 'string') throw new Error(`${field} of a row is not text`);
  return value;
}

/** A field that is a number by its column. */
export function numberIn(row: RawRow, field: string): number {
  const value = row[field];
  if (typeof value !== 'number') throw new Error(`${field} of a row is not a number`);
  return value;
}
