/** Results in Markdown for the published pages: ratios first, then absolute figures with machine and date. */
import { closedLoopRow } from './measurements/closed-loop.ts';
import { pacedRow } from './measurements/paced.ts';
import { sustainedRow } from './measurements/sustained.ts';
import type { BenchResult, MeasurementResult } from './result.ts';
import { describeSpread, doubtfulPairs, type SummaryLine, summarize } from './result-text.ts';
import { median } from './statistics.ts';
import { type Column, columns, format, splitName } from './table.ts';
import { oneProcessRow, pgbenchRatioRow } from './yardsticks/postgres.ts';
import { orderRow, rawRow } from './yardsticks/sqlite.ts';

const storeNames = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

export function resultsSection(results: readonly BenchResult[]): string {
  return results.map(describeResult).join('\n\n');
}

function describeResult(result: BenchResult): string {
  const { versions, fsyncMicros } = result;
  const commits =
    versions.against === undefined
      ? `\`${versions.this}\``
      : `\`${versions.this}\` against \`${versions.against}\``;
  const fsync = `fsync of 4 KiB p50 ${Math.round(fsyncMicros.p50)} µs, p99 ${Math.round(fsyncMicros.p99)} µs`;
  return [
    `### On ${storeNames[result.store]}, ${result.date.slice(0, 10)}`,
    `${commits}; ${result.machine}; ${fsync}. \`${result.command}\``,
    ...result.measurements.map(describeMeasurement),
  ].join('\n\n');
}

function describeMeasurement(result: MeasurementResult): string {
  const lines = summarize(result);
  const compared = lines.some(({ against }) => against !== undefined);
  const doubts = [...doubtfulPairs(result)].map(
    ([pair, change]) =>
      `In run ${pair + 1} the speed of the host itself changed (× ${change.toFixed(2)}): its figures are doubtful.`,
  );
  const table = compared ? comparisonTable(lines) : plainTable(lines);
  return [`#### ${result.title}`, table, ...doubts].join('\n\n');
}

/** One row for each figure: the ratio, then the figures that it compares. */
function comparisonTable(lines: readonly SummaryLine[]): string {
  const rows = lines.map(({ name, spread, against, ratio }) => {
    const { row, column } = splitName(name);
    const show = (value: number) => format(column, value);
    return [
      `${row}, ${columns[column].heading}`,
      ratio === undefined ? '–' : describeSpread(ratio, (value) => value.toFixed(2)),
      describeSpread(spread, show),
      against === undefined ? '–' : describeSpread(against, show),
    ];
  });
  return markdownTable(['', 'this ÷ against', 'this', 'against'], rows);
}

/** One column for each kind of figure. */
function plainTable(lines: readonly SummaryLine[]): string {
  const cells = lines.map(({ name, spread }) => ({ ...splitName(name), spread }));
  const present = (Object.keys(columns) as Column[]).filter((each) =>
    cells.some(({ column }) => column === each),
  );
  const rows = [...Map.groupBy(cells, ({ row }) => row)].map(([row, own]) => [
    row,
    ...present.map((each) => {
      const spread = own.find(({ column }) => column === each)?.spread;
      return spread === undefined ? '–' : describeSpread(spread, (value) => format(each, value));
    }),
  ]);
  return markdownTable(['', ...present.map((each) => columns[each].heading)], rows);
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The lines for the README: at most three, for the figures that were measured. */
export function speedLines(results: readonly BenchResult[]): readonly string[] {
  const lines = [sqliteLine, sustainedLine, postgresLine].flatMap(
    (line) => results.map((result) => line(result)).find((text) => text !== undefined) ?? [],
  );
  const [first] = results;
  return first === undefined || lines.length === 0
    ? []
    : [`On ${first.machine}, ${first.date.slice(0, 10)}:`, '', ...lines];
}

function sqliteLine(result: BenchResult): string | undefined {
  if (result.store !== 'sqlite') return undefined;
  const rate = figure(result, 'yardsticks', orderRow, 'perSecond');
  const raw = figure(result, 'yardsticks', rawRow, 'perSecond');
  const toBare = figure(result, 'yardsticks', orderRow, 'relative');
  const p99Ms = figure(result, 'yardsticks', orderRow, 'p99Ms');
  if (rate === undefined || raw === undefined || toBare === undefined || p99Ms === undefined)
    return undefined;
  return (
    `- A signed withdrawal, synced to disk before its reply: ${(rate / raw).toFixed(2)} × the rate of a raw loop that writes the same ` +
    `rows and nothing else, ${toBare.toFixed(2)} × that of a bare Fastify route; ${format('perSecond', rate)}/s, p99 ${p99Ms.toFixed(1)} ms.`
  );
}

function sustainedLine(result: BenchResult): string | undefined {
  if (result.store !== 'sqlite') return undefined;
  const peak = figure(result, 'peak', closedLoopRow, 'perSecond');
  const rate = figure(result, 'sustained', sustainedRow, 'perSecond');
  const p99Ms = figure(result, 'paced', pacedRow, 'p99Ms');
  if (peak === undefined || rate === undefined || p99Ms === undefined) return undefined;
  return (
    `- Completed as fast as accepted up to ${(rate / peak).toFixed(2)} × the peak of ${format('perSecond', peak)}/s; ` +
    `p99 at half of the peak: ${p99Ms.toFixed(1)} ms.`
  );
}

function postgresLine(result: BenchResult): string | undefined {
  if (result.store !== 'postgres') return undefined;
  const ratio = figure(result, 'yardsticks', pgbenchRatioRow, 'relative');
  const rate = figure(result, 'yardsticks', oneProcessRow, 'perSecond');
  if (ratio === undefined || rate === undefined) return undefined;
  return `- On PostgreSQL: ${ratio.toFixed(2)} × the rate of \`pgbench\` with the same reads and writes: ${format('perSecond', rate)}/s.`;
}

/** The median over this side's runs. */
function figure(
  { measurements }: BenchResult,
  name: string,
  row: string,
  column: Column,
): number | undefined {
  const runs = measurements.find((each) => each.name === name)?.runs ?? [];
  const values = runs.flatMap(({ side, table }) => (side === 'this' ? (table[row]?.[column] ?? []) : []));
  return values.length === 0 ? undefined : median(values);
}
