/** Rows as CSV (RFC 4180): a line with the names of the columns, then one for each row. */
import type { CsvRow } from '../contract/list-csv.ts';

export const csvType = 'text/csv; charset=utf-8; header=present';

/** The line with the names of the columns. */
export const csvHead = (columns: readonly string[]): string => lineOf(columns);

export function csvLines(columns: readonly string[], rows: readonly CsvRow[]): string {
  return rows.map((row) => lineOf(columns.map((column) => row[column] ?? ''))).join('');
}

const lineOf = (cells: readonly (string | number)[]) => `${cells.map(cellOf).join(',')}\r\n`;

/** A text that a spreadsheet would take for a formula gets an apostrophe in front; numbers are left alone. */
function cellOf(value: string | number): string {
  const text = String(value);
  const safe = /^[=+@\t\r\n]|^-(?![0-9.]+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
