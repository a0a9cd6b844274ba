/** The tasks that run beside the commands of customers and operators: the workers, blocks, and checkpoints. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock/clock.ts';
import type { WorldTime } from '../clock/world-time.ts';
import type { TableName } from '../store/tables.ts';
import type { WorkerParts } from '../worker/worker-parts.ts';
import { BlockMaker } from './block-maker.ts';
import { dueTasks } from './due-tasks.ts';
import type { GroupCommit } from './group-commit.ts';
import type { OpenStore } from './open-store.ts';
import type { Periodic } from './periodic.ts';
import { TaskMaker } from './task-maker.ts';
import {
  blocksTask,
  createWorkers,
  createWorkerTasks,
  tasksOfTicks,
  tasksWokenBy,
  type Workers,
  type WorkerTasks,
} from './worker-tasks.ts';
import { WorldWork } from './world-work.ts';

/** Interval of checks whether the workers have fallen behind. */
const backlogIntervalMs = 1_000;
/** Interval of checks of the sizes of the write-ahead logs. */
const checkpointIntervalMs = 100;

export type BackgroundTaskOptions = {
  readonly opened: OpenStore;
  readonly commits: GroupCommit;
  readonly clock: Clock;
  /** Block time of the simulated chains, ms of world time; 0: blocks are mined only on request. */
  readonly blockMs: number;
  /** Whether the lab may stop the blocks of a network. */
  readonly lab: boolean;
  /** The time of the lab's clock; undefined: the time of the world cannot be moved. */
  readonly worldTime: WorldTime | undefined;
  /** Whether the world resumes from the state in which it was closed. */
  readonly isResumed: boolean;
  readonly onFault: (what: string, error: unknown) => void;
};

export class BackgroundTasks {
  readonly #opened: OpenStore;
  readonly #commits: GroupCommit;
  readonly #clock: Clock;
  readonly #onFault: BackgroundTaskOptions['onFault'];
  readonly #blocks: BlockMaker;
  readonly #workers: Workers;
  readonly #woken: ReturnType<typeof tasksWokenBy>;
  /** The tasks of the workers, and that of the blocks. */
  readonly #workerTasks: readonly Periodic[];
  readonly #all: readonly Periodic[];
  /** All tasks except the blocks of a frozen world, and those that a resumed world runs at its next tick. */
  readonly #wokenAtStart: readonly Periodic[];
  /** Does what becomes due when the time of the world is moved; undefined: it cannot be moved. */
  readonly world: WorldWork | undefined;
  readonly #stopping = new AbortController();

  constructor(options: BackgroundTaskOptions) {
    const { opened, commits, clock, blockMs, worldTime, onFault } = options;
    const { checkpoint } = opened;
    this.#opened = opened;
    this.#commits = commits;
    this.#clock = clock;
    this.#onFault = onFault;
    const make = new TaskMaker({
      leases: opened.leases,
      clock,
      onRun: (task) => this.world?.noteRun(task),
      onFault: (name, error) => this.#report(name, error),
    });
    this.#workers = createWorkers(this.#workerParts());
    this.#blocks = this.#createBlockMaker(options);
    const tasks = createWorkerTasks(make, this.#workers);
    this.#woken = tasksWokenBy(tasks);
    const blocks = blockMs > 0 ? [make.exclusive(blocksTask, blockMs, () => this.#blocks.mineAll())] : [];
    this.#workerTasks = [...Object.values(tasks), ...blocks];
    this.#all = [
      make.local('backlog', backlogIntervalMs, () => this.#noteOldest()),
      ...(checkpoint === undefined ? [] : [make.local('checkpoint', checkpointIntervalMs, checkpoint)]),
      ...this.#workerTasks,
    ];
    const isFrozen = worldTime !== undefined && worldTime.state.frozenAt !== null;
    const later = [...(isFrozen ? blocks : []), ...(options.isResumed ? tasksOfTicks(tasks) : [])];
    this.#wokenAtStart = this.#all.filter((each) => !later.includes(each));
    this.world = worldTime && this.#createWorldWork(options, worldTime, tasks);
  }

  #createBlockMaker({ opened, lab }: BackgroundTaskOptions): BlockMaker {
    const stopping = this.#stopping.signal;
    return new BlockMaker({
      control: opened.control,
      follower: this.#workers.follower,
      catalog: () => opened.store.catalog(),
      lab,
      stopping,
    });
  }

  #createWorldWork(
    { opened, clock, blockMs }: BackgroundTaskOptions,
    time: WorldTime,
    tasks: WorkerTasks,
  ): WorldWork {
    const { reads } = opened.store;
    return new WorldWork({
      ...{ time, clock, reads, chains: opened.chains, control: opened.control },
      catalog: () => opened.store.catalog(),
      blockMs,
      mine: (counts) => this.#mineReporting(counts),
      tasks: dueTasks({ reads, workers: this.#workers, tasks }),
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
    return this.#workers.follower.follow(network);
  }

  /** Sends withdrawals that the chain does not know again, and settles confirmed ones. */
  async sweepWithdrawals(): Promise<void> {
    await this.#workers.withdrawals.sweep();
  }

  /** Resolves when no worker runs, and none has been woken. */
  async whenIdle(): Promise<void> {
    do await Promise.all(this.#workerTasks.map((each) => each.idle()));
    while (this.#workerTasks.some((each) => each.isRunning));
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

  /** Done by each process, because each divides its own commits. */
  async #noteOldest(): Promise<void> {
    const [oldest] = await this.#opened.store.reads.withdrawalsToSend(0, 1);
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
