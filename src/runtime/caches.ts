/**
 * What the serving thread keeps in memory of the store, and throws away as soon as the engine tells of a change: before
 * whoever made the change has its answer.
 */
import type { Commands } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog.ts';
import { KeyRing } from '../edge/key-ring.ts';
import type { Limiter } from '../edge/limiter.ts';
import { KnownBans } from '../edge/limiter-bans.ts';
import { MemoryLimiter } from '../edge/limiter-memory.ts';
import type { Reader } from './books.ts';
import type { EngineChange } from './engine-thread.ts';

const banRetryMs = 1000;

export type CachesOptions = {
  readonly reader: Reader;
  readonly catalog: Catalog;
  readonly commands: Commands;
  readonly openSecret: (sealed: string) => string;
  readonly weightPerMinute: number;
};

export class Caches {
  readonly keys: KeyRing;
  readonly limiter: Limiter;
  readonly #reader: Reader;
  #catalog: Catalog;

  private constructor({ reader, catalog, commands, openSecret, weightPerMinute }: CachesOptions) {
    this.#reader = reader;
    this.#catalog = catalog;
    this.keys = new KeyRing(reader.reads, openSecret);
    const bans = new KnownBans(
      async (ip, ban) => 'done' in (await commands.submit('recordBan', { ip, ...ban })),
    );
    this.limiter = new MemoryLimiter(weightPerMinute, bans);
  }

  static async load(options: CachesOptions): Promise<Caches> {
    const caches = new Caches(options);
    await caches.#loadBans();
    return caches;
  }

  catalog(): Catalog {
    return this.#catalog;
  }

  onChanged({ tables, catalog }: EngineChange): void {
    this.#reader.endTurn();
    if (catalog !== undefined) this.#catalog = catalog;
    if (tables.includes('api_keys') || tables.includes('accounts')) this.keys.forgetAll();
    if (tables.includes('bans')) void this.#refreshBans();
  }

  /** What is known holds until it can be read again. */
  async #refreshBans(): Promise<void> {
    await this.#loadBans().catch(() => setTimeout(() => this.#refreshBans(), banRetryMs).unref());
  }

  async #loadBans(): Promise<void> {
    const rows = await this.#reader.reads.rows('bans', {});
    const bans = rows.map(({ ip, banned_until, offences, last_offence_at }) => {
      return [ip, { bannedUntilMs: banned_until, offences, lastOffenceMs: last_offence_at }] as const;
    });
    this.limiter.replaceBans(new Map(bans));
  }
}
