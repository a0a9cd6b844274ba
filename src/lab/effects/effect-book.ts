/** The effects in force. They are in memory only. */
import type { TimeSource } from '../../clock/clock.ts';
import type { LastingEffect, LastingKind } from './effect.ts';

/** An effect, and the account of its withdrawal or deposit. */
export type Entry = LastingEffect & { readonly accountId: number; readonly seconds: number | null };

/** The effects as a snapshot keeps them. */
export type SavedEffects = { readonly entries: readonly Entry[]; readonly lastNumber: number };
type Begun = Omit<Entry, 'id' | 'begunAt' | 'until'>;

/** `status-late` lasts some seconds beyond the end of its withdrawal, which is not known when it begins. */
const hasKnownEnd = (kind: LastingKind) => kind !== 'status-late';

/** At most this many effects are in force at once; beyond that, the oldest one ends. */
export const maxEffects = 10_000;

export class EffectBook {
  readonly #entries = new Map<string, Entry>();
  readonly #clock: TimeSource;
  #lastNumber = 0;

  constructor(clock: TimeSource) {
    this.#clock = clock;
  }

  save(): SavedEffects {
    this.#dropEnded();
    return { entries: [...this.#entries.values()], lastNumber: this.#lastNumber };
  }

  /** To be called before there are effects. */
  restore({ entries, lastNumber }: SavedEffects): void {
    for (const entry of entries) this.#entries.set(entry.id, entry);
    this.#lastNumber = lastNumber;
  }

  begin(begun: Begun): LastingEffect {
    this.#lastNumber += 1;
    const begunAt = this.#clock.now();
    const { kind, seconds } = begun;
    const until = seconds === null || !hasKnownEnd(kind) ? null : begunAt + seconds * 1000;
    const entry = { id: `e_${this.#lastNumber}`, begunAt, until, ...begun };
    this.#entries.set(entry.id, entry);
    return entry;
  }

  /** The effects in force, oldest first. */
  list(): readonly LastingEffect[] {
    this.#dropEnded();
    return [...this.#entries.values()];
  }

  /** The effects that end at a known time without any work: those that are stuck have a timer. */
  ending(): readonly { readonly id: string; readonly until: number }[] {
    return [...this.#entries.values()].flatMap(({ id, kind, until }) =>
      until === null || kind === 'stuck' ? [] : [{ id, until }],
    );
  }

  get isEmpty(): boolean {
    this.#dropEnded();
    return this.#entries.size === 0;
  }

  /** The subjects, of an account, of the effects of a kind that are in force. */
  subjectsOf(kind: LastingKind, accountId: number): ReadonlySet<string> {
    this.#dropEnded();
    const subjects = new Set<string>();
    for (const entry of this.#entries.values())
      if (entry.kind === kind && entry.accountId === accountId) subjects.add(entry.subject);
    return subjects;
  }

  /** By account, the subjects of the effects whose end is not known. */
  indefiniteSubjects(): ReadonlyMap<number, ReadonlySet<string>> {
    const byAccount = new Map<number, Set<string>>();
    for (const { until, accountId, subject } of this.#entries.values()) {
      if (until !== null) continue;
      const subjects = byAccount.get(accountId) ?? new Set();
      byAccount.set(accountId, subjects.add(subject));
    }
    return byAccount;
  }

  /** Ends the effects of a kind on a subject whose end is not known. @returns whether there was one. */
  endIndefinite(kind: LastingKind, subject: string): boolean {
    let isEnded = false;
    for (const entry of this.#entries.values()) {
      if (entry.kind !== kind || entry.subject !== subject || entry.until !== null) continue;
      this.#entries.delete(entry.id);
      isEnded = true;
    }
    return isEnded;
  }

  /** Ends the oldest effect if there are as many as are allowed. @returns that effect. */
  makeRoom(): LastingEffect | undefined {
    this.#dropEnded();
    const [oldest] = this.#entries.values();
    if (oldest === undefined || this.#entries.size < maxEffects) return undefined;
    this.#entries.delete(oldest.id);
    return oldest;
  }

  /** Sets the end of effects that last some seconds beyond the end of their subject. @returns whether one is still in force. */
  startCountdown(kind: LastingKind, subject: string, endedAt: number): boolean {
    let isInForce = false;
    for (const entry of this.#entries.values()) {
      if (entry.kind !== kind || entry.subject !== subject || entry.seconds === null) continue;
      const until = endedAt + entry.seconds * 1000;
      this.#entries.set(entry.id, { ...entry, until });
      isInForce ||= until > this.#clock.now();
    }
    return isInForce;
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
