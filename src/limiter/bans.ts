/**
 * The bans that a process knows: the stored ones, and those that are on their way there.
 *
 * Promises: a ban that was made or heard of holds until it was stored; only one that was stored, and no longer is, has
 * been lifted. Whatever is read from the store may be older than the latest ban, and never ends it.
 */
import { type BanRecord, isLater } from '../domain/rate-limit.ts';

/** Makes a new ban outlive a restart. @returns whether it is stored for sure; never rejects. */
export type KeepBan = (ip: string, ban: BanRecord) => Promise<boolean>;

export class KnownBans {
  #bans = new Map<string, BanRecord>();
  /** Whose bans were not among the stored ones yet, and where they come from. */
  readonly #unstored = new Map<string, 'made here' | 'heard of'>();
  readonly #keep: KeepBan;
  readonly #keeping = new Set<Promise<void>>();

  constructor(keep: KeepBan) {
    this.#keep = keep;
  }

  /** The latest ban of an address, over or not. */
  get(ip: string): BanRecord | undefined {
    return this.#bans.get(ip);
  }

  /** @returns whether another process made the ban, and it has not been seen in the store. */
  isUnconfirmed(ip: string): boolean {
    return this.#unstored.get(ip) === 'heard of';
  }

  /** A ban that this process made, to be kept once. */
  make(ip: string, ban: BanRecord): void {
    this.#bans.set(ip, ban);
    this.#unstored.set(ip, 'made here');
    const kept = this.#keep(ip, ban).then((isStored) => {
      this.#keeping.delete(kept);
      if (isStored && this.#bans.get(ip) === ban) this.#unstored.delete(ip);
    });
    this.#keeping.add(kept);
  }

  /** Resolves when all that were made here are kept, or could not be. */
  async settle(): Promise<void> {
    await Promise.all(this.#keeping);
  }

  /** A ban that another process made, and stores. */
  addUnconfirmed(ip: string, ban: BanRecord): void {
    this.#bans.set(ip, ban);
    this.#unstored.set(ip, 'heard of');
  }

  forget(ip: string): void {
    this.#bans.delete(ip);
    this.#unstored.delete(ip);
  }

  /** @returns those that were lifted. */
  replace(stored: ReadonlyMap<string, BanRecord>): Map<string, BanRecord> {
    const lifted = new Map<string, BanRecord>();
    const bans = new Map(stored);
    for (const [ip, ban] of this.#bans) {
      const storedBan = stored.get(ip);
      if (this.#unstored.has(ip) && isLater(ban, storedBan)) {
        bans.set(ip, ban);
        continue;
      }
      this.#unstored.delete(ip);
      if (storedBan === undefined) lifted.set(ip, ban);
    }
    this.#bans = bans;
    return lifted;
  }
}
