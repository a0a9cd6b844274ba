/** The firings of a lab, by source. */
import type { Firing } from './firing.ts';

/** The firings of one rule that are kept; the oldest are dropped. */
const maxFirings = 1000;

export class FiringLog {
  readonly #bySource = new Map<string, Firing[]>();
  readonly #countsBySource = new Map<string, number>();
  readonly #countsByPreset = new Map<string, number>();
  readonly #onFiring: (firing: Firing) => void;
  #lastNumber = 0;

  /** @param onFiring called with each firing */
  constructor(onFiring: (firing: Firing) => void) {
    this.#onFiring = onFiring;
  }

  record(fired: Omit<Firing, 'id' | 'number'>): Firing {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const firing = { id: `i_${number}`, number, ...fired };
    const firings = this.#bySource.get(fired.ruleId) ?? [];
    firings.push(firing);
    if (firings.length > maxFirings) firings.shift();
    this.#bySource.set(fired.ruleId, firings);
    increment(this.#countsBySource, fired.ruleId);
    increment(this.#countsByPreset, fired.preset ?? 'none');
    this.#onFiring(firing);
    return firing;
  }

  /** Records the outcome of a request whose work began after the firing. */
  amend(firing: Firing, outcome: Pick<Firing, 'done' | 'withdrawalId'>): void {
    Object.assign(firing, outcome);
  }

  /** The newest ones of all sources, oldest first. */
  all(): readonly Firing[] {
    const firings = [...this.#bySource.values()].flat();
    return firings.sort((one, other) => one.number - other.number).slice(-maxFirings);
  }

  /** The newest ones, oldest first. */
  of(ruleId: string): readonly Firing[] {
    return this.#bySource.get(ruleId) ?? [];
  }

  countOf(ruleId: string): number {
    return this.#countsBySource.get(ruleId) ?? 0;
  }

  /** The number of firings by preset, for the metrics; `none`: rules with a fault of their own. */
  countsByPreset(): ReadonlyMap<string, number> {
    return this.#countsByPreset;
  }

  forget(ruleId: string): void {
    this.#bySource.delete(ruleId);
    this.#countsBySource.delete(ruleId);
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
