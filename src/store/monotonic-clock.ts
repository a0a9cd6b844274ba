/** Elapsed time and repetition, handed in so that tests can replace both. */
export type MonotonicClock = {
  /** Milliseconds since a fixed moment; the same for all threads of a process, and never set back. */
  nowMs(): number;
  /** Repeats until the function it returns is called; it never keeps the process alive. */
  every(intervalMs: number, work: () => void): () => void;
};

export const systemMonotonicClock: MonotonicClock = {
  nowMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  every(intervalMs, work) {
    const timer = setInterval(work, intervalMs).unref();
    return () => clearInterval(timer);
  },
};
