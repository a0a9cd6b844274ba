/**
 * A question that costs something, asked on behalf of many: at most once in a while, never while it is still waiting for
 * an earlier answer, and never waited for longer than it is worth.
 */
import type { Timeline } from '../clock/clock.ts';

export type ThrottleOptions = {
  /** For so long an answer is good enough for everybody. */
  readonly everyMs: number;
  readonly patienceMs: number;
  /** Monotonic. */
  readonly time: Timeline;
};

/** The function it returns resolves with undefined where there was no answer in time, or a failure. */
export function throttled<T>(
  { everyMs, patienceMs, time }: ThrottleOptions,
  ask: () => Promise<T>,
): () => Promise<T | undefined> {
  let askedMs = Number.NEGATIVE_INFINITY;
  let waiting: Promise<T> | undefined;
  let answer: Promise<T | undefined> = Promise.resolve(undefined);
  return () => {
    if (time.now() - askedMs < everyMs) return answer;
    askedMs = time.now();
    waiting ??= ask().finally(() => {
      waiting = undefined;
    });
    answer = within(time, patienceMs, waiting);
    return answer;
  };
}

async function within<T>(time: Timeline, patienceMs: number, waiting: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const cancel = time.after(patienceMs, () => late.resolve(undefined));
  try {
    return await Promise.race([waiting, late.promise]);
  } catch {
    return undefined;
  } finally {
    cancel();
  }
}
