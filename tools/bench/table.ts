/** The form of all results: rows of figures in columns that all measurements share. */
export const columns = {
  perSecond: { heading: 'per second', decimals: 0 },
  completedPerSecond: { heading: 'completed per second', decimals: 0 },
  relative: { heading: 'ratio', decimals: 2 },
  p50Ms: { heading: 'p50 ms', decimals: 2 },
  p99Ms: { heading: 'p99 ms', decimals: 2 },
  p999Ms: { heading: 'p99.9 ms', decimals: 1 },
  maxMs: { heading: 'max ms', decimals: 1 },
  sendDelayP99Ms: { heading: 'sent late p99 ms', decimals: 2 },
  settleRejectedShare: { heading: 'settle rejected', decimals: 4 },
  durationMs: { heading: 'ms', decimals: 0 },
  processorUs: { heading: 'processor time µs', decimals: 1 },
  residentMb: { heading: 'resident MB', decimals: 0 },
  count: { heading: 'count', decimals: 0 },
} as const;

export type Column = keyof typeof columns;
export type Row = Readonly<Partial<Record<Column, number>>>;
export type Table = Readonly<Record<string, Row>>;

const separator = ' | ';

/** Gives each figure one name, so that tables of several runs can be compared. */
export function flatten(table: Table): Readonly<Record<string, number>> {
  const entries = Object.entries(table).flatMap(([row, figures]) =>
    Object.entries(figures).map(([column, value]) => [row + separator + column, value] as const),
  );
  return Object.fromEntries(entries);
}

export function splitName(name: string): { readonly row: string; readonly column: Column } {
  const at = name.lastIndexOf(separator);
  return { row: name.slice(0, at), column: name.slice(at + separator.length) as Column };
}

export function format(column: Column, value: number): string {
  const { decimals } = columns[column];
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
