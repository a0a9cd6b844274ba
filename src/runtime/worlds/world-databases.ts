/** The databases of the lab beside an exchange on PostgreSQL: templates, and copies of them. */
import type { Timers } from '../../clock/clock.ts';
import { openSnapshot } from '../../engine/open-store.ts';
import type { Books, WorldDatabasePlaces } from '../../lab/worlds/world.ts';
import type { LabDatabases } from '../../store/postgres/lab-databases.ts';
import type { DatabaseImage, SqliteImage } from '../../store/world-image.ts';
import { onSqlite } from './exchange-copy.ts';
import type { ProcessExchange } from './process-exchange.ts';
import { type TemplateParts, type TemplatePlace, Templates } from './templates.ts';

export class WorldDatabases implements WorldDatabasePlaces {
  readonly templates: Templates;
  readonly #exchange: ProcessExchange;
  readonly #createFolder: () => string;
  readonly #timers: Timers;
  readonly #open: () => Promise<LabDatabases>;
  #opened: Promise<LabDatabases> | undefined;

  /** @returns undefined if the exchange is not on PostgreSQL. */
  static beside(
    exchange: ProcessExchange,
    parts: TemplateParts,
    createFolder: () => string,
  ): WorldDatabases | undefined {
    if (!('postgres' in exchange.location)) return undefined;
    return new WorldDatabases(exchange, exchange.location.postgres, parts, createFolder);
  }

  /** @param createFolder for files that are not needed for long */
  private constructor(
    exchange: ProcessExchange,
    url: string,
    parts: TemplateParts,
    createFolder: () => string,
  ) {
    this.#createFolder = createFolder;
    this.#exchange = exchange;
    this.#timers = parts.machine.monotonic;
    this.#open = async () => {
      const { LabDatabases } = await import('../../store/postgres/lab-databases.ts');
      return new LabDatabases({ url, timers: parts.machine.monotonic });
    };
    this.templates = new Templates(parts, () => this.#createPlace());
  }

  /** Their code is loaded when they are needed. */
  get(): Promise<LabDatabases> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  /** @returns the reason why this process cannot have any now, if so: a sentence without its full stop. */
  async problem(): Promise<string | undefined> {
    const { problemOfOthers } = await import('./left-databases.ts');
    return problemOfOthers(this.#exchange.opened().engine.leases);
  }

  async copy({ database }: DatabaseImage): Promise<DatabaseImage> {
    const databases = await this.get();
    const url = await databases.copy(database);
    try {
      return { database: url, storedBytes: await databases.sizeOf(url) };
    } catch (error) {
      await databases.drop(url);
      throw error;
    }
  }

  async drop({ database }: DatabaseImage): Promise<void> {
    await (await this.get()).drop(database);
  }

  /** Reads a copy, because others may copy the image meanwhile, which they cannot while somebody is connected to it. */
  async openBooks(image: DatabaseImage): Promise<Books> {
    const copy = await this.copy(image);
    const { reads, close } = await openSnapshot({ postgres: copy.database }, this.#timers).catch(
      async (error: unknown) => {
        await this.drop(copy);
        throw error;
      },
    );
    return { reads, close: () => close().finally(() => this.drop(copy)) };
  }

  onSqlite({ database }: DatabaseImage): Promise<SqliteImage> {
    return onSqlite({ url: database, timers: this.#timers });
  }

  async onPostgres(image: SqliteImage): Promise<DatabaseImage> {
    const databases = await this.get();
    const url = await databases.create();
    try {
      const { copyToPostgres } = await import('./image-to-postgres.ts');
      await copyToPostgres(image, url, this.#createFolder());
      return { database: url, storedBytes: await databases.sizeOf(url) };
    } catch (error) {
      await databases.drop(url);
      throw error;
    }
  }

  /** Drops the databases that this process has made. */
  async close(): Promise<void> {
    const databases = await this.#opened;
    if (databases !== undefined) await databases.dropNamed((await databases.names()).own);
  }

  async #createPlace(): Promise<TemplatePlace> {
    const databases = await this.get();
    const url = await databases.create();
    return {
      location: { postgres: url },
      close: async (engine) => {
        await engine.close();
        return { database: url, storedBytes: await databases.sizeOf(url) };
      },
      giveUp: () => databases.drop(url),
    };
  }
}
