/**
 * The store on one SQLite file: one writer, many commands per commit.
 *
 * No command of a batch is acknowledged before the commit is synced. Commands of a batch are isolated from each other:
 * a rejected command writes nothing. If a write violates a constraint, the batch is rolled back and its commands are
 * run again one by one, so that only the faulty command fails. (A savepoint per command would cost a third of the
 * throughput.)
 *
 * Committing, notifying and answering are separate steps. Nothing is run again after COMMIT.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock/clock.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { type ChangeListener, notifyChanged } from '../change-listener.ts';
import type { Execution, Outcome, Store } from '../port.ts';
import type { Reads } from '../reads.ts';
import { createRecordIds } from '../record-ids.ts';
import { BatchTransactions, type FinishedBatch } from './batch-transaction.ts';
import { copyInMemory, openForWriting, openImageForWriting } from './database.ts';
import { isOutOfRoom } from './failure.ts';
import { imageOf } from './image.ts';
import { RowCache, type RowCacheLimits } from './row-cache.ts';
import { createSqliteReads } from './sqlite-reads.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

export type SqliteStoreOptions = {
  readonly path: string;
  /** The initial content of a database in memory; undefined: it is empty. */
  readonly image?: Uint8Array | undefined;
  readonly clock: Pick<Clock, 'wire' | 'world'>;
  readonly randomHex: () => string;
  readonly listener?: ChangeListener;
  readonly rowCacheLimits?: RowCacheLimits;
};

export class SqliteStore implements Store {
  readonly reads: Reads;
  readonly log: WriteAheadLog;
  readonly parallelBatches = 1;
  readonly largestBatch = 32;
  readonly #listener: ChangeListener | undefined;
  readonly #database: DatabaseSync;
  readonly #transactions: BatchTransactions;

  constructor({ path, image, clock, randomHex, listener, rowCacheLimits }: SqliteStoreOptions) {
    this.#listener = listener;
    this.#database = image === undefined ? openForWriting(path) : openImageForWriting(image);
    this.log = new WriteAheadLog(path, this.#database);
    const rowCache = new RowCache(rowCacheLimits);
    this.reads = createSqliteReads(this.#database, {
      afterRows: (table, rows) => rowCache.noteRead(table, rows),
    });
    const recordId = createRecordIds(clock.world, randomHex);
    this.#transactions = new BatchTransactions(this.#database, { clock, recordId, rowCache });
  }

  catalog(): Catalog {
    return this.#transactions.catalog;
  }

  async execute(batch: readonly Execution[]): Promise<readonly Outcome[]> {
    return this.executeNow(batch);
  }

  /** Like `execute`, but synchronous, as SQLite is. */
  executeNow(batch: readonly Execution[]): readonly Outcome[] {
    const finished = this.#transactions.run(batch);
    if (finished !== 'isolate') return this.#finish(finished);
    return batch.flatMap((execution) => {
      const alone = this.#transactions.run([execution]);
      if (alone === 'isolate') throw new Error('a batch of one is never isolated');
      return this.#finish(alone);
    });
  }

  /** Nothing is run again after this point, whatever fails. */
  #finish({ outcomes, changed, named }: FinishedBatch): readonly Outcome[] {
    notifyChanged(this.#listener, changed, named);
    return outcomes;
  }

  /** @returns a connection to a copy of the store in memory, which the caller closes. */
  copy(): DatabaseSync {
    return copyInMemory(this.#database);
  }

  /** The committed data as of now. */
  image(): Uint8Array {
    return imageOf(this.#database);
  }

  async close(): Promise<void> {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      // The log remains beside the file; the next start reads it.
      if (!isOutOfRoom(error)) throw error;
    }
    this.#database.close();
  }
}
