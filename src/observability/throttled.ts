/**
 * A question that costs something, asked on behalf of many: at most once in a while, never while it is still waiting for
 * an earlier answer, and never waited for longer than it is worth.
 */
export type ThrottleOptions = {
  /** For so long an answer is good enough for everybody. */
  readonly everyMs: number;
  readonly patienceMs: number;
  readonly elapsedMs: () => number;
};

/** The function it returns resolves with undefined where there was no answer in time, or a failure. */
export function throttled<T>(
  { everyMs, patienceMs, elapsedMs }: ThrottleOptions,
  ask: () => Promise<T>,
): () => Promise<T | undefined> {
  let askedMs = Number.NEGATIVE_INFINITY;
  let waiting: Promise<T> | undefined;
  let answer: Promise<T | undefined> = Promise.resolve(undefined);
  return () => {
    if (elapsedMs() - askedMs < everyMs) return answer;
    askedMs = elapsedMs();
    waiting ??= ask().finally(() => {
      waiting = undefined;
    });
    answer = within(patienceMs, waiting);
    return answer;
  };
}

async function within<T>(patienceMs: number, waiting: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(late.resolve, patienceMs, undefined);
  try {
    return await Promise.race([waiting, late.promise]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
