/**
 * The store on PostgreSQL: many commands per transaction with few round trips, on a few connections, with any number of
 * other processes on the same database.
 *
 * No command is acknowledged before its COMMIT was. Commands of a batch are isolated from each other: a rejected
 * command writes nothing, and a batch that the database refuses is split until only the faulty command fails. A batch
 * that conflicts with another process is decided again with fresh rows, for up to five seconds. If the connection is
 * lost before COMMIT is sent, the batch is not done; if it is lost afterwards, the outcome is unknown.
 *
 * Committing, notifying and answering are separate steps. Nothing is run again after COMMIT.
 */
import type { Clock } from '../../clock/clock.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { type CommitChanges, cachedTables, type NamedChanges } from '../cached-changes.ts';
import { type ChangeListener, notifyChanged } from '../change-listener.ts';
import type { Execution, Fault, Outcome, Store } from '../port.ts';
import type { Reads } from '../reads.ts';
import { createRecordIds } from '../record-ids.ts';
import { isReferenceTable, type TableName } from '../tables.ts';
import { Assumptions } from './assumptions.ts';
import { BatchTransaction, type TransactionParts } from './batch-transaction.ts';
import { ChangeFeed } from './change-feed.ts';
import { type ConflictingRows, findConflictingRows } from './conflict.ts';
import { CommitUnanswered, describeFailure, failureOf, StaleReference } from './failure.ts';
import { FeedWatch } from './feed-watch.ts';
import { IdReserve } from './id-reserve.ts';
import { migrate } from './migrations.ts';
import { createPostgresReads } from './postgres-reads.ts';
import { ReadingPool } from './reading-pool.ts';
import {
  type ReferenceData,
  readReferenceData,
  referenceDataOf,
  selectReferenceData,
} from './reference-data.ts';
import { RemoteChanges } from './remote-changes.ts';
import { WriteConnection } from './write-connection.ts';

export type PostgresStoreOptions = {
  readonly url: string;
  readonly clock: Clock;
  readonly randomHex: () => string;
  readonly listener?: ChangeListener;
  /** How long a batch that conflicts with other processes is tried again, ms; default 5,000. */
  readonly retryMs?: number;
  /** Write connections: the number of batches at the same time; default 2. */
  readonly connections?: number;
  /** Read connections; default 4. */
  readonly readers?: number;
};

const defaultRetryMs = 5000;
const waits = { answerMs: 5000, commitMs: 10_000 };
const noReferenceData = referenceDataOf({ assets: [], networks: [], prices: [], symbols: [], settings: [] });

export class PostgresStore implements Store {
  readonly reads: Reads;
  readonly parallelBatches: number;
  readonly largestBatch = 64;
  readonly #options: PostgresStoreOptions;
  readonly #reader: ReadingPool;
  readonly #connections: readonly WriteConnection[];
  readonly #free: WriteConnection[];
  readonly #waiting: ((connection: WriteConnection) => void)[] = [];
  readonly #feed: ChangeFeed;
  readonly #watch: FeedWatch;
  readonly #remote: RemoteChanges;
  readonly #parts: TransactionParts;
  #reference: ReferenceData = noReferenceData;
  #refreshing: Promise<void> = Promise.resolve();
  #isReferenceBehind = false;

