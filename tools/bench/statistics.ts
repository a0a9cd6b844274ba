/**
 * Medians, percentiles, and the speed of the machine. Percentiles are nearest-rank: always a measured value, never an
 * interpolated one.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';

const FSYNC_ROUNDS = 200;
const FSYNC_BLOCK_BYTES = 4096;

/** The middle value; for an even count, the mean of the two middle values. */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new RangeError('median of an empty list');
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** @param sorted in ascending order. @param share from 0 to 1. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) throw new RangeError('percentile of an empty list');
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/**
 * The two values between which the median of all possible values is with a probability of 95 %: by their ranks, as the
 * number of values below the median is binomial.
 */
export function boundsOfMedian(numbers: readonly number[]): readonly [number, number] {
  const sorted = numbers.toSorted((a, b) => a - b);
  const { length } = sorted;
  const below = Math.max(0, Math.floor(length / 2 - 0.98 * Math.sqrt(length)));
  return [sorted[below]!, sorted[length - 1 - below]!];
}

/** The cost of one durable 4 KiB append in `dir`: a lower bound for every reply that waits for the disk. */
export function fsyncMicros(dir: string): { p50: number; p99: number } {
  const tempDir = mkdtempSync(join(dir, 'fsync-'));
  const block = Buffer.alloc(FSYNC_BLOCK_BYTES, 0x5a);
  const micros = new Float64Array(FSYNC_ROUNDS);
  try {
    const file = openSync(join(tempDir, 'block'), 'w');
    try {
      for (let round = 0; round < FSYNC_ROUNDS; round++) {
        const startMs = performance.now();
        writeSync(file, block);
        fsyncSync(file);
        micros[round] = (performance.now() - startMs) * 1000;
      }
    } finally {
      closeSync(file);
    }
  } finally {
    rmSync(tempDir, { recursive: true, force: true });
  }
  micros.sort();
  return { p50: percentile(micros, 0.5), p99: percentile(micros, 0.99) };
}

/** Describes the machine in one line, for every published number. */
export function machineLine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  const memoryGib = (totalmem() / 2 ** 30).toFixed(1);
  return `${model}, ${availableParallelism()} cores, ${memoryGib} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
}
