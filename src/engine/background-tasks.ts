/**
 * The tasks that run beside the commands of customers and operators: the workers, blocks, and checkpoints. If several
 * processes use the same store, a lease decides which of them runs a task.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Timers } from '../clock/clock.ts';
import type { WorldTime } from '../clock/world-time.ts';
import type { TableName } from '../store/tables.ts';
import { BlockFollower } from '../worker/block-follower.ts';
import { DayWorker } from '../worker/day-worker.ts';
import { DepositWorker } from '../worker/deposit-worker.ts';
import { DividendWorker } from '../worker/dividend-worker.ts';
import { EventLogWorker } from '../worker/event-log-worker.ts';
import { IndicatorWorker } from '../worker/indicator-worker.ts';
import { SealWorker } from '../worker/seal-worker.ts';
import { WaitingWorker } from '../worker/waiting-worker.ts';
import { WithdrawalWorker } from '../worker/withdrawal-worker.ts';
import type { WorkerParts } from '../worker/worker-parts.ts';
import { BlockMaker } from './block-maker.ts';
import { type DueTaskParts, dueTasks } from './due-tasks.ts';
import type { GroupCommit } from './group-commit.ts';
import type { OpenStore } from './open-store.ts';
import { Periodic } from './periodic.ts';
import { WorldWork } from './world-work.ts';

const sweepIntervalMs = 10_000;
/** How often to pick up withdrawals left queued by a dead process, and those that no longer need to wait. */
const broadcastIntervalMs = 1_000;
/** How often to check whether the workers have fallen behind. */
const backlogIntervalMs = 1_000;
/** How often to pick up dividends that a dead process has left unpaid. */
const dividendIntervalMs = 1_000;
const sealIntervalMs = 1_000;
/** How often to check whether a day is over. */
const dayIntervalMs = 60_000;
const eventLogIntervalMs = 60_000;
/** spec: how often the trading indicators are evaluated. */
const indicatorIntervalMs = 30_000;
/** How often the sizes of the write-ahead logs are checked. */
const checkpointIntervalMs = 100;
const blocksTask = 'blocks';
/** How soon to try again while another process is running a cooperative task. */
const cooperativeRetryMs = 50;

export type BackgroundTaskOptions = {
  readonly opened: OpenStore;
  readonly commits: GroupCommit;
  readonly clock: Clock;
  /** Block time of the simulated chains, ms of world time; 0: blocks are mined only on request. */
  readonly blockMs: number;
  /** Whether the lab may stop the blocks of a network. */
  readonly lab: boolean;
  /** Of the lab's clock; undefined: the time of the world cannot be moved. */
  readonly worldTime: WorldTime | undefined;
  readonly onFault: (what: string, error: unknown) => void;
};

export class BackgroundTasks {
  readonly #opened: OpenStore;
  readonly #commits: GroupCommit;
  readonly #clock: Clock;
  readonly #onFault: BackgroundTaskOptions['onFault'];
  readonly #blocks: BlockMaker;
  readonly #withdrawals: WithdrawalWorker;
  readonly #follower: BlockFollower;
  /** The tasks that a change of one of the tables wakes. */
  readonly #woken: readonly (readonly [tables: readonly TableName[], task: Periodic])[];
  readonly #workers: readonly Periodic[];
  readonly #all: readonly Periodic[];
  /** Not the blocks of a world that stands still. */
  readonly #wokenAtStart: readonly Periodic[];
  /** Does what becomes due when the time of the world is moved; undefined: it cannot be moved. */
  readonly world: WorldWork | undefined;
  readonly #stopping = new AbortController();

