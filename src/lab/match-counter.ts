/** Counts matches for each API key, so that the requests of others do not change the decisions of the dice. */

/** Further keys are counted together. */
const maxKeys = 10_000;

export class MatchCounter {
  readonly #counts: Map<string, number>;

  /** @param counts of a counter that this one continues. */
  constructor(counts: ReadonlyMap<string, number> = new Map()) {
    this.#counts = new Map(counts);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** @param apiKey undefined: the request has none. @returns the number of this match, from 1. */
  next(apiKey: string | undefined): number {
    const sent = apiKey ?? '';
    const key = this.#counts.has(sent) || this.#counts.size < maxKeys ? sent : '';
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }
}
