/** Two sides that are measured alternately, and the ratios of their figures. */
import { median } from './statistics.ts';

export type Side = 'this' | 'against';
export type Figures = Readonly<Record<string, number>>;
export type Spread = { readonly median: number; readonly min: number; readonly max: number };

/** ABBA: the sides alternate in going first, so that a machine that slows down steadily favours neither. */
export function orderOf(pair: number): readonly [Side, Side] {
  return pair % 2 === 0 ? ['this', 'against'] : ['against', 'this'];
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** The spread of each figure that all runs have. */
export function spreadsOf(runs: readonly Figures[]): Readonly<Record<string, Spread>> {
  return spreadEach(runs, (name) => runs.map((run) => run[name] as number));
}

/**
 * This side's figure as a multiple of the other's, pair by pair: `runs[i]` is compared with `others[i]`. A figure that
 * is missing in any run, or zero on the other side, has no ratio.
 */
export function ratiosOf(
  runs: readonly Figures[],
  others: readonly Figures[],
): Readonly<Record<string, Spread>> {
  if (runs.length !== others.length) throw new RangeError('the numbers of runs differ');
  return spreadEach(runs, (name) =>
    runs.map((run, pair) => (run[name] as number) / (others[pair]?.[name] ?? Number.NaN)),
  );
}

function spreadEach(runs: readonly Figures[], valuesOf: (name: string) => readonly number[]) {
  const names = Object.keys(runs[0] ?? {});
  const spreads = names.flatMap((name) => {
    const values = valuesOf(name);
    return values.every(Number.isFinite) ? [[name, spreadOf(values)] as const] : [];
  });
  return Object.fromEntries(spreads);
}
