/** Verifies the ledger as of this moment, also while it is being written to. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Timers } from '../clock/clock.ts';
import { openSnapshot, type Snapshot, type StoreLocation } from '../engine/open-store.ts';
import { checkIntegrity, type IntegrityReport } from '../query/integrity.ts';

export type { IntegrityReport };

type OnProgress = (rowsSoFar: number) => void;

/** `onProgress` is called repeatedly with the number of rows read so far. */
export async function reportIntegrity(
  location: StoreLocation | { readonly file: string },
  timers: Timers,
  onProgress: OnProgress = () => {},
): Promise<IntegrityReport> {
  return reportOn(await openSnapshot(location, timers), onProgress);
}

/** Closes the snapshot. */
export async function reportOn(
  snapshot: Snapshot,
  onProgress: OnProgress = () => {},
): Promise<IntegrityReport> {
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
