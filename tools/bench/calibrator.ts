/**
 * Measures the speed of the machine at one moment: a shared host varies by tens of percent within minutes, so a
 * measurement can only be compared with another one taken at the same machine speed.
 */
import { hash, randomBytes } from 'node:crypto';

const blockBytes = 4096;
const tableBytes = 64 * 2 ** 20;
const sliceMs = 150;

export type Calibration = {
  /** SHA-256 over 4 KiB: measures the processor alone. */
  readonly hashesPerSecond: number;
  /** Dependent reads from 64 MiB in random order: measures caches and memory. */
  readonly readsPerSecond: number;
};

export class Calibrator {
  readonly #block = randomBytes(blockBytes);
  readonly #next = createCycle(tableBytes / 4);
  #at = 0;

  /** Keeps this thread busy for 0.3 s. */
  measure(): Calibration {
    return {
      hashesPerSecond: ratePerSecond(100, () => {
        for (let each = 0; each < 100; each += 1) hash('sha256', this.#block, 'buffer');
      }),
      readsPerSecond: ratePerSecond(10_000, () => {
        for (let each = 0; each < 10_000; each += 1) this.#at = this.#next[this.#at] as number;
      }),
    };
  }
}

function ratePerSecond(stepsPerTurn: number, turn: () => void): number {
  const startMs = performance.now();
  let steps = 0;
  let elapsedMs = 0;
  for (; elapsedMs < sliceMs; elapsedMs = performance.now() - startMs) {
    turn();
    steps += stepsPerTurn;
  }
  return (steps * 1000) / elapsedMs;
}

/** A permutation that is a single cycle (Sattolo), so that following it visits every element before it repeats. */
function createCycle(length: number): Uint32Array {
  const next = new Uint32Array(length);
  for (let index = 0; index < length; index += 1) next[index] = index;
  for (let last = length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * last);
    const value = next[last] as number;
    next[last] = next[other] as number;
    next[other] = value;
  }
  return next;
}

/** The geometric mean of both rates relative to another measurement; 1 if nothing changed. */
export function relativeSpeed(now: Calibration, reference: Calibration): number {
  return Math.sqrt(
    (now.hashesPerSecond / reference.hashesPerSecond) * (now.readsPerSecond / reference.readsPerSecond),
  );
}
