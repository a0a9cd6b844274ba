/**
 * Runs batches, each in one transaction of the only write connection: looks rows up when a command asks for them, decides
 * the commands in order, and writes the decisions of each before the next one decides.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { onlyRow } from '../../boundary/selected.ts';
import type { Clock } from '../../clock/clock.ts';
import { isRejection } from '../../contract/errors.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { type CommitChanges, cachedChanges } from '../cached-changes.ts';
import { CommitEvents, tableOf } from '../event-log.ts';
import type { SeqRange } from '../logged-events.ts';
import type { Execution, Ids, Lookup, Outcome, Rows, Write } from '../port.ts';
import { isReferenceTable, type Row, type TableName } from '../tables.ts';
import { isLate, lateRejection } from '../time-window.ts';
import { CustodyRows } from './custody-rows.ts';
import { faultOf, faultOfCommit } from './failure.ts';
import type { RowCache } from './row-cache.ts';
import { Sequences } from './sequences.ts';
import { loadCatalog } from './sqlite-catalog.ts';
import { SqliteStatements } from './statements.ts';

export type TransactionParts = {
  readonly clock: Pick<Clock, 'wire' | 'world'>;
  readonly recordId: Ids['recordId'];
  readonly rowCache: RowCache;
};

/** The outcomes of a transaction that has ended, and what it changed. */
export type FinishedBatch = { readonly outcomes: readonly Outcome[] } & CommitChanges;

const nothing: CommitChanges = { changed: new Set(), named: [] };

export class BatchTransactions {
  readonly #clock: Pick<Clock, 'wire' | 'world'>;
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

  constructor(database: DatabaseSync, { clock, recordId, rowCache }: TransactionParts) {
    this.#clock = clock;
    this.#database = database;
    this.#rowCache = rowCache;
    this.#statements = new SqliteStatements(database);
    this.#begin = database.prepare('BEGIN IMMEDIATE');
    this.#commitNow = database.prepare('COMMIT');
    this.#version = database.prepare('PRAGMA data_version');
    this.#lastTransfer = database.prepare('SELECT max(seq) AS last FROM transfers');
    this.#rows = {
      one: <T extends TableName>(lookup: Lookup<T>) => this.#one(lookup),
      all: <T extends TableName>(lookup: Lookup<T>) => this.#all(lookup),
    };
    this.#sequences = new Sequences(database);
    this.#ids = {
      recordId,
      tranId: () => this.#sequences.next('tran_ids'),
      accountId: () => this.#sequences.next('account_ids'),
    };
    this.#catalog = loadCatalog(this.#statements);
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  /** Runs the batch in one transaction. `isolate`: a constraint was violated, or the window of a request has passed. */
  run(batch: readonly Execution[]): FinishedBatch | 'isolate' {
    this.#changed = new Set();
    this.#events = new CommitEvents();
    this.#transfers = 0;
    try {
      this.#begin.run();
      this.#invalidateIfChangedElsewhere();
      const outcomes = batch.map((execution) => this.#run(execution));
      const wireMs = this.#clock.wire.now();
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
    const { data_version: version } = onlyRow<{ data_version: number }>(this.#version.get());
    if (version === this.#knownVersion) return;
    this.#knownVersion = version;
    this.#rowCache.clear();
    this.#custody.clear();
    this.#sequences.reload();
    this.#catalog = loadCatalog(this.#statements);
  }

  #commit(outcomes: readonly Outcome[]): FinishedBatch {
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
    const { wire, world } = this.#clock;
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
    // cast: its table is custody.
    const own = lookup as Lookup as Lookup<'custody'>;
    // cast: T is custody.
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
    const at = this.#clock.world.now();
    const { last } = count === 0 ? { last: 0 } : onlyRow<{ last: number }>(this.#lastTransfer.get());
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
