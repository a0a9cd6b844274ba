/** Checks the books as they are at this moment, while others go on writing. */
import { setImmediate as turn } from 'node:timers/promises';
import { openSnapshot, type StoreLocation } from '../engine/open-store.ts';
import { checkIntegrity, type IntegrityReport } from '../query/integrity.ts';

export type { IntegrityReport };

/** `onProgress` is told again and again how many rows were read so far. */
export async function reportIntegrity(
  location: StoreLocation | { readonly file: string },
  onProgress: (rowsSoFar: number) => void = () => {},
): Promise<IntegrityReport> {
  const snapshot = await openSnapshot(location);
  let rowsSoFar = 0;
  const yieldNow = (rows: number) => {
    rowsSoFar += rows;
    onProgress(rowsSoFar);
    return turn();
  };
  try {
    return await checkIntegrity(snapshot.reads, snapshot.catalog, yieldNow);
  } finally {
    await snapshot.close();
  }
}