  /** Migrates the schema, reads the reference data and listens for changes of other processes. */
  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    await migrate({ url: options.url, timers: options.clock.monotonic });
    const store = new PostgresStore(options);
    try {
      await store.#watch.start(() => store.refreshCatalog());
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  private constructor(options: PostgresStoreOptions) {
    const { url, connections = 2, readers = 4, clock, randomHex, listener } = options;
    this.#options = options;
    const database = { url, timers: clock.monotonic };
    this.parallelBatches = connections;
    this.#reader = new ReadingPool(database, readers);
    this.reads = createPostgresReads(this.#reader.select);
    this.#connections = Array.from(
      { length: connections },
      () => new WriteConnection({ database, ...waits }),
    );
    this.#free = [...this.#connections];
    this.#feed = new ChangeFeed(database, randomHex());
    this.#remote = new RemoteChanges(this.reads, (changed, named) => this.#afterChange(changed, named));
    this.#watch = new FeedWatch({
      feed: this.#feed,
      time: clock.monotonic,
      applyChange: (seq) => this.#remote.apply(seq),
      readAll: () => this.#readAll(),
      isBehind: () => this.#isReferenceBehind || this.#remote.hasMissed,
      onCaughtUp: (atMs) => listener?.onCaughtUp?.(atMs),
      onStale: () => listener?.onStale?.(),
    });
    const tranIds = new IdReserve('tran_ids', 256);
    const accountIds = new IdReserve('account_ids', 8);
    this.#parts = {
      clock,
      assumptions: new Assumptions(),
      reserves: [tranIds, accountIds],
      ids: {
        recordId: createRecordIds(clock.world, randomHex),
        tranId: () => tranIds.next(),
        accountId: () => accountIds.next(),
      },
      reference: () => this.#reference,
      isReferenceTrusted: () => this.#watch.isFresh(),
      announce: (named) => this.#feed.announce(named),
    };
  }

  catalog(): Catalog {
    return this.#reference.catalog;
  }

  /**
   * Reads the reference data again. Calls run one after the other, so that an older result never replaces a newer one.
   */
  refreshCatalog(): Promise<void> {
    const refreshed = this.#refreshing.then(async () => {
      const results = await Promise.all(selectReferenceData.map(({ sql }) => this.#reader.select(sql)));
      this.#reference = readReferenceData(results);
      this.#isReferenceBehind = false;
    });
    this.#refreshing = refreshed.catch(() => {
      this.#isReferenceBehind = true;
    });
    return refreshed;
  }

  async execute(batch: readonly Execution[]): Promise<readonly Outcome[]> {
    const connection =
      this.#free.pop() ?? (await new Promise<WriteConnection>((resolve) => this.#waiting.push(resolve)));
    try {
      const giveUpAt = this.#options.clock.monotonic.now() + (this.#options.retryMs ?? defaultRetryMs);
      return await this.#executeOn(connection, batch, giveUpAt);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(connection);
      else next(connection);
    }
  }

  async close(): Promise<void> {
    this.#watch.stop();
    await Promise.all([...this.#connections, this.#feed, this.#reader].map((each) => each.close()));
  }

  async #executeOn(
    connection: WriteConnection,
    batch: readonly Execution[],
    giveUpAt: number,
  ): Promise<readonly Outcome[]> {
    let conflicting: ConflictingRows = new Set();
    for (let conflicts = 0; ; ) {
      const attempt = await this.#attempt(connection, batch);
      if ('outcomes' in attempt) {
        await this.#afterChange(attempt.changed, attempt.named);
        const rest = batch.slice(attempt.outcomes.length);
        return rest.length === 0
          ? attempt.outcomes
          : [...attempt.outcomes, ...(await this.#executeOn(connection, rest, giveUpAt))];
      }
      const { failure, error } = attempt;
      if (failure === 'broken') return this.#split(connection, batch, giveUpAt, error);
      if (failure === 'not-done' || this.#options.clock.monotonic.now() > giveUpAt) {
        return faultsOf([], batch, 'not-done', error);
      }
      if (failure !== 'conflict') continue;
      const before = conflicting;
      conflicting = await this.#findConflictingRows(connection, attempt);
      // A batch is split at the second conflict at the latest, so that one command does not delay the others.
      const isOver = ++conflicts > 1 && (batch.length > 1 || !conflicting.isDisjointFrom(before));
      if (isOver) return this.#split(connection, batch, giveUpAt, error);
    }
  }

  /** Empty if the query fails: the batch is then tried again, or fails for the same reason. */
  #findConflictingRows(
    connection: WriteConnection,
    { error, changes }: FailedAttempt,
  ): Promise<ConflictingRows> {
    return findConflictingRows((statements) => connection.run(statements), error, changes).catch(
      () => new Set(),
    );
  }

  async #attempt(connection: WriteConnection, batch: readonly Execution[]): Promise<Attempt> {
    const transaction = new BatchTransaction(connection, this.#parts, batch);
    try {
      await transaction.run();
      const { outcomes, changed, named } = transaction;
      return { outcomes, changed, named };
    } catch (error) {
      if (error instanceof CommitUnanswered) {
        const outcomes = faultsOf(transaction.outcomes, batch, 'unknown', error);
        return { outcomes, changed: transaction.changed, named: transaction.named };
      }
      connection.rollBack();
      if (error instanceof StaleReference) await this.refreshCatalog().catch(() => {});
      return { failure: failureOf(error), error, changes: transaction.changes };
    }
  }

  /** Executes the two halves of a refused batch separately. */
  async #split(
    connection: WriteConnection,
    batch: readonly Execution[],
    giveUpAt: number,
    error: unknown,
  ): Promise<readonly Outcome[]> {
    if (batch.length === 1) return faultsOf([], batch, 'bug', error);
    const middle = batch.length >> 1;
    const first = await this.#executeOn(connection, batch.slice(0, middle), giveUpAt);
    return [...first, ...(await this.#executeOn(connection, batch.slice(middle), giveUpAt))];
  }

  async #readAll(): Promise<void> {
    this.#remote.hasMissed = false;
    try {
      await this.refreshCatalog();
    } catch (error) {
      this.#remote.hasMissed = true;
      throw error;
    }
    notifyChanged(this.#options.listener, cachedTables, 'everything');
  }

  /**
   * Never rejects, because the commit is valid even if the refresh fails. Stale reference data do no harm: a
   * transaction that writes them compares them with the database first.
   */
  async #afterChange(changed: ReadonlySet<TableName>, named: NamedChanges): Promise<void> {
    if ([...changed].some(isReferenceTable)) await this.refreshCatalog().catch(() => {});
    notifyChanged(this.#options.listener, changed, named);
  }
}

/**
 * The outcomes of a finished transaction and what it (possibly) changed; or a failure: nothing was written.
 */
type Attempt = ({ readonly outcomes: readonly Outcome[] } & CommitChanges) | FailedAttempt;

type FailedAttempt = {
  readonly failure: ReturnType<typeof failureOf>;
  readonly error: unknown;
  readonly changes: BatchTransaction['changes'];
};

/** The outcomes of a failed batch: rejections stay, every other command gets the fault. */
function faultsOf(
  decided: readonly Outcome[],
  batch: readonly Execution[],
  fault: Fault['fault'],
  error: unknown,
): readonly Outcome[] {
  const message = describeFailure(error);
  return batch.map((_, index) => {
    const outcome = decided[index];
    return outcome !== undefined && !('done' in outcome) ? outcome : { fault, message };
  });
}
