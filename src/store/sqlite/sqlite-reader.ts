/**
 * A read-only connection: for the thread that serves requests, and for consistent snapshots.
 *
 * The reads of one turn of the event loop share a snapshot, because opening one costs more than reading from it. After
 * each acknowledged commit the owner must call `endTurn`, so that every later read sees the commit.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import type { Reads } from '../reads.ts';
import { openForReading } from './database.ts';
import { loadCatalog } from './sqlite-catalog.ts';
import { createSqliteReads } from './sqlite-reads.ts';
import { SqliteStatements } from './statements.ts';

export class SqliteReader {
  readonly reads: Reads;
  readonly #database: DatabaseSync;
  readonly #statements: SqliteStatements;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  #snapshot: 'none' | 'turn' | 'frozen' = 'none';

  /** @param source the path of a file, or a connection that nothing else uses. */
  constructor(source: string | DatabaseSync) {
    this.#database = typeof source === 'string' ? openForReading(source) : source;
    this.#statements = new SqliteStatements(this.#database);
    this.#begin = this.#database.prepare('BEGIN');
    this.#end = this.#database.prepare('COMMIT');
    this.reads = createSqliteReads(this.#database, { beforeRead: () => this.#beginTurn() });
  }

  /** From now on every read sees the database as of this moment, until the reader is closed. */
  freeze(): void {
    this.endTurn();
    this.#begin.run();
    this.#database.prepare('SELECT 1 FROM settings').get();
    this.#snapshot = 'frozen';
  }

  /** The next read sees every commit up to now. */
  endTurn(): void {
    if (this.#snapshot !== 'turn') return;
    this.#snapshot = 'none';
    this.#end.run();
  }

  catalog(): Catalog {
    return loadCatalog(this.#statements);
  }

  close(): void {
    this.endTurn();
    this.#database.close();
  }

  #beginTurn(): void {
    if (this.#snapshot !== 'none') return;
    this.#begin.run();
    this.#snapshot = 'turn';
    setImmediate(() => this.endTurn());
  }
}
