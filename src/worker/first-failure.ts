/** Runs several pieces of work even if one fails, and throws the first error at the end. */
export class FirstFailure {
  #failures: unknown[] = [];

  /** @returns undefined if the work failed. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#failures.push(error);
      return undefined;
    }
  }

  /** @throws the first error, if any. */
  rethrow(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}
