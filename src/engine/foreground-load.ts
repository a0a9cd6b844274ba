/** The share of the recent time for which commits executed foreground commands, between 0 (none) and about 1 (all). */

/** The time over which the share is averaged; older commits count less and less. */
const averagedMs = 500;

export class ForegroundLoad {
  readonly #parallelCommits: number;
  /** The decayed sum of the time spent on foreground commands. */
  #spentMs = 0;
  #asOfMs = 0;

  /** @param parallelCommits number of commits that can run at the same time. */
  constructor(parallelCommits: number) {
    this.#parallelCommits = parallelCommits;
  }

  /**
   * Records a commit that has just ended. All its commands count as equally expensive.
   * @param nowMs monotonic.
   */
  add(nowMs: number, durationMs: number, foreground: number, background: number): void {
    this.#spentMs = this.#decayed(nowMs) + (durationMs * foreground) / (foreground + background);
    this.#asOfMs = nowMs;
  }

  at(nowMs: number): number {
    return this.#decayed(nowMs) / (averagedMs * this.#parallelCommits);
  }

  #decayed(nowMs: number): number {
    return this.#spentMs * Math.exp((this.#asOfMs - nowMs) / averagedMs);
  }
}
