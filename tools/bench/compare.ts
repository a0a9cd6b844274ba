/** Runs measurements on one commit, or alternately on two. */
import { Calibrator } from './calibrator.ts';
import { closedLoopRow } from './measurements/closed-loop.ts';
import type { Measurement, MeasurementContext } from './measurements/measurement.ts';
import { orderOf, type Side } from './pairing.ts';
import type { Progress } from './progress.ts';
import type { MeasurementResult, Run } from './result.ts';
import { describeRun, describeSummary } from './result-text.ts';
import { median } from './statistics.ts';
import type { Subject } from './subject.ts';

export type ComparisonOptions = {
  /** This checkout, and the other one if two are compared. */
  readonly subjects: readonly Subject[];
  readonly measurements: readonly Measurement[];
  readonly pairs: number;
  readonly durationMs: number;
  readonly progress: Progress;
  /** Called with all results so far: once before the first measurement and after each. */
  readonly onResults: (results: readonly MeasurementResult[]) => void;
};

export async function compare(options: ComparisonOptions): Promise<void> {
  const { measurements, progress, onResults } = options;
  const calibrator = new Calibrator();
  const results: MeasurementResult[] = [];
  onResults(results);
  await prepare(options);
  for (const measurement of measurements) {
    progress.say(`\n${measurement.title}`);
    const context: MeasurementContext = {
      durationMs: options.durationMs,
      progress,
      peakOf: (side) => peakOf(results, options.subjects.length === 1 ? 'this' : side),
    };
    const result = await repeat(options, measurement, context, calibrator);
    results.push(result);
    for (const line of describeSummary(result)) progress.say(line);
    onResults(results);
  }
}

async function prepare({ subjects, measurements, progress }: ComparisonOptions): Promise<void> {
  for (const accounts of new Set(measurements.flatMap((each) => each.accounts))) {
    for (const subject of subjects) {
      progress.say(`${subject.side} (${subject.checkout.version}): creating a world of ${accounts} accounts`);
      await subject.prepare(accounts);
    }
  }
}

async function repeat(
  { subjects, pairs, progress }: ComparisonOptions,
  measurement: Measurement,
  context: MeasurementContext,
  calibrator: Calibrator,
): Promise<MeasurementResult> {
  const runs: Run[] = [];
  if (measurement.warmUp) for (const subject of subjects) await measurement.run(subject, context);
  const measured = subjects.filter(({ side }) => side === 'this' || measurement.once !== true);
  for (let pair = 0; pair < (measurement.once === true ? 1 : pairs); pair += 1) {
    for (const side of orderOf(pair)) {
      const subject = measured.find((each) => each.side === side);
      if (subject === undefined) continue;
      const before = calibrator.measure();
      const table = await measurement.run(subject, context);
      const run = { side, pair, table, before, after: calibrator.measure() };
      runs.push(run);
      progress.say(describeRun(run));
    }
  }
  return { name: measurement.name, title: measurement.title, runs };
}

function peakOf(results: readonly MeasurementResult[], side: Side) {
  const runs = results.find(({ name }) => name === 'peak')?.runs.filter((run) => run.side === side) ?? [];
  if (runs.length === 0) throw new Error('the peak has not been measured');
  const middle = (column: 'perSecond' | 'p99Ms') =>
    median(runs.map(({ table }) => table[closedLoopRow]?.[column] as number));
  return { perSecond: middle('perSecond'), p99Ms: middle('p99Ms') };
}
