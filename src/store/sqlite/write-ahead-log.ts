/** The write-ahead log of a SQLite file, as its writer sees it. */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { onlyRow } from '../../boundary/selected.ts';

/** The result of `PRAGMA wal_checkpoint`: the pages in the log, and how many of them are in the database file too. */
export type LogState = { readonly log: number; readonly checkpointed: number };

/** @returns the number of pages that have not been copied to the database file. */
export function pagesInLogOnly({ log, checkpointed }: LogState): number {
  return log - checkpointed;
}

export class WriteAheadLog {
  /** The path of the database file. */
  readonly path: string;
  readonly #look: StatementSync;
  readonly #copy: StatementSync;

  constructor(path: string, writer: DatabaseSync) {
    this.path = path;
    this.#look = writer.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#copy = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** The number of pages that have not been copied to the database file. */
  get size(): number {
    return pagesInLogOnly(onlyRow<LogState>(this.#look.get()));
  }

  /** The number of pages in the log, whether they are in the database file too or not. */
  get length(): number {
    return onlyRow<LogState>(this.#look.get()).log;
  }

  /**
   * Copies the remaining pages to the database file. Nothing is committed meanwhile, so the next commit can restart the
   * log.
   */
  copy(): void {
    this.#copy.get();
  }
}
