/** The thread of the checkpointer: copies the log of a SQLite file to the file while its writer commits. */

import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { onlyRow } from '../../boundary/selected.ts';
import type { CheckpointThreadData } from './checkpointer.ts';
import { type LogState, pagesInLogOnly } from './write-ahead-log.ts';

/** The next pass copies the pages that were committed during the previous one, which are fewer. */
const maxPasses = 4;

const { leaveAtMost }: CheckpointThreadData = workerData;
const port = parentPort;
if (port === null) throw new Error('checkpoint-thread is started by the checkpointer');

port.on('message', (path: string) => {
  try {
    copyLog(path);
    port.postMessage(null);
  } catch (error) {
    port.postMessage(String(error));
  }
});

function copyLog(path: string): void {
  const database = new DatabaseSync(path);
  try {
    // The log is synced before it is copied, and the file before the log is restarted.
    database.exec('PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0');
    const copy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    const look = database.prepare('PRAGMA wal_checkpoint(NOOP)');
    for (let pass = 0; pass < maxPasses; pass += 1) {
      copy.get();
      if (pagesInLogOnly(onlyRow<LogState>(look.get())) <= leaveAtMost) return;
    }
  } finally {
    database.close();
  }
}
