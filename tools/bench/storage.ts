/** Storage for the servers under test: separate places on SQLite or in a private PostgreSQL. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { durable, PostgresProcess } from '../cluster/postgres-process.ts';
import { queryOnce } from './database.ts';

export type StoreName = 'sqlite' | 'postgres';

export type Place = {
  readonly name: string;
  readonly dataFolder: string;
  /** If undefined, SQLite is used. */
  readonly databaseUrl: string | undefined;
};

/** Durable, with PostgreSQL's defaults except for memory and WAL sizes that suit a dedicated machine. */
export const postgresSettings = { ...durable, shared_buffers: '512MB', max_wal_size: '4GB' };

export class Storage {
  readonly #folder: string;
  readonly postgres: PostgresProcess | undefined;
  #count = 0;

  static async create(store: StoreName, folder: string): Promise<Storage> {
    if (store === 'sqlite') return new Storage(folder, undefined);
    const postgres = await PostgresProcess.create(postgresSettings);
    await postgres.start();
    return new Storage(folder, postgres);
  }

  private constructor(folder: string, postgres: PostgresProcess | undefined) {
    this.#folder = folder;
    this.postgres = postgres;
  }

  async createPlace(): Promise<Place> {
    const place = this.#name();
    mkdirSync(place.dataFolder);
    if (this.postgres === undefined) return place;
    return { ...place, databaseUrl: await this.postgres.createDatabase(place.name) };
  }

  /** Copies a place that no server uses at the moment. */
  async copyOf(original: Place): Promise<Place> {
    const place = this.#name();
    cpSync(original.dataFolder, place.dataFolder, { recursive: true });
    if (this.postgres === undefined) return place;
    await queryOnce(this.postgres.url, `CREATE DATABASE ${place.name} TEMPLATE ${original.name}`);
    return {
      ...place,
      databaseUrl: Object.assign(new URL(this.postgres.url), { pathname: place.name }).href,
    };
  }

  async removePlace({ name, dataFolder }: Place): Promise<void> {
    rmSync(dataFolder, { recursive: true, force: true });
    if (this.postgres !== undefined) {
      await queryOnce(this.postgres.url, `DROP DATABASE ${name} WITH (FORCE)`);
    }
  }

  async remove(): Promise<void> {
    await this.postgres?.remove();
  }

  #name(): Place {
    this.#count += 1;
    const name = `place${this.#count}`;
    return { name, dataFolder: join(this.#folder, name), databaseUrl: undefined };
  }
}
