/**
 * The engine: the store, the chains and the workers of one process.
 *
 * It runs on its own thread, so that waiting for the disk never delays requests that only read. If several processes
 * use the same store, each worker task is run by one of them at a time.
 */
import type { Clock } from '../clock/clock.ts';
import { LabClock } from '../clock/lab-clock.ts';
import type { WorldState } from '../clock/world-time.ts';
import type { DoneWork } from '../clock/world-timeline.ts';
import { labClockSetting } from '../command/settings/lab-clock-record.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { ChangeListener } from '../store/change-listener.ts';
import type { Reads } from '../store/reads.ts';
import type { SqliteImage } from '../store/world-image.ts';
import { createChainService } from '../worker/chain-service.ts';
import { BackgroundTasks } from './background-tasks.ts';
import type { EngineQuestions, WorldQuestions } from './engine-port.ts';
import { GroupCommit } from './group-commit.ts';
import { type InMemory, type OpenStore, openStore, type Snapshot, type StoreLocation } from './open-store.ts';

export type EngineOptions = {
  /** A `LabClock`: the time of the world can be moved. It continues as the store says. */
  readonly clock: Clock;
  readonly location: StoreLocation | InMemory;
  /** Whether the clock keeps its setting and ignores that of the store; default false. */
  readonly keepsTime?: boolean | undefined;
  /** A source of 20 hex digits for the ids of records; by default they are random. */
  readonly randomHex?: (() => string) | undefined;
  /** Block time of the simulated chains, ms of world time; 0: blocks are mined only on request. */
  readonly blockMs: number;
  /** Whether the lab may make nodes fail and stop blocks; default false. */
  readonly lab?: boolean | undefined;
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

export class Engine {
  readonly commits: GroupCommit;
  readonly questions: EngineQuestions;
  readonly #opened: OpenStore;
  readonly #tasks: BackgroundTasks;

  static async open(options: EngineOptions): Promise<Engine> {
    let engine: Engine | undefined;
    const { location, clock, lab = false, keepsTime = false, randomHex, onCaughtUp, onStale } = options;
    const listener: ChangeListener = {
      ...(onCaughtUp && { onCaughtUp }),
      ...(onStale && { onStale }),
      onChanged: (changed, named) => {
        options.onChanged(changed, named);
        if (engine !== undefined) engine.#tasks.wake(changed);
      },
      onListenerError: (error) => {
        void Promise.resolve(engine?.commits.stop()).then(() => options.onBug(error));
      },
    };
    const opened = await openStore(location, clock, listener, { lab, randomHex });
    try {
      if (clock instanceof LabClock && !keepsTime) await restoreTime(clock, opened);
    } catch (error) {
      await opened.close();
      throw error;
    }
    engine = new Engine(opened, options);
    return engine;
  }

  private constructor(opened: OpenStore, options: EngineOptions) {
    const { clock, afterBatch, blockMs, lab = false, keepsTime = false, onBug, onFault } = options;
    const { store, chains, control, leases } = opened;
    this.#opened = opened;
    this.commits = new GroupCommit(store, clock.monotonic, { afterBatch, onBug });
    const labClock = clock instanceof LabClock ? clock : undefined;
    this.#tasks = new BackgroundTasks({
      opened,
      commits: this.commits,
      clock,
      blockMs,
      lab,
      worldTime: labClock?.time,
      isResumed: keepsTime,
      onFault,
    });
    this.questions = {
      ...createChainService({
        reads: store.reads,
        commands: this.commits.priority('foreground'),
        chains,
        control,
        catalog: () => store.catalog(),
        followBlocks: (network) => this.#tasks.followBlocks(network),
        sweepWithdrawals: () => this.#tasks.sweepWithdrawals(),
      }),
      hold: (task) => leases.hold(task),
      release: (task) => leases.release(task),
      processes: () => leases.processes(),
      figures: async () => this.commits.figures(),
      ...worldQuestions(this.#tasks, labClock),
    };
  }

  /** The reference data as this process knows them. */
  catalog(): Catalog {
    return this.#opened.store.catalog();
  }

  /** Reads on the connections of the engine. */
  get reads(): Reads {
    return this.#opened.store.reads;
  }

  /** A snapshot of the store as of now. */
  openSnapshot(): Promise<Snapshot> {
    return this.#opened.openSnapshot();
  }

  /** The store and the chains as of now. */
  image(): SqliteImage {
    const { image } = this.#opened;
    if (image === undefined) throw new Error('only a store on SQLite has an image');
    return image();
  }

  /** The work that is due next and need not wait for an instruction; undefined if none is, or the time cannot be moved. */
  async nextChange(): Promise<DoneWork | undefined> {
    return this.#tasks.world?.nextChange();
  }

  start(): void {
    this.#tasks.start();
  }

  /**
   * Lets queued foreground commands and running commits finish, then closes the store. The workers start nothing more,
   * whatever remains to do; the next start continues.
   */
  async close(): Promise<void> {
    await this.#stop();
    await this.#opened.close();
  }

  /** Closes it. @returns the store and the chains as they are left. */
  async closeToImage(): Promise<SqliteImage> {
    await this.#stop();
    const image = this.image();
    await this.#opened.close();
    return image;
  }

  async #stop(): Promise<void> {
    await this.#tasks.stop();
    await this.commits.whenIdle();
  }
}

/**
 * Sets the time of the world that the previous process has left. This process is counted before it reads that time,
 * so that a process that moves the time either counts this one or has stored the new time.
 */
async function restoreTime({ time }: LabClock, { store, leases }: OpenStore): Promise<void> {
  await leases.processes();
  const row = await store.reads.row('settings', { name: labClockSetting });
  // cast: only the engine writes the setting.
  if (row !== undefined) time.state = row.value as WorldState;
}

function worldQuestions(tasks: BackgroundTasks, clock: LabClock | undefined): WorldQuestions {
  const worldOf = () => {
    if (tasks.world === undefined) throw new Error('the time of this world cannot be moved');
    return tasks.world;
  };
  return {
    nextDue: async () => (await worldOf().next()) ?? null,
    advanceWorld: async (toMs) => worldOf().advance(toMs),
    async noteWorldTime() {
      clock?.world.skipPeriodic();
      clock?.world.reset();
      await tasks.whenIdle();
    },
  };
}
