/** A connection of its own that only reads: for the thread that serves requests, and for looking at one moment. */
import type { DatabaseSync } from 'node:sqlite';
import type { Catalog } from '../../domain/catalog.ts';
import type { Reads } from '../reads.ts';
import { openForReading } from './database.ts';
import { loadCatalog } from './sqlite-catalog.ts';
import { createSqliteReads } from './sqlite-reads.ts';
import { SqliteStatements } from './statements.ts';

export class SqliteReader {
  readonly reads: Reads;
  readonly #database: DatabaseSync;
  readonly #statements: SqliteStatements;

  constructor(path: string) {
    this.#database = openForReading(path);
    this.#statements = new SqliteStatements(this.#database);
    this.reads = createSqliteReads(this.#database);
  }

  /** From now on every read sees the books as they are now, until the reader is closed. */
  freeze(): void {
    this.#database.exec('BEGIN');
    this.#database.prepare('SELECT 1 FROM settings').get();
  }

  catalog(): Catalog {
    return loadCatalog(this.#statements);
  }

  close(): void {
    this.#database.close();
  }
}
