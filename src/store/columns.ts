/**
 * The kinds of columns, with which tables are declared, and their names. Fields are in camel case here and in rows;
 * columns are in snake case in SQL.
 *
 * Kinds: `integer`, `text`, `units` (a bigint amount, stored as canonical decimal text or numeric), `flag` (boolean),
 * `json`.
 */

export type ColumnKind = 'integer' | 'text' | 'units' | 'flag' | 'json';

export type Column<V = unknown> = {
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  /** The type of the values; only for the type checker. */
  readonly value?: V;
};

const column = <V>(kind: ColumnKind): Column<V> => ({ kind, nullable: false });
export const integer = column<number>('integer');
export const units = column<bigint>('units');
export const flag = column<boolean>('flag');
export const text = <V extends string = string>() => column<V>('text');
export const json = <V>() => column<V>('json');
export const nullable = <V>(of: Column<V>): Column<V | null> => ({ kind: of.kind, nullable: true });

export type ValueOf<C> = C extends Column<infer V> ? V : never;

type Columns = Readonly<Record<string, Column>>;

export function table<const C extends Columns>(columns: C, key: readonly (keyof C & string)[]) {
  return { columns, key } as const;
}

const columnNames = new Map<string, string>();

/** The SQL name of a field's column: `account_id` for `accountId`. */
export function columnName(field: string): string {
  let name = columnNames.get(field);
  if (name === undefined) {
    name = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    columnNames.set(field, name);
  }
  return name;
}

const fieldNames = new Map<string, string>();

/** The field of an SQL column: `accountId` for `account_id`. */
export function fieldName(column: string): string {
  let name = fieldNames.get(column);
  if (name === undefined) {
    name = column.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    fieldNames.set(column, name);
  }
  return name;
}
