/** Runs work whose failure must not hold up other work, and reports the first failure at the end. */
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

  /** @throws what the first work that failed threw. */
  rethrow(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}
