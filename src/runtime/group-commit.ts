/**
 * Groups commands: what arrives while one commit is being synced goes into the next, many commands to one commit.
 *
 * Customers and operators come first. While they keep coming, the workers' commands ride along, a few to each commit, so
 * that they are never starved; when it is quiet they have the store to themselves.
 */
import {
  type CommandName,
  type Commands,
  commands,
  type InputOf,
  type ReplyOf,
} from '../command/registry.ts';
import type { Execution, Outcome, Store } from '../store/port.ts';

const largestBatch = 32;
/** Beside so many commands of customers goes one of the workers, at least one in each commit. */
const foregroundPerBackground = 16;
const backgroundAlone = 128;
/** So long without a customer's command is quiet. */
const quietMs = 5;

type Pending = { readonly execution: Execution; readonly answer: (outcome: Outcome) => void };

export type Lane = 'foreground' | 'background';

export class GroupCommit {
  readonly #store: Store;
  readonly #queues: Record<Lane, Pending[]> = { foreground: [], background: [] };
  readonly #afterBatch: () => void;
  #running = false;
  #lastForegroundMs = Number.NEGATIVE_INFINITY;
  #quietTimer: NodeJS.Timeout | undefined;

  /** `afterBatch` is called when all commands of a commit have been answered. */
  constructor(store: Store, afterBatch: () => void = () => {}) {
    this.#store = store;
    this.#afterBatch = afterBatch;
  }

  enqueue(
    lane: Lane,
    name: CommandName,
    input: unknown,
    notAfterMs: number | undefined,
    answer: Pending['answer'],
  ): void {
    this.#queues[lane].push({ execution: { command: commands[name], input, notAfterMs }, answer });
    if (this.#running) return;
    if (lane === 'background') this.#waitForQuiet();
    else this.#run();
  }

  /** The port for those who live beside the store. */
  lane(lane: Lane): Commands {
    return {
      submit: <N extends CommandName>(name: N, input: InputOf<N>, notAfterMs?: number) =>
        new Promise<Outcome<ReplyOf<N>>>((resolve) => {
          this.enqueue(lane, name, input, notAfterMs, (outcome) => resolve(outcome as Outcome<ReplyOf<N>>));
        }),
    };
  }

  #run(): void {
    this.#running = true;
    setImmediate(() => this.#drain());
  }

  /** Runs the workers' commands alone, unless customers come first or were here a moment ago. */
  #waitForQuiet(): void {
    this.#quietTimer ??= setTimeout(
      () => {
        this.#quietTimer = undefined;
        if (this.#running || this.#queues.background.length === 0) return;
        if (performance.now() - this.#lastForegroundMs < quietMs) this.#waitForQuiet();
        else this.#run();
      },
      this.#lastForegroundMs > performance.now() - quietMs ? quietMs : 0,
    );
  }

  async #drain(): Promise<void> {
    const batch = this.#nextBatch();
    if (batch.length > 0) await this.#commit(batch);
    const { foreground, background } = this.#queues;
    const quiet = performance.now() - this.#lastForegroundMs >= quietMs;
    if (foreground.length > 0 || (background.length > 0 && quiet)) {
      this.#run();
      return;
    }
    this.#running = false;
    if (background.length > 0) this.#waitForQuiet();
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    const outcomes = await this.#store.execute(batch.map((pending) => pending.execution));
    for (const [index, pending] of batch.entries()) pending.answer(outcomes[index] as Outcome);
    this.#afterBatch();
  }

  #nextBatch(): Pending[] {
    const { foreground, background } = this.#queues;
    const first = foreground.splice(0, largestBatch);
    if (first.length === 0) return background.splice(0, backgroundAlone);
    this.#lastForegroundMs = performance.now();
    return [...first, ...background.splice(0, Math.ceil(first.length / foregroundPerBackground))];
  }
}
