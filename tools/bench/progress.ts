/** Prints results to a terminal, and progress of operations that take longer than two seconds. */
const everyMs = 2000;
const longRunEveryMs = 10_000;

export class Progress {
  /** Prints a line. */
  readonly say: (line: string) => void;
  #lastReportMs = performance.now();

  constructor(say: (line: string) => void) {
    this.say = say;
  }

  /** Skipped if the last line was printed less than two seconds ago. */
  report(line: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#lastReportMs < everyMs) return;
    this.#lastReportMs = nowMs;
    this.say(`  … ${line}`);
  }

  /** Prints the elapsed time while something without intermediate results runs. */
  async during<T>(what: string, work: Promise<T>): Promise<T> {
    const startMs = performance.now();
    const report = () => this.say(`  … ${what}: ${Math.round((performance.now() - startMs) / 1000)} s`);
    const soon = setTimeout(report, everyMs);
    const later = setInterval(report, longRunEveryMs);
    try {
      return await work;
    } finally {
      clearTimeout(soon);
      clearInterval(later);
    }
  }
}
