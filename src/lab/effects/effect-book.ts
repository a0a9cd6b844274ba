/** The effects in force. They are in memory only. */
import type { TimeSource } from '../../clock/clock.ts';
import type { LastingEffect, LastingKind } from './effect.ts';

type Entry = LastingEffect & { readonly seconds: number | null };
type Begun = Pick<Entry, 'kind' | 'firingId' | 'subject' | 'until' | 'seconds'>;

export class EffectBook {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: TimeSource;
  #lastNumber = 0;

  constructor(clock: TimeSource) {
    this.#clock = clock;
  }

  begin(begun: Begun): LastingEffect {
    this.#lastNumber += 1;
    const entry = { id: `e_${this.#lastNumber}`, begunAt: this.#clock.now(), ...begun };
    this.#entries.set(entry.id, entry);
    return entry;
  }

  /** Those in force, in the order of their beginning. */
  list(): readonly LastingEffect[] {
    this.#dropEnded();
    return [...this.#entries.values()];
  }

  /** The subjects of the effects of a kind that are in force. */
  subjectsOf(kind: LastingKind): ReadonlySet<string> {
    return new Set(this.list().flatMap((entry) => (entry.kind === kind ? [entry.subject] : [])));
  }

  /** Whether one that began without an end, and whose subject ended at `endedAt`, is still in force. */
  isLate(kind: LastingKind, subject: string, endedAt: number): boolean {
    for (const entry of this.#entries.values()) {
      if (entry.kind !== kind || entry.subject !== subject || entry.seconds === null) continue;
      const until = endedAt + entry.seconds * 1000;
      this.#entries.set(entry.id, { ...entry, until });
      if (until > this.#clock.now()) return true;
    }
    return false;
  }

  /** @returns the effect, which is no longer in force; undefined if there is none. */
  end(id: string): LastingEffect | undefined {
    this.#dropEnded();
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    return entry;
  }

  #dropEnded(): void {
    const nowMs = this.#clock.now();
    for (const { id, until } of this.#entries.values())
      if (until !== null && until <= nowMs) this.#entries.delete(id);
  }
}
