/** Statements by hand, on a connection of their own. */
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '../../../src/store/postgres/client.ts';
import { databaseAt } from '../../support/database-at.ts';
import type { Site } from './stores.ts';

export type Session = { run(sql: string): Promise<void>; close(): Promise<void> };

export function openSession({ kind, location }: Site, hasForeignKeys: boolean): Session {
  if (kind === 'PostgreSQL') {
    const client = createClient(databaseAt(location), { max: 1 });
    return {
      run: async (sql) => void (await client.unsafe(sql)),
      close: () => client.end({ timeout: 5 }),
    };
  }
  const database = new DatabaseSync(location, { enableForeignKeyConstraints: hasForeignKeys });
  return { run: async (sql) => database.exec(sql), close: async () => database.close() };
}

/** A statement that refuses only when it is committed leaves the transaction open. */
export async function attempt(session: Session, sql: string, end: 'COMMIT' | 'ROLLBACK'): Promise<string> {
  try {
    await session.run(`BEGIN; ${sql}; ${end}`);
    return 'accepted';
  } catch (error) {
    await session.run('ROLLBACK').catch(() => {});
    return String(error);
  }
}
