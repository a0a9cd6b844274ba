/** A histogram of plain counters, so that observing a value costs almost nothing. */
import { present } from '../boundary/present.ts';

/** `counts[i]` counts the values in (`bounds[i - 1]`, `bounds[i]`]; the last one counts those above all bounds. */
export type Tally = {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
};

export class Distribution {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds in ascending order. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && value > present(bounds[index])) index += 1;
    this.#counts[index] = present(this.#counts[index]) + 1;
    this.#sum += value;
  }

  read(): Tally {
    return { bounds: this.#bounds, counts: [...this.#counts], sum: this.#sum };
  }
}
