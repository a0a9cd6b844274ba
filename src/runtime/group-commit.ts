/**
 * Groups commands: what arrives while one commit is being synced goes into the next, many commands to one commit.
 *
 * Customers and operators come first; the workers' commands fill what is left, and a few go along always, so that they
 * are never starved.
 */
import {
  type CommandName,
  type Commands,
  commands,
  type InputOf,
  type ReplyOf,
} from '../command/registry.ts';
import type { Execution, Outcome, Store } from '../store/port.ts';

const largestBatch = 512;
const backgroundBesideForeground = 8;
const backgroundAlone = 128;

type Pending = { readonly execution: Execution; readonly answer: (outcome: Outcome) => void };

export type Lane = 'foreground' | 'background';

export class GroupCommit {
  readonly #store: Store;
  readonly #queues: Record<Lane, Pending[]> = { foreground: [], background: [] };
  readonly #afterBatch: () => void;
  #running = false;

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
    this.#running = true;
    setImmediate(() => this.#drain());
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

  async #drain(): Promise<void> {
    const batch = this.#nextBatch();
    if (batch.length === 0) {
      this.#running = false;
      return;
    }
    const outcomes = await this.#store.execute(batch.map((pending) => pending.execution));
    for (const [index, pending] of batch.entries()) pending.answer(outcomes[index] as Outcome);
    this.#afterBatch();
    setImmediate(() => this.#drain());
  }

  #nextBatch(): Pending[] {
    const { foreground, background } = this.#queues;
    const share = foreground.length > 0 ? backgroundBesideForeground : backgroundAlone;
    return [...foreground.splice(0, largestBatch), ...background.splice(0, share)];
  }
}
