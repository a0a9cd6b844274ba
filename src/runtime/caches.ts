/**
 * What the serving thread keeps in memory of the store, and throws away as soon as the engine tells of a change: before
 * whoever made the change has its answer.
 */
import type { Clock } from '../clock/clock.ts';
import { KeyRing } from '../customer/key-ring.ts';
import type { Limiter } from '../limiter/port.ts';
import type { Reads } from '../store/reads.ts';
import type { TableName } from '../store/tables.ts';

const banRetryMs = 1000;

export type CachesOptions = {
  readonly reads: Reads;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly openSecret: (sealed: string) => string;
  /** Whether changes of other processes are heard. */
  readonly isTrusted: () => boolean;
};

export class Caches {
  readonly keys: KeyRing;
  readonly #limiter: Limiter;
  readonly #reads: Reads;
  readonly #clock: Clock;
  #readingBans: Promise<void> = Promise.resolve();
  #nextReading: Promise<void> | undefined;

  private constructor({ reads, limiter, clock, openSecret, isTrusted }: CachesOptions) {
    this.#reads = reads;
    this.#clock = clock;
    this.#limiter = limiter;
    this.keys = new KeyRing(reads, openSecret, isTrusted);
  }

  static async load(options: CachesOptions): Promise<Caches> {
    const caches = new Caches(options);
    await caches.#loadBans();
    return caches;
  }

  /** @returns a promise where something has to be read before the change holds. */
  onChanged(tables: readonly TableName[]): Promise<void> | undefined {
    if (tables.includes('api_keys') || tables.includes('accounts')) this.keys.forgetAll();
    return tables.includes('bans') ? this.#refreshBans() : undefined;
  }

  /**
   * One reading after the other, so that none brings back what a later one has replaced. What is known holds until it
   * can be read again.
   */
  #refreshBans(): Promise<void> {
    this.#nextReading ??= this.#readingBans.then(async () => {
      this.#nextReading = undefined;
      await this.#loadBans().catch(() => {
        this.#clock.monotonic.after(banRetryMs, () => void this.#refreshBans(), { ref: false });
      });
    });
    this.#readingBans = this.#nextReading;
    return this.#nextReading;
  }

  async #loadBans(): Promise<void> {
    const rows = await this.#reads.rows('bans', {});
    const bans = rows.map(({ ip, bannedUntil, offences, lastOffenceAt }) => {
      return [ip, { bannedUntilMs: bannedUntil, offences, lastOffenceMs: lastOffenceAt }] as const;
    });
    this.#limiter.replaceBans(new Map(bans));
  }
}
