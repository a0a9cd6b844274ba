/** Verifies the ledger as of this moment, also while it is being written to. */
import { setImmediate as turn } from 'node:timers/promises';
import { openSnapshot, type StoreLocation } from '../engine/open-store.ts';
import { checkIntegrity, type IntegrityReport } from '../query/integrity.ts';

export type { IntegrityReport };

/** `onProgress` is called repeatedly with the number of rows read so far. */
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
