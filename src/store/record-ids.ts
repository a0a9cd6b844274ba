/** Ids of records that customers and operators refer to, the same in every store. */
import type { TimeSource } from '../clock/clock.ts';

/**
 * @param randomHex returns 20 random hex digits.
 * @returns a source of ids: 32 lower-case hex characters, increasing with time (ms), hard to guess.
 */
export function createRecordIds(world: TimeSource, randomHex: () => string): () => string {
  let prefixMs = Number.NaN;
  let prefix = '';
  return () => {
    const now = world.now();
    // Ids of one commit often share the millisecond.
    if (now !== prefixMs) {
      prefixMs = now;
      prefix = now.toString(16).padStart(12, '0');
    }
    return prefix + randomHex();
  };
}
