/** Checks the books in a database file as they are at this moment, while others go on writing. */
import { setImmediate as turn } from 'node:timers/promises';
import { checkIntegrity, type IntegrityReport } from '../query/integrity.ts';
import { SqliteReader } from '../store/sqlite/sqlite-reader.ts';

export type { IntegrityReport };

/** `onProgress` is told again and again how many rows were read so far. */
export async function reportIntegrity(
  databasePath: string,
  onProgress: (rowsSoFar: number) => void = () => {},
): Promise<IntegrityReport> {
  const reader = new SqliteReader(databasePath);
  let rowsSoFar = 0;
  const yieldNow = (rows: number) => {
    rowsSoFar += rows;
    onProgress(rowsSoFar);
    return turn();
  };
  try {
    reader.freeze();
    return await checkIntegrity(reader.reads, reader.catalog(), yieldNow);
  } finally {
    reader.close();
  }
}
