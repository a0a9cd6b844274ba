/**
 * The share of the capacity of recent commits that foreground commands used, between 0 (none) and about 1 (all). A
 * commit of few commands takes nearly as long as one of many, so the time alone would not show how much room there is.
 */

/** The time over which the share is averaged; older commits count less and less. */
const averagedMs = 500;

export class ForegroundLoad {
  /** Maximum number of foreground commands that can run at the same time. */
  readonly #capacity: number;
  /** The decayed sum of the time of commits, each multiplied by its number of foreground commands. */
  #used = 0;
  #asOfMs = 0;

  /**
   * @param parallelCommits number of commits that can run at the same time.
   * @param largestBatch maximum number of foreground commands in a commit.
   */
  constructor(parallelCommits: number, largestBatch: number) {
    this.#capacity = parallelCommits * largestBatch;
  }

  /**
   * Records a commit that has just ended.
   * @param nowMs monotonic.
   */
  add(nowMs: number, durationMs: number, foreground: number): void {
    this.#used = this.#decayed(nowMs) + durationMs * foreground;
    this.#asOfMs = nowMs;
  }

  at(nowMs: number): number {
    return this.#decayed(nowMs) / (averagedMs * this.#capacity);
  }

  #decayed(nowMs: number): number {
    return this.#used * Math.exp((this.#asOfMs - nowMs) / averagedMs);
  }
}
