/**
 * Common parts of the comparisons with reference programs: the number of repeats and the load of one kind of request.
 */
import type { LoadPlan, LoadResult, SigningKey } from '../load/load.ts';
import { type MeasurementContext, runAccepted } from '../measurements/measurement.ts';
import { median } from '../statistics.ts';
import type { Column, Row, Table } from '../table.ts';

export const repeats = 3;

type Request = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: string;
  /** See `SignedWorkload`. */
  readonly repeated?: number;
};
type Target = { readonly ports: readonly number[]; readonly keys?: readonly SigningKey[] };

export const systemStatus: Request = { method: 'GET', path: '/wapi/v3/systemStatus.html', query: '' };
export const accountStatus: Request = { method: 'GET', path: '/wapi/v3/accountStatus.html', query: '' };

/** 64 connections; requests are signed if there are keys. */
export function loadPlan(request: Request, target: Target, durationMs: number): LoadPlan {
  const { method, path } = request;
  const { ports, keys } = target;
  const workload =
    keys === undefined
      ? { kind: 'fixed' as const, method, path, headers: {} }
      : { kind: 'signed' as const, ...request, keys };
  return { host: '127.0.0.1', ports, connections: 64, durationMs, warmupMs: 1500, workload };
}

/** The medians of three runs. */
export async function measure(name: string, plan: LoadPlan, context: MeasurementContext): Promise<Row> {
  const [row] = await measureByTurns([[name, plan]], context);
  return row as Row;
}

/** Measures several loads alternately, so that changes of the machine over time affect all of them. */
export async function measureByTurns(
  plans: readonly (readonly [name: string, plan: LoadPlan])[],
  { progress }: MeasurementContext,
): Promise<readonly Row[]> {
  const results = plans.map((): LoadResult[] => []);
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const [index, [name, plan]] of plans.entries()) {
      results[index]?.push(
        await progress.during(`${name}, run ${repeat + 1} of ${repeats}`, runAccepted(plan)),
      );
    }
  }
  return results.map(medians);
}

function medians(results: readonly LoadResult[]): Row {
  return {
    perSecond: median(results.map((result) => result.ratePerSecond)),
    p50Ms: median(results.map((result) => result.p50Ms)),
    p99Ms: median(results.map((result) => result.p99Ms)),
  };
}

/** Adds to each row with a rate its ratio to the given rate. */
export function relativeTo(rate: number, table: Table): Table {
  const rows = Object.entries(table).map(([name, row]) => {
    const { perSecond, ...rest }: Partial<Record<Column, number>> = row;
    return [
      name,
      perSecond === undefined ? row : { perSecond, relative: perSecond / rate, ...rest },
    ] as const;
  });
  return Object.fromEntries(rows);
}
