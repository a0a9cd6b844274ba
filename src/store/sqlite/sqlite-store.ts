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
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock } from '../../clock/clock.ts';
import { isRejection } from '../../contract/errors.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { type CommitChanges, cachedChanges } from '../cached-changes.ts';
import { type ChangeListener, notifyChanged } from '../change-listener.ts';
import { CommitEvents, tableOf } from '../event-log.ts';
import type { SeqRange } from '../logged-events.ts';
import type { Execution, Ids, Lookup, Outcome, Rows, Store, Write } from '../port.ts';
import type { Reads } from '../reads.ts';
import { createRecordIds } from '../record-ids.ts';
import { isReferenceTable, type Row, type TableName } from '../tables.ts';
import { isLate, lateRejection } from '../time-window.ts';
import { CustodyRows } from './custody-rows.ts';
import { copyInMemory, openForWriting } from './database.ts';
import { faultOf, faultOfCommit, isOutOfRoom } from './failure.ts';
import { RowCache, type RowCacheLimits } from './row-cache.ts';
import { Sequences } from './sequences.ts';
import { loadCatalog } from './sqlite-catalog.ts';
import { createSqliteReads } from './sqlite-reads.ts';
import { SqliteStatements } from './statements.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

export type SqliteStoreOptions = {
  readonly path: string;
  readonly clock: Pick<Clock, 'wire' | 'world'>;
  readonly randomHex: () => string;
  readonly listener?: ChangeListener;
  readonly rowCacheLimits?: RowCacheLimits;
};

/**
 * The outcomes of a finished transaction and what it changed; or `isolate`: nothing was written, run one by one.
 */
type Attempt = ({ readonly outcomes: readonly Outcome[] } & CommitChanges) | 'isolate';

export class SqliteStore implements Store {
  readonly reads: Reads;
  readonly log: WriteAheadLog;
  readonly parallelBatches = 1;
  readonly largestBatch = 32;
  readonly #options: SqliteStoreOptions;
  readonly #database: DatabaseSync;
  readonly #statements: SqliteStatements;
  readonly #rows: Rows;
  readonly #ids: Ids;
  readonly #rowCache: RowCache;
  readonly #begin: StatementSync;
  readonly #commitNow: StatementSync;
  readonly #version: StatementSync;
  readonly #lastTransfer: StatementSync;
  readonly #custody = new CustodyRows();
  readonly #sequences: Sequences;
  #knownVersion = 0;
  #catalog: Catalog;
  #changed = new Set<TableName>();
  #events = new CommitEvents();
  #transfers = 0;