  constructor(options: BackgroundTaskOptions) {
    const { opened, commits, clock, blockMs, worldTime, onFault } = options;
    this.#opened = opened;
    this.#commits = commits;
    this.#clock = clock;
    this.#onFault = onFault;
    const parts = this.#workerParts();
    const withdrawals = new WithdrawalWorker(parts);
    this.#withdrawals = withdrawals;
    this.#follower = new BlockFollower({ ...parts, withdrawals, deposits: new DepositWorker(parts) });
    this.#blocks = this.#createBlockMaker(options, this.#follower);
    const indicators = new IndicatorWorker(parts);
    const seals = new SealWorker(parts);
    const days = new DayWorker(parts);
    const waiting = new WaitingWorker(parts);
    const eventLog = new EventLogWorker(parts);
    const dividends = new DividendWorker(parts);
    const tasks = {
      dividends: this.#payDividends(dividends),
      broadcast: this.#cooperative('broadcast', broadcastIntervalMs, () => withdrawals.broadcastQueued()),
      waiting: this.#cooperative('waiting', broadcastIntervalMs, () => waiting.continueWaiting()),
      newOrders: this.#cooperative('new orders', 0, () => indicators.evaluateNew()),
      indicators: this.#exclusive('indicators', indicatorIntervalMs, () => indicators.evaluateAll()),
      seals: this.#exclusive('seals', sealIntervalMs, () => seals.sealNew()),
      days: this.#exclusive('days', dayIntervalMs, () => days.closeDays()),
      eventLog: this.#exclusive('event log', eventLogIntervalMs, () => eventLog.pruneOld()),
      // Under the lease of the block task; otherwise two processes would settle the same withdrawals.
      sweep: this.#exclusive('sweep', sweepIntervalMs, () => withdrawals.sweep(), blocksTask),
    };
    this.#woken = [
      [['dividends'], tasks.dividends],
      [['withdrawals'], tasks.broadcast],
      [['accounts', 'assets'], tasks.waiting],
      [['order_events'], tasks.newOrders],
    ];
    const blocks = blockMs > 0 ? [this.#exclusive(blocksTask, blockMs, () => this.#blocks.mineAll())] : [];
    this.#workers = [...Object.values(tasks), ...blocks];
    this.#all = [
      this.#local('backlog', clock.monotonic, backlogIntervalMs, () => this.#noteOldest()),
      ...this.#checkpoints(),
      ...this.#workers,
    ];
    const isFrozen = worldTime !== undefined && worldTime.state.frozenAt !== null;
    this.#wokenAtStart = isFrozen ? this.#all.filter((each) => !blocks.includes(each)) : this.#all;
    this.world =
      worldTime &&
      this.#createWorldWork(options, worldTime, { dividends, days, indicators, eventLog }, tasks);
  }

  #createBlockMaker({ opened, lab }: BackgroundTaskOptions, follower: BlockFollower): BlockMaker {
    const stopping = this.#stopping.signal;
    return new BlockMaker({
      control: opened.control,
      follower,
      catalog: () => opened.store.catalog(),
      lab,
      stopping,
    });
  }

  #createWorldWork(
    { opened, clock, blockMs }: BackgroundTaskOptions,
    time: WorldTime,
    workers: DueTaskParts['workers'],
    tasks: DueTaskParts['tasks'],
  ): WorldWork {
    const { reads } = opened.store;
    return new WorldWork({
      time,
      clock,
      reads,
      catalog: () => opened.store.catalog(),
      blockMs,
      mine: (counts) => this.#mineReporting(counts),
      tasks: dueTasks({ reads, workers, tasks }),
      whenIdle: () => this.whenIdle(),
      stopping: this.#stopping.signal,
    });
  }

  start(): void {
    for (const each of this.#all) each.start();
    for (const each of this.#wokenAtStart) each.wake();
  }

  /** Runs the tasks that depend on the changed tables. */
  wake(changed: ReadonlySet<TableName>): void {
    this.world?.noteChange(changed);
    for (const [tables, task] of this.#woken) if (tables.some((table) => changed.has(table))) task.wake();
  }

  /** Settles withdrawals and credits deposits that new blocks of a network have confirmed. */
  followBlocks(network: string): Promise<void> {
    return this.#follower.follow(network);
  }

  /** Sends withdrawals that the chain does not know again, and settles confirmed ones. */
  async sweepWithdrawals(): Promise<void> {
    await this.#withdrawals.sweep();
  }

  /** Resolves when no worker runs, and none has been woken. */
  async whenIdle(): Promise<void> {
    do await Promise.all(this.#workers.map((each) => each.idle()));
    while (this.#workers.some((each) => each.isRunning));
  }

  /** The workers start nothing more, whatever remains to do; the next start continues. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#commits.endBackground();
    await Promise.all(this.#all.map((each) => each.stop()));
  }

  #workerParts(): WorkerParts {
    const { store, chains, control } = this.#opened;
    return {
      reads: store.reads,
      commands: this.#commits.priority('background'),
      chains,
      control,
      catalog: () => store.catalog(),
      clock: this.#clock,
      yieldNow: () => nextTurn(),
      pageSize: () => this.#commits.workersPage(),
      stopping: this.#stopping.signal,
    };
  }

  #payDividends(dividends: DividendWorker): Periodic {
    const task = this.#cooperative('dividends', dividendIntervalMs, async () => {
      if (await dividends.payPages()) task.wake();
    });
    return task;
  }

  #checkpoints(): readonly Periodic[] {
    const { checkpoint } = this.#opened;
    if (checkpoint === undefined) return [];
    return [this.#local('checkpoint', this.#clock.monotonic, checkpointIntervalMs, checkpoint)];
  }

  /** A task that every process runs. */
  #local(name: string, timers: Timers, everyMs: number, work: () => Promise<unknown>): Periodic {
    return new Periodic(timers, everyMs, work, (error) => this.#report(name, error));
  }

  /** A task that stays with one process until that process ends. */
  #exclusive(name: string, everyMs: number, work: () => Promise<unknown>, task = name): Periodic {
    const { leases } = this.#opened;
    const workAsHolder = async () => {
      this.world?.noteRun(periodic);
      return (await leases.hold(task)) ? work() : undefined;
    };
    const periodic = new Periodic(this.#clock.world, everyMs, workAsHolder, (error) =>
      this.#report(name, error),
    );
    return periodic;
  }

  /** A task triggered by this process's own commits; one process runs it at a time, and the others retry soon. */
  #cooperative(name: string, everyMs: number, work: () => Promise<unknown>): Periodic {
    const { leases } = this.#opened;
    const workInTurn = async () => {
      this.world?.noteRun(periodic);
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
    const [oldest] = await this.#opened.store.reads.withdrawalsUnderWay('queued', 0, 1);
    this.#commits.noteOldestWithdrawal(oldest === undefined ? 0 : this.#clock.world.now() - oldest.appliedAt);
  }

  /** Errors while stopping are not reported, because the stop may have caused them. */
  #report(name: string, error: unknown): void {
    if (!this.#stopping.signal.aborted) this.#onFault(name, error);
  }

  async #mineReporting(counts: ReadonlyMap<string, number>): Promise<void> {
    if (!(await this.#opened.leases.hold(blocksTask))) return;
    await this.#blocks.mine(counts).catch((error: unknown) => this.#report(blocksTask, error));
  }
}
