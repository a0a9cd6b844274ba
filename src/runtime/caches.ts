/**
 * What the serving thread keeps in memory of the store, and throws away as soon as the engine tells of a change: before
 * whoever made the change has its answer.
 */
import type { Commands } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog.ts';
import { KeyRing } from '../edge/key-ring.ts';
import { Limiter } from '../edge/limiter.ts';
import type { SqliteReader } from '../store/sqlite/sqlite-reader.ts';
import type { TableName } from '../store/tables.ts';

const referenceTables: ReadonlySet<TableName> = new Set(['assets', 'prices', 'symbols', 'settings']);

export type CachesOptions = {
  readonly reader: SqliteReader;
  readonly commands: Commands;
  readonly openSecret: (sealed: string) => string;
  readonly weightPerMinute: number;
};

export class Caches {
  readonly keys: KeyRing;
  readonly limiter: Limiter;
  readonly #reader: SqliteReader;
  #catalog: Catalog;

  private constructor({ reader, commands, openSecret, weightPerMinute }: CachesOptions) {
    this.#reader = reader;
    this.#catalog = reader.catalog();
    this.keys = new KeyRing(reader.reads, openSecret);
    this.limiter = new Limiter(
      weightPerMinute,
      (ip, ban) => void commands.submit('recordBan', { ip, ...ban }),
    );
  }

  static async load(options: CachesOptions): Promise<Caches> {
    const caches = new Caches(options);
    await caches.#loadBans();
    return caches;
  }

  catalog(): Catalog {
    return this.#catalog;
  }

  onChanged(changed: readonly TableName[]): void {
    this.#reader.endTurn();
    if (changed.some((table) => referenceTables.has(table))) this.#catalog = this.#reader.catalog();
    if (changed.includes('api_keys') || changed.includes('accounts')) this.keys.forgetAll();
    if (changed.includes('bans')) void this.#loadBans();
  }

  async #loadBans(): Promise<void> {
    const rows = await this.#reader.reads.rows('bans', {});
    const bans = rows.map(({ ip, banned_until, offences, last_offence_at }) => {
      return [ip, { bannedUntilMs: banned_until, offences, lastOffenceMs: last_offence_at }] as const;
    });
    this.limiter.replaceBans(new Map(bans));
  }
}
