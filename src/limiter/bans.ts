/**
 * The bans that a process knows: those in the store, and newer ones that are not stored yet.
 *
 * A ban that this or another process made remains in force until it has been seen in the store. A ban counts as lifted
 * only if it was stored and no longer is. A read of the store may be older than the latest ban and never ends it.
 */
import { type BanRecord, isLater, isRunning } from '../domain/rate-limit.ts';

/**
 * Stores a new ban, so that it survives a restart. @returns whether it is certainly stored; the promise never rejects.
 */
export type KeepBan = (ip: string, ban: BanRecord) => Promise<boolean>;

export class KnownBans {
  #bans = new Map<string, BanRecord>();
  /** Addresses whose ban has not been seen in the store yet, and which process made the ban. */
  readonly #unstored = new Map<string, 'local' | 'remote'>();
  readonly #keep: KeepBan;
  readonly #keeping = new Set<Promise<void>>();

  constructor(keep: KeepBan) {
    this.#keep = keep;
  }

  /** @returns the latest ban of an address, which may have ended. */
  get(ip: string): BanRecord | undefined {
    return this.#bans.get(ip);
  }

  /** @returns the addresses whose latest ban has ended between these times of the world. */
  endedBetween(sinceMs: number, nowMs: number): readonly string[] {
    const hasEnded = (ban: BanRecord) => isRunning(ban, sinceMs) && !isRunning(ban, nowMs);
    return [...this.#bans].filter(([, ban]) => hasEnded(ban)).map(([ip]) => ip);
  }

  /** @returns whether another process made the ban and it has not been seen in the store. */
  isUnconfirmed(ip: string): boolean {
    return this.#unstored.get(ip) === 'remote';
  }

  /** Adds a ban that this process made, and stores it. */
  make(ip: string, ban: BanRecord): void {
    this.#bans.set(ip, ban);
    this.#unstored.set(ip, 'local');
    const kept = this.#keep(ip, ban).then((isStored) => {
      this.#keeping.delete(kept);
      if (isStored && this.#bans.get(ip) === ban) this.#unstored.delete(ip);
    });
    this.#keeping.add(kept);
  }

  /** Resolves when every attempt to store a ban has ended. */
  async waitForWrites(): Promise<void> {
    await Promise.all(this.#keeping);
  }

  /** Adds a ban that another process made and stores. */
  addUnconfirmed(ip: string, ban: BanRecord): void {
    this.#bans.set(ip, ban);
    this.#unstored.set(ip, 'remote');
  }

  forget(ip: string): void {
    this.#bans.delete(ip);
    this.#unstored.delete(ip);
  }

  /** Replaces the stored bans. @returns the bans that were lifted. */
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
