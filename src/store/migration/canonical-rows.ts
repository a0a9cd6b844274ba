/**
 * The canonical text of a table, which is the same for both stores: the text format of PostgreSQL's COPY, one line per
 * row, ordered by `seq` or, if the table has none, by its key.
 *
 * Invariant: two tables have the same lines exactly if they contain the same rows, so a digest of the lines identifies
 * the contents of a table.
 */

import { createHash } from 'node:crypto';
import { present } from '../../boundary/present.ts';
import { keysOf } from '../../boundary/record.ts';
import { type ColumnKind, columnName } from '../columns.ts';
import { columnsOf, keyOf, type SequenceName, sequenced, type TableName, tables } from '../tables.ts';

/** A value as SQLite returns it, not decoded. */
export type RawValue = string | number | null;
export type RawRow = readonly RawValue[];

export type TableContents = { readonly rows: number; readonly digest: string };
export type Contents = Readonly<Record<TableName, TableContents>>;
/** The last number of each sequence. */
export type Sequences = Readonly<Record<SequenceName, number>>;

/** Referenced tables come before those that refer to them. */
export const tableNames = keysOf(tables);

/** The SQL names of a table's columns. */
export function columnNamesOf(table: TableName): readonly string[] {
  return Object.keys(columnsOf(table)).map(columnName);
}

/** The columns that rows are ordered by. */
export function orderOf(table: TableName): readonly string[] {
  return sequenced.has(table) ? ['seq'] : keyOf(table).map(columnName);
}

const needsEscape = /[\\\b\f\n\r\t\v]/;
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function escapeText(text: string): string {
  if (!needsEscape.test(text)) return text;
  return text.replaceAll(/[\\\b\f\n\r\t\v]/g, (found) => present(escapes[found]));
}

function spellValue(kind: ColumnKind, value: RawValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escapeText(value);
  if (kind === 'flag') return value === 1 ? 't' : 'f';
  return String(value);
}

/** @returns a function that formats rows from SQLite as lines. */
export function createSpeller(table: TableName): (row: RawRow) => string {
  const kinds = Object.values(columnsOf(table)).map(({ kind }) => kind);
  return (row) => {
    let line = spellValue(present(kinds[0]), present(row[0]));
    for (let index = 1; index < kinds.length; index += 1) {
      line += `\t${spellValue(present(kinds[index]), present(row[index]))}`;
    }
    return `${line}\n`;
  };
}

/** @returns a function that reads a line, without its end, as a row of SQLite. */
export function createLineReader(table: TableName): (line: string) => RawValue[] {
  const kinds = Object.values(columnsOf(table)).map(({ kind }) => kind);
  return (line) => line.split('\t').map((text, index) => readValue(present(kinds[index]), text));
}

const originals = new Map(Object.entries(escapes).map(([original, escaped]) => [escaped, original]));

function readValue(kind: ColumnKind, text: string): RawValue {
  if (text === '\\N') return null;
  if (kind === 'flag') return text === 't' ? 1 : 0;
  if (kind === 'integer') return Number(text);
  return text.includes('\\') ? text.replaceAll(/\\./g, (found) => originals.get(found) ?? found) : text;
}

/** The key in a line, for messages: `seq 17`. */
export function describeKey(table: TableName, line: string): string {
  const columns = columnNamesOf(table);
  const values = line.split('\t');
  return orderOf(table)
    .map((column) => `${column} ${values[columns.indexOf(column)]}`)
    .join(', ');
}

const lineEnd = 0x0a;

/** A running digest. Lines may be split across calls of `add`. */
export class TableDigest {
  readonly #hash = createHash('sha256');
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(lines: Buffer): void {
    this.#hash.update(lines);
    for (let end = lines.indexOf(lineEnd); end >= 0; end = lines.indexOf(lineEnd, end + 1)) this.#rows += 1;
  }

  finish(): TableContents {
    return { rows: this.#rows, digest: this.#hash.digest('hex') };
  }
}
