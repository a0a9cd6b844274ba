/**
 * The engine: the store, the chains and the workers of one process.
 *
 * It runs on its own thread, so that waiting for the disk never delays requests that only read. If several processes
 * use the same store, each worker task is run by one of them at a time.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../clock/clock.ts';
import type { CursorMove } from '../command/chain/chain-cursor-move.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { ChangeListener } from '../store/change-listener.ts';
import type { Reads } from '../store/reads.ts';
import type { TableName } from '../store/tables.ts';
import { BlockFollower } from '../worker/block-follower.ts';
import { createChainService } from '../worker/chain-service.ts';
import { DepositWorker } from '../worker/deposit-worker.ts';
import { DividendWorker } from '../worker/dividend-worker.ts';
import { EventLogWorker } from '../worker/event-log-worker.ts';
import { IndicatorWorker } from '../worker/indicator-worker.ts';
import { SealWorker } from '../worker/seal-worker.ts';
import { WaitingWorker } from '../worker/waiting-worker.ts';
import { WithdrawalWorker } from '../worker/withdrawal-worker.ts';
import type { EngineQuestions } from './engine-port.ts';
import { GroupCommit } from './group-commit.ts';
import { type InMemory, type OpenStore, openStore, type Snapshot, type StoreLocation } from './open-store.ts';
import { Periodic } from './periodic.ts';

export type EngineOptions = {
  readonly clock: Clock;
  readonly location: StoreLocation | InMemory;
  /** Block time of the simulated chains, ms of world time; 0: blocks are mined only on request. */
  readonly blockMs: number;
  readonly onChanged: ChangeListener['onChanged'];
  /**
   * Called when `onChanged` or the store has thrown. No more commands are executed, and the outcomes that are known
   * have been answered.
   */
  readonly onBug: (error: unknown) => void;
  readonly onCaughtUp?: NonNullable<ChangeListener['onCaughtUp']>;
  readonly onStale?: NonNullable<ChangeListener['onStale']>;
  readonly afterBatch: () => void;
  readonly onFault: (what: string, error: unknown) => void;
};

const sweepIntervalMs = 10_000;
/** How often to pick up withdrawals left queued by a dead process, and those that no longer need to wait. */
const broadcastIntervalMs = 1_000;
/** How often to check whether the workers have fallen behind. */
const oldestIntervalMs = 1_000;
/** How often to pick up dividends that a dead process has left unpaid. */
const dividendIntervalMs = 1_000;
const sealIntervalMs = 1_000;
const eventLogIntervalMs = 60_000;
/** spec: how often the trading indicators are evaluated. */
const indicatorIntervalMs = 30_000;
/** How often the sizes of the write-ahead logs are checked. */
const checkpointIntervalMs = 100;
const blocksTask = 'blocks';
/** How soon to try again while another process is running a cooperative task. */
const cooperativeRetryMs = 50;

export class Engine {
  readonly commits: GroupCommit;
  readonly questions: EngineQuestions;
  readonly #clock: Clock;
  readonly #books: OpenStore;
  readonly #withdrawals: WithdrawalWorker;
  readonly #follower: BlockFollower;
  readonly #onFault: EngineOptions['onFault'];
  readonly #broadcast: Periodic;
  readonly #waiting: Periodic;
  readonly #newOrders: Periodic;
  readonly #dividends: Periodic;
  readonly #periodics: readonly Periodic[];
  readonly #stopping = new AbortController();

  static async open(options: EngineOptions): Promise<Engine> {
    let engine: Engine | undefined;
    const { location, clock, onCaughtUp, onStale } = options;
    const books = await openStore(location, clock, {
      ...(onCaughtUp && { onCaughtUp }),
      ...(onStale && { onStale }),
      onChanged: (changed, named) => {
        options.onChanged(changed, named);
        if (engine !== undefined) engine.#wake(changed);
      },
      onListenerError: (error) => {
        void Promise.resolve(engine?.commits.stop()).then(() => options.onBug(error));
      },
    });
    engine = new Engine(books, options);
    return engine;
  }

