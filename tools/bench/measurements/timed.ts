/** The duration of the same work, several times in a row. */
import { percentile } from '../statistics.ts';
import type { Row } from '../table.ts';

export async function timed(repetitions: number, work: () => Promise<unknown>): Promise<Row> {
  const times: number[] = [];
  for (let count = 0; count < repetitions; count += 1) {
    const begunMs = performance.now();
    await work();
    times.push(performance.now() - begunMs);
  }
  times.sort((one, other) => one - other);
  return { p50Ms: percentile(times, 0.5), maxMs: times.at(-1) ?? 0 };
}
