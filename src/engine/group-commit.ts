/**
 * Groups commands: what arrives while one commit is being synced goes into the next, many commands to one commit, and
 * as many commits at a time as the store takes.
 *
 * Customers and operators come first. While they keep coming, the workers' commands ride along, a few to each commit, so
 * that they are never starved; when it is quiet they have the store to themselves. A stop does not wait for them.
 */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type CommandName,
  type Commands,
  commands,
  type InputOf,
  type ReplyOf,
} from '../command/registry.ts';
import { type CommandFigures, CommandMeter } from '../meter/command-meter.ts';
import type { Execution, Fault, Outcome, Store } from '../store/port.ts';

/** Beside so many commands of customers goes one of the workers, at least one in each commit. */
const foregroundPerBackground = 32;
const backgroundAlone = 128;
/** How often is looked whether a store that is about to be closed has come to rest. */
const settleCheckMs = 5;
/** So long without a customer's command is quiet. */
const quietMs = 5;

const stopping: Fault = { fault: 'not-done', message: 'the server stops' };

type Pending = { readonly execution: Execution; readonly answer: (outcome: Outcome) => void };

export type Lane = 'foreground' | 'background';

export type CommitFigures = CommandFigures & {
  /** Commands that wait for a batch. */
  readonly queued: Readonly<Record<Lane, number>>;
};

export class GroupCommit {
  readonly #store: Store;
  readonly #queues: Record<Lane, Pending[]> = { foreground: [], background: [] };
  readonly #afterBatch: () => void;
  readonly #meter = new CommandMeter();
  /** Batches under way. */
  #running = 0;
  /** Those of them that customers wait for. */
  #runningForeground = 0;
  #lastForegroundMs = Number.NEGATIVE_INFINITY;
  #quietTimer: NodeJS.Timeout | undefined;
  #stopped = false;
  #backgroundEnded = false;

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
    if (lane === 'background' && this.#backgroundEnded) {
      answer(stopping);
      return;
    }
    this.#queues[lane].push({ execution: { command: commands[name], input, notAfterMs }, answer });
    if (lane === 'foreground') this.#runOneMore();
    else if (this.#running === 0) this.#waitForQuiet();
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

  figures(): CommitFigures {
    const { foreground, background } = this.#queues;
    return {
      ...this.#meter.read(),
      queued: { foreground: foreground.length, background: background.length },
    };
  }

  /** Answers background commands that have not begun, and all that are still to come, as not done. */
  endBackground(): void {
    this.#backgroundEnded = true;
    for (const { answer } of this.#queues.background.splice(0)) answer(stopping);
  }

  /** Resolves when nothing waits and nothing is under way. */
  async settle(): Promise<void> {
    const { foreground, background } = this.#queues;
    const isWaiting = () => !this.#stopped && foreground.length + background.length > 0;
    while (this.#running > 0 || isWaiting()) await pause(settleCheckMs);
  }

  /** Executes nothing more. Resolves when all that was under way has been answered; what waits never is. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.settle();
  }

  #runOneMore(): void {
    if (this.#stopped || this.#running >= this.#store.parallelBatches) return;
    this.#running += 1;
    setImmediate(() => this.#drain());
  }

  /** Runs the workers' commands alone, unless customers come first or were here a moment ago. */
  #waitForQuiet(): void {
    this.#quietTimer ??= setTimeout(
      () => {
        this.#quietTimer = undefined;
        if (this.#running > 0 || this.#queues.background.length === 0) return;
        if (this.#isQuiet()) this.#runOneMore();
        else this.#waitForQuiet();
      },
      this.#isQuiet() ? 0 : quietMs,
    );
  }

  #isQuiet(): boolean {
    return this.#runningForeground === 0 && performance.now() - this.#lastForegroundMs >= quietMs;
  }

  async #drain(): Promise<void> {
    const { foreground, background } = this.#queues;
    if (foreground.length > 0) await this.#commitForeground();
    else if (background.length > 0 && this.#isQuiet())
      await this.#commit(background.splice(0, backgroundAlone));
    this.#running -= 1;
    if (foreground.length > 0 || (background.length > 0 && this.#isQuiet())) this.#runOneMore();
    else if (background.length > 0 && this.#running === 0) this.#waitForQuiet();
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    const begunMs = performance.now();
    const executions = batch.map((pending) => pending.execution);
    const outcomes = await this.#store.execute(executions);
    this.#meter.count(executions, outcomes, performance.now() - begunMs);
    for (const [index, pending] of batch.entries()) pending.answer(outcomes[index] as Outcome);
    this.#afterBatch();
  }

  async #commitForeground(): Promise<void> {
    const { foreground, background } = this.#queues;
    const first = foreground.splice(0, this.#store.largestBatch);
    const alongside = background.splice(0, Math.ceil(first.length / foregroundPerBackground));
    this.#runningForeground += 1;
    await this.#commit([...first, ...alongside]);
    this.#runningForeground -= 1;
    this.#lastForegroundMs = performance.now();
  }
}
