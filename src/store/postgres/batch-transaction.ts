/**
 * Runs a batch in one transaction: fetches all rows at once, decides the commands in order, writes everything at once.
 *
 * Round trips: one for each prefetch stage whose rows a later stage depends on and does not assume to be absent, outside
 * the transaction; one to begin, lock and read; one to write and commit. Rows that are to be written but were not locked
 * are locked in one more round trip and compared with what was read; if they have changed, the batch is decided again.
 */
import type { Clock } from '../../clock/clock.ts';
import { isRejection } from '../../contract/errors.ts';
import { type CachedChange, cachedChanges } from '../cached-changes.ts';
import { CommitEvents } from '../event-log.ts';
import type { DecisionContext, Execution, Ids, Outcome } from '../port.ts';
import { isReferenceTable, type TableName } from '../tables.ts';
import { isLate, lateRejection } from '../time-window.ts';
import type { Assumptions } from './assumptions.ts';
import { BatchRows, NotFetched } from './batch-rows.ts';
import type { Statement } from './connection.ts';
import { describeFailure, StaleDecision, StaleReference } from './failure.ts';
import type { IdReserve } from './id-reserve.ts';
import { checkUnchanged, planLateLocks } from './late-locks.ts';
import { asksForMore, type Fetch, fetchInto, type Prepared, planLookups } from './lookup-plan.ts';
import {
  isSameReferenceData,
  lockReferenceData,
  mapReferenceData,
  type ReferenceData,
  selectReferenceData,
  shareReferenceData,
} from './reference-data.ts';
import type { RowChange } from './row-change.ts';
import type { WriteConnection } from './write-connection.ts';
import { writeStatements } from './write-statements.ts';

export type TransactionParts = {
  readonly clock: Pick<Clock, 'wire' | 'world'>;
  readonly ids: Ids;
  readonly reserves: readonly IdReserve[];
  readonly reference: () => ReferenceData;
  readonly assumptions: Assumptions;
  /** Whether all changes that other processes announced are known; if not, each transaction reads the data again. */
  readonly isReferenceTrusted: () => boolean;
  /** Statements that announce changes to other processes. */
  readonly announce: (named: readonly CachedChange[]) => readonly Statement[];
};

export class BatchTransaction {
  readonly #connection: WriteConnection;
  readonly #parts: TransactionParts;
  readonly #batch: readonly Execution[];
  readonly #rows = new BatchRows();
  readonly #outcomes: Outcome[] = [];
  readonly #events = new CommitEvents();
  #changes: ReadonlyMap<TableName, readonly RowChange[]> = new Map();
  readonly #assumes: boolean;
  #started: ReferenceData;
  #reference: ReferenceData;

  constructor(connection: WriteConnection, parts: TransactionParts, batch: readonly Execution[]) {
    this.#connection = connection;
    this.#parts = parts;
    this.#batch = batch;
    this.#assumes = parts.assumptions.areMade();
    this.#started = parts.reference();
    this.#reference = this.#started;
  }

  /**
   * The outcomes of the commands that were decided, from the first of the batch on. The remaining commands need another
   * transaction, which sees the writes of this one. If COMMIT was not answered, it is unknown whether they are done.
   */
  get outcomes(): readonly Outcome[] {
    return this.#outcomes;
  }

  /** The changes that the decisions write. */
  get changes(): ReadonlyMap<TableName, readonly RowChange[]> {
    return this.#changes;
  }

