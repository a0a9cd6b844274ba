/** Elapsed time and repeated work. It is injected, so that tests can replace it. */
export type MonotonicClock = {
  /** Milliseconds since a fixed moment, the same for all threads of a process. Never decreases. */
  nowMs(): number;
  /** Repeats `work` until the returned function is called. It does not keep the process alive. */
  every(intervalMs: number, work: () => void): () => void;
};

export const systemMonotonicClock: MonotonicClock = {
  nowMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  every(intervalMs, work) {
    const timer = setInterval(work, intervalMs).unref();
    return () => clearInterval(timer);
  },
};
