/**
 * The caches of the main thread: API keys and bans. The engine reports each change before it is answered, and the caches
 * drop what changed.
 */
import type { Clock } from '../clock/clock.ts';
import { KeyRing, maxKeys } from '../customer/key-ring.ts';
import type { Limiter } from '../limiter/port.ts';
import type { NamedChanges } from '../store/cached-changes.ts';
import type { Reads } from '../store/reads.ts';

const banRetryMs = 1000;
/** Number of keys read at once, which takes about a millisecond; requests are served in between. */
const keysPerSlice = 50;
const pauseBetweenSlicesMs = 1;

export type CachesOptions = {
  readonly reads: Reads;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly decryptSecret: (encrypted: string) => string;
  /** Whether changes of other processes are received. */
  readonly isTrusted: () => boolean;
};

export class Caches {
  readonly keys: KeyRing;
  readonly #limiter: Limiter;
  readonly #reads: Reads;
  readonly #clock: Clock;
  #banRead: Promise<void> = Promise.resolve();
  #nextBanRead: Promise<void> | undefined;

  private constructor({ reads, limiter, clock, decryptSecret, isTrusted }: CachesOptions) {
    this.#reads = reads;
    this.#clock = clock;
    this.#limiter = limiter;
    this.keys = new KeyRing(reads, decryptSecret, isTrusted);
  }

  static async load(options: CachesOptions): Promise<Caches> {
    const caches = new Caches(options);
    await caches.#loadBans();
    return caches;
  }

  /**
   * Begins to read keys before they are used, so that after a start no customer waits for it: until the cache is full,
   * all keys are read or a read fails.
   * @returns a function that ends the reading.
   */
  readKeysAhead(): () => void {
    let isEnded = false;
    void this.#readKeys(() => isEnded).catch(() => {});
    return () => {
      isEnded = true;
    };
  }

  async #readKeys(isEnded: () => boolean): Promise<void> {
    let last: string | undefined = '';
    for (let count = 0; count < maxKeys && last !== undefined; count += keysPerSlice) {
      await new Promise((resolve) => {
        this.#clock.monotonic.after(pauseBetweenSlicesMs, () => resolve(undefined), { ref: false });
      });
      if (isEnded()) return;
      last = await this.keys.readAfter(last, keysPerSlice);
    }
  }

  /** @returns a promise if something must be read before the change takes effect. */
  onChanged(named: NamedChanges): Promise<void> | undefined {
    if (named === 'everything') {
      this.keys.forgetAll();
      return this.#refreshBans();
    }
    for (const change of named) {
      if ('apiKey' in change) this.keys.forget(change.apiKey);
      else if (change.event === 'account-changed') this.keys.forgetAccount(change.accountId);
    }
    return named.some(({ event }) => event === 'ban-changed') ? this.#refreshBans() : undefined;
  }

  /**
   * Reads run one after the other, so that none restores what a later one has replaced. If a read fails, the previous
   * bans apply until it succeeds.
   */
  #refreshBans(): Promise<void> {
    this.#nextBanRead ??= this.#banRead.then(async () => {
      this.#nextBanRead = undefined;
      await this.#loadBans().catch(() => {
        this.#clock.monotonic.after(banRetryMs, () => void this.#refreshBans(), { ref: false });
      });
    });
    this.#banRead = this.#nextBanRead;
    return this.#nextBanRead;
  }

  async #loadBans(): Promise<void> {
    const rows = await this.#reads.rows('bans', {});
    const bans = rows.map(({ ip, bannedUntil, offences, lastOffenceAt }) => {
      return [ip, { bannedUntilMs: bannedUntil, offences, lastOffenceMs: lastOffenceAt }] as const;
    });
    this.#limiter.replaceBans(new Map(bans));
  }
}
