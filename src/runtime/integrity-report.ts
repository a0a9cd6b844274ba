/** Checks the books in a database file as they are at this moment, while others go on writing. */
import { setImmediate as yieldNow } from 'node:timers/promises';
import { checkIntegrity, type IntegrityReport } from '../query/integrity.ts';
import { SqliteReader } from '../store/sqlite/sqlite-reader.ts';

export type { IntegrityReport };

export async function reportIntegrity(databasePath: string): Promise<IntegrityReport> {
  const reader = new SqliteReader(databasePath);
  try {
    reader.freeze();
    return await checkIntegrity(reader.reads, reader.catalog(), () => yieldNow());
  } finally {
    reader.close();
  }
}
