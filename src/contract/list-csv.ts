/** Writes lists as CSV: a column for each field of a row; the name of a nested field begins with that of its object. */
import { entriesOf } from '../boundary/record.ts';
import { type TSchema, Type } from './schema.ts';

/** Rows with the columns in this order. */
export type Csv<Reply> = {
  readonly columns: readonly string[];
  readonly rows: (reply: Reply) => readonly CsvRow[];
};
/** null: empty. */
type CsvCell = string | number | null;
export type CsvRow = Readonly<Record<string, CsvCell>>;

/** The query parameter of operations that can be asked for as CSV. */
export const csvFormat = {
  format: Type.Optional(
    Type.Unsafe<'json' | 'csv'>({
      type: 'string',
      enum: ['json', 'csv'],
      description:
        'csv: all rows that match, or up to `limit` of them, as lines of text; the header `Accept: text/csv` means the same.',
    }),
  ),
};

type Declared = { readonly id: string; readonly method: string; readonly reply: TSchema };

/** Whether the operation is a list: a GET whose id begins with `list`. */
export const isList = ({ id, method }: Pick<Declared, 'id' | 'method'>): boolean =>
  method === 'GET' && id.startsWith('list');

/**
 * @param isNewestLast whether the rows of a page are oldest first although later pages are older: as CSV, all rows are
 * newest first.
 * @throws if the reply has not exactly one list of objects.
 */
export function csvOfList({ id, reply }: Declared, isNewestLast = false): Csv<unknown> {
  const lists = entriesOf(propertiesOf(reply) ?? {}).flatMap(([name, schema]) => {
    const fields = propertiesOf(itemsOf(schema));
    return fields === undefined ? [] : [{ name, columns: columnsOf(fields) }];
  });
  const [list] = lists;
  if (list === undefined || lists.length > 1)
    throw new Error(`${id} is named a list, but its reply has ${lists.length} lists of objects`);
  return {
    columns: list.columns.map((column) => column.join('.')),
    rows: (page) => {
      // cast: the reply has the schema.
      const rows = (page as Readonly<Record<string, readonly object[]>>)[list.name] ?? [];
      return (isNewestLast ? rows.toReversed() : rows).map((row) => rowOf(list.columns, row));
    },
  };
}

type Fields = Readonly<Record<string, TSchema>>;
/** The names that lead to a value, from the outside in. */
type Column = readonly string[];

/** @returns undefined unless the schema is that of an object with declared fields. */
function propertiesOf(schema: unknown): Fields | undefined {
  // cast: schemas are objects, and those of objects have their fields here.
  const { properties } = (schema ?? {}) as { readonly properties?: Fields };
  return properties === undefined || Object.keys(properties).length === 0 ? undefined : properties;
}

// cast: of a list, a schema has that of its items.
const itemsOf = (schema: TSchema): unknown => (schema as { readonly items?: unknown }).items;

function columnsOf(fields: Fields, outer: Column = []): readonly Column[] {
  return entriesOf(fields).flatMap(([name, schema]) => {
    const inner = propertiesOf(schema);
    return inner === undefined ? [[...outer, name]] : columnsOf(inner, [...outer, name]);
  });
}

const rowOf = (columns: readonly Column[], row: unknown): CsvRow =>
  Object.fromEntries(columns.map((column) => [column.join('.'), cellOf(column.reduce(fieldOf, row))]));

const fieldOf = (value: unknown, name: string): unknown =>
  // cast: it is not null, and other values have no such field.
  value === null || value === undefined ? undefined : (value as Readonly<Record<string, unknown>>)[name];

/** The words of a list are separated by blanks; other structures are JSON. */
function cellOf(value: unknown): CsvCell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  const areWords =
    Array.isArray(value) && value.every((each) => typeof each === 'string' && /^\S+$/.test(each));
  return areWords ? value.join(' ') : JSON.stringify(value);
}
