/** The result file of a benchmark: every single measurement, from which everything else can be computed. */
import type { Calibration } from './calibrator.ts';
import type { Side } from './pairing.ts';
import type { StoreName } from './storage.ts';
import type { Table } from './table.ts';

export type Run = {
  readonly side: Side;
  readonly pair: number;
  readonly table: Table;
  readonly before: Calibration;
  readonly after: Calibration;
};

export type MeasurementResult = {
  readonly name: string;
  readonly title: string;
  /** In order of pairs. */
  readonly runs: readonly Run[];
};

export type BenchResult = {
  /** Start time, ISO 8601. */
  readonly date: string;
  readonly machine: string;
  readonly fsyncMicros: { readonly p50: number; readonly p99: number };
  readonly store: StoreName;
  readonly seconds: number;
  /** The command line. */
  readonly command: string;
  readonly versions: { readonly this: string; readonly against?: string };
  readonly measurements: readonly MeasurementResult[];
};