  /** The tables that the decisions change. */
  get changed(): ReadonlySet<TableName> {
    return new Set(this.#changes.keys());
  }

  /** The changes of cached rows among them. */
  get named(): readonly CachedChange[] {
    return cachedChanges(this.#events.list);
  }

  /** Resolves after COMMIT, or if there is nothing to commit. */
  async run(): Promise<void> {
    const begunMs = this.#parts.clock.wire.now();
    const prepared = this.#batch.map((execution) => ({ execution, context: this.#createContext() }));
    const inTime = prepared.filter(({ execution }) => !isLate(execution, begunMs));
    const fetches = await planLookups(this.#connection, inTime, this.#assumes);
    await this.#begin(fetches, inTime);
    this.#decideAll(prepared, begunMs);
    const changes = new Map(this.#rows.changes());
    this.#changes = changes;
    const { changed } = this;
    if (changed.size === 0) {
      this.#connection.rollBack();
      return;
    }
    await this.#lockChanged(changes);
    const wireMs = this.#parts.clock.wire.now();
    if (inTime.some(({ execution }) => isLate(execution, wireMs)))
      throw new StaleDecision('the window of a request has passed');
    const entrance = changed.has('transfers') ? [{ sql: 'SELECT enter_transfers()' }] : [];
    await this.#connection.commit([
      ...entrance,
      ...writeStatements(changes, { at: this.#parts.clock.world.now(), events: this.#events.list }),
      ...this.#parts.announce(this.named),
    ]);
  }

  #createContext(): DecisionContext {
    const current = () => this.#reference.catalog;
    return {
      nowMs: this.#parts.clock.world.now(),
      ids: this.#parts.ids,
      get catalog() {
        return current();
      },
    };
  }

  /** Takes the row locks, then the lock on the reference data, and then reads what needs no lock. */
  async #begin(fetches: readonly Fetch[], inTime: readonly Prepared[]): Promise<void> {
    const refills = this.#parts.reserves.map((reserve) => ({
      reserve,
      statements: reserve.refill(inTime.length),
    }));
    const needsLatest = inTime.some(({ execution }) => execution.command.needsLatest);
    // Transactions that first share the lock and then take it exclusively would deadlock.
    const changesLatest = inTime.some(({ execution }) => execution.command.changesLatest);
    const lock = changesLatest ? lockReferenceData : shareReferenceData;
    const isReading = needsLatest || !this.#parts.isReferenceTrusted();
    const reference = [...(needsLatest ? [lock] : []), ...(isReading ? selectReferenceData : [])];
    const [locking = [], reading = []] = [true, false].map((isLocking) =>
      fetches
        .filter(({ shape }) => (shape.lock !== undefined) === isLocking)
        .flatMap(({ statements }) => statements),
    );
    const answers = await this.#connection.begin([
      ...refills.flatMap(({ statements }) => statements),
      ...locking,
      ...reference,
      ...reading,
    ]);
    const results = [...answers];
    for (const { reserve, statements } of refills) {
      if (statements.length > 0) reserve.add(results.shift() ?? []);
    }
    const found = results.splice(locking.length, reference.length);
    if (isReading) this.#checkReference(found.slice(-selectReferenceData.length));
    await fetchInto(this.#rows, fetches, async () => results);
  }

  #checkReference(results: Awaited<ReturnType<WriteConnection['run']>>): void {
    if (!isSameReferenceData(results, this.#started)) {
      throw new StaleReference('the reference data have changed');
    }
  }

  /** Stops before a command that needs rows which depend on the writes of an earlier command and were not fetched. */
  #decideAll(prepared: readonly Prepared[], begunMs: number): void {
    for (const each of prepared) {
      const outcome = isLate(each.execution, begunMs) ? lateRejection : this.#decide(each);
      if (outcome === 'not-fetched') return;
      this.#outcomes.push(outcome);
    }
  }

  #decide(prepared: Prepared): Outcome | 'not-fetched' {
    const { command, input } = prepared.execution;
    let decision: ReturnType<typeof command.decide>;
    try {
      decision = command.decide(input, this.#rows, prepared.context);
    } catch (error) {
      if (error instanceof StaleDecision) throw error;
      if (error instanceof NotFetched && this.#asksForMore(prepared)) {
        if (this.#assumes) this.#parts.assumptions.wereWrong();
        if (this.#outcomes.length > 0) return 'not-fetched';
        throw new StaleDecision(error.message);
      }
      return { fault: 'bug', message: `${command.name}: ${describeFailure(error)}` };
    }
    if (isRejection(decision)) return decision;
    for (const write of decision.writes) {
      const table = this.#rows.apply(write);
      if (isReferenceTable(table)) this.#refreshReference();
    }
    this.#events.add(decision.writes);
    return { done: decision.reply };
  }

  #asksForMore(prepared: Prepared): boolean {
    try {
      return asksForMore(prepared, this.#rows);
    } catch (error) {
      return error instanceof NotFetched;
    }
  }

  #refreshReference(): void {
    this.#reference = mapReferenceData(this.#started, (table, rows) => this.#rows.current(table, rows));
  }

  /** Locks the rows that are to be changed and were read without a lock, and checks that they are unchanged. */
  async #lockChanged(changes: ReadonlyMap<TableName, readonly RowChange[]>): Promise<void> {
    const locks = planLateLocks(this.#rows, changes.keys());
    const isReference = [...changes.keys()].some(isReferenceTable);
    const isAccount = changes.get('accounts')?.some(({ kind }) => kind === 'update') === true;
    const isAddress = changes.get('deposit_addresses')?.some(({ kind }) => kind === 'insert') === true;
    const reference = [
      ...(isReference || isAccount || isAddress ? [lockReferenceData] : []),
      ...(isReference ? selectReferenceData : []),
    ];
    if (locks.length === 0 && reference.length === 0) return;
    const results = await this.#connection.run([...reference, ...locks.map(({ statement }) => statement)]);
    if (isReference) this.#checkReference(results.slice(1, reference.length));
    for (const [index, lock] of locks.entries())
      checkUnchanged(lock, results[reference.length + index] ?? []);
  }
}