  constructor(options: SqliteStoreOptions) {
    this.#options = options;
    this.#rowCache = new RowCache(options.rowCacheLimits);
    this.#database = openForWriting(options.path);
    this.log = new WriteAheadLog(options.path, this.#database);
    this.#statements = new SqliteStatements(this.#database);
    this.#begin = this.#database.prepare('BEGIN IMMEDIATE');
    this.#commitNow = this.#database.prepare('COMMIT');
    this.#version = this.#database.prepare('PRAGMA data_version');
    this.#lastTransfer = this.#database.prepare('SELECT max(seq) AS last FROM transfers');
    this.reads = createSqliteReads(this.#database, {
      afterRows: (table, rows) => this.#rowCache.noteRead(table, rows),
    });
    this.#rows = {
      one: <T extends TableName>(lookup: Lookup<T>) => this.#one(lookup),
      all: <T extends TableName>(lookup: Lookup<T>) => this.#all(lookup),
    };
    this.#sequences = new Sequences(this.#database);
    this.#ids = {
      recordId: createRecordIds(options.clock.world, options.randomHex),
      tranId: () => this.#sequences.next('tran_ids'),
      accountId: () => this.#sequences.next('account_ids'),
    };
    this.#catalog = loadCatalog(this.#statements);
  }

  catalog(): Catalog {
    return this.#catalog;
  }

  async execute(batch: readonly Execution[]): Promise<readonly Outcome[]> {
    return this.executeNow(batch);
  }

  /** Like `execute`, but synchronous, as SQLite is. */
  executeNow(batch: readonly Execution[]): readonly Outcome[] {
    const attempt = this.#attempt(batch);
    if (attempt !== 'isolate') return this.#finish(attempt);
    return batch.flatMap((execution) => {
      const alone = this.#attempt([execution]);
      if (alone === 'isolate') throw new Error('a batch of one is never isolated');
      return this.#finish(alone);
    });
  }

  /** Nothing is run again after this point, whatever fails. */
  #finish({ outcomes, changed, named }: Exclude<Attempt, 'isolate'>): readonly Outcome[] {
    notifyChanged(this.#options.listener, changed, named);
    return outcomes;
  }

  /** @returns a connection to a copy of the store in memory, which the caller closes. */
  copy(): DatabaseSync {
    return copyInMemory(this.#database);
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

  /** Runs the batch in one transaction. `isolate`: a constraint was violated, or the window of a request has passed. */
  #attempt(batch: readonly Execution[]): Attempt {
    this.#changed = new Set();
    this.#events = new CommitEvents();
    this.#transfers = 0;
    try {
      this.#begin.run();
      this.#invalidateIfChangedElsewhere();
      const outcomes = batch.map((execution) => this.#run(execution));
      const wireMs = this.#options.clock.wire.now();
      if (batch.some((execution) => isLate(execution, wireMs))) {
        this.#rollBack();
        return batch.length > 1 ? 'isolate' : { outcomes: [lateRejection], ...nothing };
      }
      this.#flushCustody();
      if (this.#changed.size > 0) this.#sequences.write();
      this.#logCommit();
      return this.#commit(outcomes);
    } catch (error) {
      this.#rollBack();
      const fault = faultOf(error);
      if (fault.fault === 'bug' && batch.length > 1) return 'isolate';
      return { outcomes: batch.map(() => fault), ...nothing };
    }
  }

  /** Cached data is valid until another connection commits; SQLite then changes `data_version`. */
  #invalidateIfChangedElsewhere(): void {
    const { data_version: version } = this.#version.get() as { data_version: number };
    if (version === this.#knownVersion) return;
    this.#knownVersion = version;
    this.#rowCache.clear();
    this.#custody.clear();
    this.#sequences.reload();
    this.#catalog = loadCatalog(this.#statements);
  }

  #commit(outcomes: readonly Outcome[]): Exclude<Attempt, 'isolate'> {
    const changes = { changed: this.#changed, named: cachedChanges(this.#events.list) };
    try {
      this.#commitNow.run();
      this.#rowCache.noteCommit();
      this.#sequences.noteCommit();
      return { outcomes, ...changes };
    } catch (error) {
      const fault = faultOfCommit(error, this.#database);
      this.#rollBack();
      const failed = outcomes.map((outcome) =>
        'done' in outcome ? { fault, message: String(error) } : outcome,
      );
      return { outcomes: failed, ...(fault === 'unknown' ? changes : nothing) };
    }
  }

  #run(execution: Execution): Outcome {
    const { wire, world } = this.#options.clock;
    if (isLate(execution, wire.now())) return lateRejection;
    const { command, input } = execution;
    const context = { nowMs: world.now(), catalog: this.#catalog, ids: this.#ids };
    const decision = command.decide(input, this.#rows, context);
    if (isRejection(decision)) return decision;
    for (const write of decision.writes) this.#apply(write);
    this.#events.add(decision.writes);
    return { done: decision.reply };
  }

  #one<T extends TableName>(lookup: Lookup<T>): Row<T> | undefined {
    if (lookup.table === 'custody') return this.#all(lookup)[0];
    const cached = this.#rowCache.find(lookup);
    if (cached !== undefined) return cached ?? undefined;
    const row = this.#statements.find(lookup)[0];
    this.#rowCache.noteFound(lookup, row);
    return row;
  }

  #all<T extends TableName>(lookup: Lookup<T>): readonly Row<T>[] {
    if (lookup.table !== 'custody') return this.#statements.find(lookup);
    const own = lookup as Lookup as Lookup<'custody'>;
    return this.#custody.find(own, () => this.#statements.find(own)) as readonly Row<T>[];
  }

  #apply(write: Write): void {
    const table = tableOf(write);
    if (!this.#custody.keep(write)) this.#applyNow(write, table);
    this.#changed.add(table);
    if (table === 'transfers' && 'insert' in write) this.#transfers += 1;
  }

  /** The numbers of the transfers of a commit are consecutive, because no other connection writes. */
  #logCommit(): void {
    const count = this.#transfers;
    const events = this.#events.list;
    if (count === 0 && events.length === 0) return;
    const at = this.#options.clock.world.now();
    const { last } = count === 0 ? { last: 0 } : (this.#lastTransfer.get() as { last: number });
    const transfers: readonly SeqRange[] = count === 0 ? [] : [[last - count + 1, last]];
    this.#statements.apply({ insert: 'event_log', row: { at, transfers, events } });
  }

  #flushCustody(): void {
    this.#custody.flush((write) => this.#statements.apply(write));
  }

  #applyNow(write: Write, table: TableName): void {
    if (table === 'custody') this.#flushCustody();
    this.#statements.apply(write);
    if (table === 'custody') this.#custody.clear();
    this.#rowCache.applyWrite(write, table);
    if (isReferenceTable(table)) this.#catalog = loadCatalog(this.#statements);
  }

  #rollBack(): void {
    this.#rowCache.noteRollback();
    this.#sequences.noteRollback();
    this.#custody.clear();
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    for (const table of this.#changed) {
      if (isReferenceTable(table)) this.#catalog = loadCatalog(this.#statements);
    }
    this.#changed = new Set();
  }
}

const nothing: CommitChanges = { changed: new Set(), named: [] };
