/**
 * The database of a test, on the store named by `BURSAR_TEST_STORE` (`sqlite`, the default, or `postgres`), and direct
 * SQL access to it behind the server's back.
 *
 * The test runner starts one PostgreSQL for all test files and passes it in `BURSAR_TEST_POSTGRES`; a test file that is
 * run alone starts its own.
 */

import { AsyncResource } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { after } from 'node:test';
import { createChainSchema } from '../../src/chain/simulated/postgres-chain-schema.ts';
import { databaseFile, type StoreLocation } from '../../src/engine/open-store.ts';
import { createClient } from '../../src/store/postgres/client.ts';
import { migrate } from '../../src/store/postgres/migrations.ts';
import { databaseAt } from './database-at.ts';
import { startPostgres } from './postgres.ts';

export const storeUnderTest = readStore(process.env.BURSAR_TEST_STORE ?? 'sqlite');

function readStore(name: string): 'sqlite' | 'postgres' {
  if (name !== 'sqlite' && name !== 'postgres')
    throw new Error(`BURSAR_TEST_STORE must be sqlite or postgres, not '${name}'`);
  return name;
}

/** Creates databases as fast as possible, without durability. */
export type TestCluster = {
  readonly url: string;
  readonly port: number;
  /** Creates an empty database, or a copy of one that nobody uses. @returns its URL. */
  createDatabase(copied?: string): Promise<string>;
  /** Creates a migrated database, faster than running the migrations. */
  createMigratedDatabase(): Promise<string>;
  /** Drops the database even if it is in use. */
  dropDatabase(url: string): Promise<void>;
  stop(): Promise<void>;
};

const migratedName = 'bursar_migrated';

export async function startTestCluster(): Promise<TestCluster> {
  const { url, stop } = await startPostgres({ max_connections: '300' });
  const migrated = withDatabase(url, migratedName);
  await runSql(url, `CREATE DATABASE ${migratedName}`);
  await migrate(databaseAt(migrated));
  await createChainSchema(databaseAt(migrated));
  return useCluster(url, stop);
}

let joined: Promise<TestCluster> | undefined;
const wholeFile = new AsyncResource('test file');

/** The cluster shared by all test files, or one for this file, which is stopped after the file's own cleanup. */
export function joinTestCluster(): Promise<TestCluster> {
  if (joined !== undefined) return joined;
  const { BURSAR_TEST_POSTGRES: url } = process.env;
  joined = url === undefined ? startTestCluster() : Promise.resolve(useCluster(url, async () => {}));
  wholeFile.runInAsyncScope(() => after(async () => (await joined)?.stop()));
  return joined;
}

/** The number of the process would not do: a later process may get it and use the same cluster. */
const run = randomBytes(6).toString('hex');
let databases = 0;

function useCluster(url: string, stop: () => Promise<void>): TestCluster {
  const create = async (copied: string) => {
    const name = `bursar_${run}_${++databases}`;
    await runSql(url, `CREATE DATABASE ${name} TEMPLATE ${copied}`);
    return withDatabase(url, name);
  };
  return {
    url,
    port: Number(new URL(url).port),
    createDatabase: (copied) => create(copied === undefined ? 'template1' : nameOf(copied)),
    createMigratedDatabase: () => create(migratedName),
    dropDatabase: (dropped) => runSql(url, `DROP DATABASE IF EXISTS ${nameOf(dropped)} WITH (FORCE)`),
    stop,
  };
}

const nameOf = (url: string) => new URL(url).pathname.slice(1);
const withDatabase = (url: string, name: string) => Object.assign(new URL(url), { pathname: name }).href;

async function runSql(url: string, statement: string): Promise<void> {
  await using sql = openSql({ postgres: url });
  await sql.run(statement);
}

/** Copies a database that nobody has open. */
export async function copyDatabase(original: StoreLocation, folder: string): Promise<StoreLocation> {
  if ('postgres' in original) {
    const cluster = await joinTestCluster();
    return { postgres: await cluster.createDatabase(original.postgres) };
  }
  copyFileSync(databaseFile(original.folder), databaseFile(folder));
  return { folder };
}

/** A database session independent of the server. */
export type Sql = AsyncDisposable & {
  /** Runs one or more statements. */
  run(text: string): Promise<void>;
  rows(text: string): Promise<readonly Record<string, unknown>[]>;
};

export function openSql(location: StoreLocation): Sql {
  if ('postgres' in location) {
    const client = createClient(databaseAt(location.postgres), { max: 1 });
    return {
      run: async (text) => void (await client.unsafe(text)),
      rows: (text) => client.unsafe(text),
      [Symbol.asyncDispose]: () => client.end({ timeout: 5 }),
    };
  }
  const database = new DatabaseSync(databaseFile(location.folder));
  return {
    run: async (text) => database.exec(text),
    rows: async (text) => database.prepare(text).all(),
    [Symbol.asyncDispose]: async () => database.close(),
  };
}
