/** Waits until a condition holds, with a deadline. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/**
 * Polls `look` at intervals that leave the servers time to work.
 * @returns the first result that satisfies the predicate.
 */
export async function eventually<T>(
  look: () => Promise<T>,
  predicate: (seen: T) => boolean,
  limitMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const begunMs = performance.now();
    const seen = await look();
    if (predicate(seen)) return seen;
    if (begunMs > deadline) assert.fail(`not within ${limitMs} ms: ${inspect(seen)}`);
    await pause(20);
  }
}
