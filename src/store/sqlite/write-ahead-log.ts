/** The write-ahead log of a SQLite file, as its writer sees it. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** What `PRAGMA wal_checkpoint` answers: pages in the log, and how many of them are in the database file as well. */
export type LogState = { readonly log: number; readonly checkpointed: number };

/** @returns the number of pages that are in the log only. */
export function pagesInLogOnly({ log, checkpointed }: LogState): number {
  return log - checkpointed;
}

export class WriteAheadLog {
  /** Of the database file. */
  readonly path: string;
  readonly #look: StatementSync;
  readonly #copy: StatementSync;

  constructor(path: string, writer: DatabaseSync) {
    this.path = path;
    this.#look = writer.prepare('PRAGMA wal_checkpoint(NOOP)');
    this.#copy = writer.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** The number of pages that are in the log only. */
  get size(): number {
    return pagesInLogOnly(this.#look.get() as LogState);
  }

  /**
   * Copies what is in the log only to the database file. Nothing is committed meanwhile, so the next commit can begin
   * the log again.
   */
  copy(): void {
    this.#copy.get();
  }
}
