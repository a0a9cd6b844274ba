/**
 * The store on PostgreSQL: many commands per transaction with few round trips, on a few connections, with any number of
 * other processes on the same database.
 *
 * No command is acknowledged before its COMMIT was. Commands of a batch are isolated from each other
 * (`batch-executor.ts`).
 *
 * Committing, notifying and answering are separate steps. Nothing is run again after COMMIT.
 */
import { randomBytes } from 'node:crypto';
import { present } from '../../boundary/present.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { cachedTables, type NamedChanges } from '../cached-changes.ts';
import { type ChangeListener, notifyChanged } from '../change-listener.ts';
import type { Execution, Outcome, Store } from '../port.ts';
import type { Reads } from '../reads.ts';
import { createRecordIds } from '../record-ids.ts';
import { isReferenceTable, type TableName } from '../tables.ts';
import { Assumptions } from './assumptions.ts';
import { BatchExecutor } from './batch-executor.ts';
import { ChangeFeed } from './change-feed.ts';
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
  /** Time for which a batch that conflicts with other processes is retried, ms; default 5,000. */
  readonly retryMs?: number;
  /** Write connections: the number of batches at the same time; default 2. */
  readonly connections?: number;
  /** Read connections; default 4. */
  readonly readers?: number;
  /** Whether nobody else uses the database: closing it then leaves out no numbers of sequences. Default false. */
  readonly isAlone?: boolean;
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
  readonly #executor: BatchExecutor;
  readonly #tranIds = new IdReserve('tran_ids', 256);
  readonly #accountIds = new IdReserve('account_ids', 8);
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
    const { url, connections = 2, readers = 4, clock, listener } = options;
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
    this.#feed = new ChangeFeed(database, randomBytes(10).toString('hex'));
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
    this.#executor = this.#createExecutor(options);
  }

  #createExecutor({ clock, randomHex, retryMs = defaultRetryMs }: PostgresStoreOptions): BatchExecutor {
    const ids = {
      recordId: createRecordIds(clock.world, randomHex),
      tranId: () => this.#tranIds.next(),
      accountId: () => this.#accountIds.next(),
    };
    return new BatchExecutor({
      transaction: {
        clock,
        ids,
        assumptions: new Assumptions(),
        reserves: [this.#tranIds, this.#accountIds],
        reference: () => this.#reference,
        isReferenceTrusted: () => this.#watch.isFresh(),
        announce: (named) => this.#feed.announce(named),
      },
      time: clock.monotonic,
      retryMs,
      refreshReference: () => this.refreshCatalog(),
      afterChange: (changed, named) => this.#afterChange(changed, named),
    });
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
      return await this.#executor.execute(connection, batch);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(connection);
      else next(connection);
    }
  }

  async close(): Promise<void> {
    this.#watch.stop();
    // Without it, numbers are left out, which does no harm.
    if (this.#options.isAlone === true) await this.#handBackIds().catch(() => {});
    await Promise.all([...this.#connections, this.#feed, this.#reader].map((each) => each.close()));
  }

  async #handBackIds(): Promise<void> {
    const statements = [this.#tranIds, this.#accountIds].flatMap((reserve) => reserve.handBack());
    if (statements.length === 0) return;
    const connection = present(this.#connections[0]);
    await connection.begin(statements);
    await connection.commit([]);
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
