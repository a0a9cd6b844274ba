/**
 * The engine: the store, the chains and the workers of one process.
 *
 * It runs on its own thread, so that waiting for the disk never delays requests that only read. If several processes
 * use the same store, each worker task is run by one of them at a time.
 */
import type { Clock } from '../clock/clock.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { ChangeListener } from '../store/change-listener.ts';
import type { Reads } from '../store/reads.ts';
import { createChainService } from '../worker/chain-service.ts';
import { BackgroundTasks } from './background-tasks.ts';
import type { EngineQuestions } from './engine-port.ts';
import { GroupCommit } from './group-commit.ts';
import { type InMemory, type OpenStore, openStore, type Snapshot, type StoreLocation } from './open-store.ts';

export type EngineOptions = {
  readonly clock: Clock;
  readonly location: StoreLocation | InMemory;
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
    const { location, clock, lab = false, onCaughtUp, onStale } = options;
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
    const opened = await openStore(location, clock, listener, { lab });
    engine = new Engine(opened, options);
    return engine;
  }

  private constructor(opened: OpenStore, options: EngineOptions) {
    const { clock, afterBatch, blockMs, lab = false, onBug, onFault } = options;
    const { store, chains, control, leases } = opened;
    this.#opened = opened;
    this.commits = new GroupCommit(store, clock.monotonic, { afterBatch, onBug });
    this.#tasks = new BackgroundTasks({ opened, commits: this.commits, clock, blockMs, lab, onFault });
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

  start(): void {
    this.#tasks.start();
  }

  /**
   * Lets queued foreground commands and running commits finish, then closes the store. The workers start nothing more,
   * whatever remains to do; the next start continues.
   */
  async close(): Promise<void> {
    await this.#tasks.stop();
    await this.commits.whenIdle();
    await this.#opened.close();
  }
}