  private constructor(books: OpenStore, { clock, afterBatch, blockMs, onBug, onFault }: EngineOptions) {
    const { store, chains, control, leases } = books;
    this.#books = books;
    this.#clock = clock;
    this.#onFault = onFault;
    this.commits = new GroupCommit(store, clock.monotonic, { afterBatch, onBug });
    const parts = {
      reads: store.reads,
      commands: this.commits.priority('background'),
      chains,
      control,
      catalog: () => store.catalog(),
      clock,
      yieldNow: () => turn(),
      pageSize: () => this.commits.workersPage(),
      stopping: this.#stopping.signal,
    };
    this.#withdrawals = new WithdrawalWorker(parts);
    const deposits = new DepositWorker(parts);
    this.#follower = new BlockFollower({ ...parts, withdrawals: this.#withdrawals, deposits });
    const indicators = new IndicatorWorker(parts);
    const seals = new SealWorker(parts);
    const eventLog = new EventLogWorker(parts);
    this.questions = {
      ...createChainService({
        ...parts,
        commands: this.commits.priority('foreground'),
        followBlocks: (network) => this.#follower.follow(network),
      }),
      hold: (task) => leases.hold(task),
      release: (task) => leases.release(task),
      processes: () => leases.processes(),
      figures: async () => this.commits.figures(),
    };
    this.#broadcast = this.#cooperative('broadcast', broadcastIntervalMs, () =>
      this.#withdrawals.broadcastQueued(),
    );
    const waiting = new WaitingWorker(parts);
    this.#waiting = this.#cooperative('waiting', broadcastIntervalMs, () => waiting.continueWaiting());
    this.#newOrders = this.#cooperative('new orders', 0, () => indicators.evaluateNew());
    const dividends = new DividendWorker(parts);
    this.#dividends = this.#cooperative('dividends', dividendIntervalMs, async () => {
      if (await dividends.payPages()) this.#dividends.wake();
    });
    this.#periodics = [
      new Periodic(
        clock.world,
        oldestIntervalMs,
        () => this.#noteOldest(),
        (error) => this.#report('backlog', error),
      ),
      ...this.#checkpoints(),
      this.#dividends,
      this.#broadcast,
      this.#waiting,
      this.#newOrders,
      this.#exclusive('indicators', indicatorIntervalMs, () => indicators.evaluateAll()),
      this.#exclusive('seals', sealIntervalMs, () => seals.sealNew()),
      this.#exclusive('event log', eventLogIntervalMs, () => eventLog.pruneOld()),
      ...(blockMs > 0 ? [this.#exclusive(blocksTask, blockMs, () => this.#mineAll())] : []),
      // Under the lease of the block task: two processes would settle the same withdrawals.
      this.#exclusive('sweep', sweepIntervalMs, () => this.#withdrawals.sweep(), blocksTask),
    ];
  }

  /** The reference data as this process knows them. */
  catalog(): Catalog {
    return this.#books.store.catalog();
  }

  /** Reads on the connections of the engine. */
  get reads(): Reads {
    return this.#books.store.reads;
  }

  /** A snapshot of the store as of now. */
  openSnapshot(): Promise<Snapshot> {
    return this.#books.openSnapshot();
  }

  start(): void {
    for (const each of this.#periodics) each.start();
    for (const each of this.#periodics) each.wake();
  }

  /**
   * Lets queued foreground commands and running commits finish, then closes the store. The workers start nothing more,
   * whatever remains to do; the next start continues.
   */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.commits.endBackground();
    await Promise.all(this.#periodics.map((each) => each.stop()));
    await this.commits.settle();
    await this.#books.close();
  }

  #wake(changed: ReadonlySet<TableName>): void {
    if (changed.has('dividends')) this.#dividends.wake();
    if (changed.has('withdrawals')) this.#broadcast.wake();
    if (changed.has('accounts') || changed.has('assets')) this.#waiting.wake();
    if (changed.has('order_events')) this.#newOrders.wake();
  }

  #checkpoints(): readonly Periodic[] {
    const { checkpoint } = this.#books;
    if (checkpoint === undefined) return [];
    return [
      new Periodic(this.#clock.monotonic, checkpointIntervalMs, checkpoint, (error) =>
        this.#report('checkpoint', error),
      ),
    ];
  }

  /** A task that one process runs until it ends. */
  #exclusive(name: string, everyMs: number, work: () => Promise<unknown>, task = name): Periodic {
    const { leases } = this.#books;
    const workAsHolder = async () => ((await leases.hold(task)) ? work() : undefined);
    return new Periodic(this.#clock.world, everyMs, workAsHolder, (error) => this.#report(name, error));
  }

  /** A task triggered by this process's own commits; one process runs it at a time, and the others retry soon. */
  #cooperative(name: string, everyMs: number, work: () => Promise<unknown>): Periodic {
    const { leases } = this.#books;
    const workInTurn = async () => {
      if (!(await leases.hold(name))) {
        this.#clock.monotonic.after(cooperativeRetryMs, () => periodic.wake(), { ref: false });
        return;
      }
      await work().finally(() => leases.release(name));
    };
    const periodic = new Periodic(this.#clock.world, everyMs, workInTurn, (error) =>
      this.#report(name, error),
    );
    return periodic;
  }

  /** Done by each process, because each divides its own commits. */
  async #noteOldest(): Promise<void> {
    const [oldest] = await this.#books.store.reads.withdrawalsUnderWay('queued', 0, 1);
    this.commits.noteOldestQueued(oldest === undefined ? 0 : this.#clock.world.now() - oldest.appliedAt);
  }

  /** Errors while stopping are not reported, because the stop may have caused them. */
  #report(name: string, error: unknown): void {
    if (!this.#stopping.signal.aborted) this.#onFault(name, error);
  }

  async #mineAll(): Promise<void> {
    const { control } = this.#books;
    const networks = new Set(
      [...this.catalog().assets.values()].flatMap((asset) => asset.networks.map((each) => each.network)),
    );
    const moves: (CursorMove | undefined)[] = [];
    for (const network of networks) {
      if (this.#stopping.signal.aborted) return;
      await control.mine(network, 1);
      moves.push(await this.#follower.scan(network));
    }
    await this.#follower.move(moves);
  }
}
