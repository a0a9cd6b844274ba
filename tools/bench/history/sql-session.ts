/** Statements on the database of a place that no server uses, the same on both stores. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { createClient } from '../../../src/store/postgres/client.ts';
import { numbered } from '../../../src/store/postgres/postgres-reads.ts';
import type { Place } from '../storage.ts';

type Value = string | number | null;

export type SqlSession = {
  readonly dialect: 'sqlite' | 'postgres';
  /** @param sql with `?` for parameters. */
  run(sql: string, parameters?: readonly Value[]): Promise<readonly Record<string, unknown>[]>;
};

/**
 * Triggers are off meanwhile, so that rows that are never edited can be. A crash of the machine would leave the database
 * broken.
 */
export function withSql<T>(place: Place, use: (session: SqlSession) => Promise<T>): Promise<T> {
  return place.databaseUrl === undefined
    ? onSqlite(join(place.dataFolder, 'bursar.sqlite'), use)
    : onPostgres(place.databaseUrl, use);
}

async function onSqlite<T>(path: string, use: (session: SqlSession) => Promise<T>): Promise<T> {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000; PRAGMA temp_store = MEMORY;');
    const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
    const run: SqlSession['run'] = async (sql, parameters = []) =>
      database.prepare(sql).all(...parameters) as Record<string, unknown>[];
    const result = await use({ dialect: 'sqlite', run });
    for (const { sql } of triggers) database.exec(String(sql));
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    return result;
  } finally {
    database.close();
  }
}

async function onPostgres<T>(url: string, use: (session: SqlSession) => Promise<T>): Promise<T> {
  const session = { session_replication_role: 'replica', synchronous_commit: 'off' };
  const client = createClient({ url, timers: systemClock.monotonic }, { max: 1, session });
  try {
    const run: SqlSession['run'] = (sql, parameters = []) => client.unsafe(numbered(sql), [...parameters]);
    const result = await use({ dialect: 'postgres', run });
    // As autovacuum does. (Nothing analyses an SQLite file.)
    await run('VACUUM ANALYZE');
    await run('CHECKPOINT');
    return result;
  } finally {
    await client.end({ timeout: 5 });
  }
}
