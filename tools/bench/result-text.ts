/** Results as text for a terminal. */
import { type Calibration, relativeSpeed } from './calibrator.ts';
import { ratiosOf, type Side, type Spread, spreadsOf } from './pairing.ts';
import type { MeasurementResult, Run } from './result.ts';
import { columns, flatten, format, splitName } from './table.ts';

/** If the speed of the host changes by more than this between two runs, their ratio is doubtful. */
const steadyShare = 0.1;

export type SummaryLine = {
  readonly name: string;
  readonly spread: Spread;
  /** When two commits are compared: the other's figure, and this side's as a multiple of it, pair by pair. */
  readonly against?: Spread | undefined;
  readonly ratio?: Spread | undefined;
};

/** Summarizes each figure that all runs of a side have. */
export function summarize({ runs }: MeasurementResult): readonly SummaryLine[] {
  const of = (side: Side) => runs.filter((run) => run.side === side).map(({ table }) => flatten(table));
  const [mine, others] = [of('this'), of('against')];
  const spreads = spreadsOf(mine);
  if (others.length === 0) return Object.entries(spreads).map(([name, spread]) => ({ name, spread }));
  const otherSpreads = spreadsOf(others);
  const ratios = ratiosOf(mine, others);
  return Object.entries(spreads).map(([name, spread]) => ({
    name,
    spread,
    against: otherSpreads[name],
    ratio: ratios[name],
  }));
}

/** @returns the pairs during which the speed of the host itself changed, and by how much. */
export function doubtfulPairs({ runs }: MeasurementResult): ReadonlyMap<number, number> {
  const pairs = Map.groupBy(runs, ({ pair }) => pair);
  const speeds = [...pairs].map(([pair, both]) => [pair, speedChange(both)] as const);
  return new Map(speeds.filter(([, change]) => Math.abs(change - 1) > steadyShare));
}

/** The change from the other side's run to this side's; for a single run, from before to after. */
function speedChange(runs: readonly Run[]): number {
  const mine = runs.find(({ side }) => side === 'this') as Run;
  const other = runs.find(({ side }) => side === 'against');
  if (other === undefined) return relativeSpeed(mine.after, mine.before);
  return relativeSpeed(meanOf(mine), meanOf(other));
}

function meanOf({ before, after }: Run): Calibration {
  return {
    hashesPerSecond: (before.hashesPerSecond + after.hashesPerSecond) / 2,
    readsPerSecond: (before.readsPerSecond + after.readsPerSecond) / 2,
  };
}

export function describeRun({ side, pair, table, before, after }: Run): string {
  const parts = Object.values(table).flatMap((row) =>
    Object.entries(row).map(([column, value]) => {
      const { heading } = columns[column as keyof typeof columns];
      return `${format(column as keyof typeof columns, value)} ${heading}`;
    }),
  );
  const host = `host ${describeHost(before)} → ${describeHost(after)}`;
  return `  pair ${pair + 1} ${side.padEnd(7)}  ${parts.slice(0, 6).join(', ')}  [${host}]`;
}

function describeHost({ hashesPerSecond, readsPerSecond }: Calibration): string {
  return `${Math.round(hashesPerSecond / 1000)} k hashes/s ${(readsPerSecond / 1e6).toFixed(1)} M reads/s`;
}

export function describeSummary(result: MeasurementResult): readonly string[] {
  const lines = summarize(result).map(({ name, spread, against, ratio }) => {
    const { row, column } = splitName(name);
    const label = `  ${row}, ${columns[column].heading}`.padEnd(64);
    const show = (value: number) => format(column, value);
    if (against === undefined) return `${label} ${describeSpread(spread, show)}`;
    const figures = `${show(spread.median)} against ${show(against.median)}`;
    // There is no ratio if the other side's figure is zero.
    if (ratio === undefined) return `${label} ${figures}`;
    return `${label} × ${describeSpread(ratio, (value) => value.toFixed(2))}   ${figures}`;
  });
  const doubts = [...doubtfulPairs(result)].map(
    ([pair, change]) =>
      `  pair ${pair + 1} is doubtful: the speed of the host itself changed × ${change.toFixed(2)}`,
  );
  return [...lines, ...doubts];
}

/** The median, and the range if there is one. */
export function describeSpread({ median, min, max }: Spread, format: (value: number) => string): string {
  return min === max ? format(median) : `${format(median)} [${format(min)}–${format(max)}]`;
}
