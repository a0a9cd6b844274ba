/** Lines for a terminal: results, and what is under way when it takes longer than two seconds. */
const everyMs = 2000;
const longRunEveryMs = 10_000;

export class Progress {
  /** A line that stays. */
  readonly say: (line: string) => void;
  #toldMs = performance.now();

  constructor(say: (line: string) => void) {
    this.say = say;
  }

  /** Left out when something was told less than two seconds ago. */
  tell(line: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < everyMs) return;
    this.#toldMs = nowMs;
    this.say(`  … ${line}`);
  }

  /** While something runs of which nothing is known until it ends. */
  async during<T>(what: string, work: Promise<T>): Promise<T> {
    const startMs = performance.now();
    const tell = () => this.say(`  … ${what}: ${Math.round((performance.now() - startMs) / 1000)} s`);
    const soon = setTimeout(tell, everyMs);
    const later = setInterval(tell, longRunEveryMs);
    try {
      return await work;
    } finally {
      clearTimeout(soon);
      clearInterval(later);
    }
  }
}
