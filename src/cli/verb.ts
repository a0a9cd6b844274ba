/** A command-line verb: describes itself and runs. */
import { present } from '../boundary/present.ts';
export type Verb = {
  /** One line for the list of verbs. */
  readonly summary: string;
  /** The full help text. */
  readonly help: string;
  /**
   * @returns the exit code: 0 success, 1 failure, 2 only if neither can be determined.
   * @throws ConfigError on a usage error: one line, exit code 2.
   */
  readonly run: (args: readonly string[]) => Promise<number>;
};

/** Formats rows of two or more columns, each as wide as its widest cell. */
export function alignColumns(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  const line = (row: readonly string[]) =>
    row.map((cell, index) => cell.padEnd(present(widths[index]))).join('  ');
  return rows.map((row) => `${indent}${line(row)}`.trimEnd()).join('\n');
}
