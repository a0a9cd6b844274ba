/**
 * Shares an expensive call between many callers: it is made at most once per interval, never while an earlier one is
 * running, and callers wait for it only up to a timeout.
 */
import type { Timeline } from '../clock/clock.ts';

export type ThrottleOptions = {
  /** An answer is reused for this long. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Monotonic. */
  readonly time: Timeline;
};

/** The returned function resolves with undefined if the call failed or did not finish in time. */
export function throttled<T>(
  { intervalMs, timeoutMs, time }: ThrottleOptions,
  ask: () => Promise<T>,
): () => Promise<T | undefined> {
  let askedMs = Number.NEGATIVE_INFINITY;
  let waiting: Promise<T> | undefined;
  let answer: Promise<T | undefined> = Promise.resolve(undefined);
  return () => {
    if (time.now() - askedMs < intervalMs) return answer;
    askedMs = time.now();
    waiting ??= ask().finally(() => {
      waiting = undefined;
    });
    answer = within(time, timeoutMs, waiting);
    return answer;
  };
}

async function within<T>(time: Timeline, timeoutMs: number, waiting: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const cancel = time.after(timeoutMs, () => late.resolve(undefined));
  try {
    return await Promise.race([waiting, late.promise]);
  } catch {
    return undefined;
  } finally {
    cancel();
  }
}
