/**
 * Whether batches are planned with what their lookups assume. A wrong assumption costs a transaction, so after one the
 * next batches are planned without.
 */

/** Number of batches. */
const pause = 100;

export class Assumptions {
  #pausedFor = 0;

  /** Asked once for each batch. */
  areMade(): boolean {
    if (this.#pausedFor === 0) return true;
    this.#pausedFor -= 1;
    return false;
  }

  wereWrong(): void {
    this.#pausedFor = pause;
  }
}
