/**
 * Group commit: commands that arrive while a commit is being synced are executed together in the next one. As many
 * commits run at a time as the store allows.
 *
 * Foreground commands (of customers and operators) come first. Background commands (of workers) share their commits or,
 * if there are none, get commits of their own; `commit-policy.ts` decides how many. A stop does not wait for the
 * workers.
 */
import { present } from '../boundary/present.ts';
import { type Cancel, pause, type Timeline } from '../clock/clock.ts';
import {
  type CommandName,
  type Commands,
  commands,
  type ErrorOf,
  type InputOf,
  type ReplyOf,
} from '../command/registry.ts';
import { type CommandFigures, CommandMeter } from '../meter/command-meter.ts';
import type { Execution, Fault, Outcome, Store } from '../store/port.ts';
import {
  backgroundAlone,
  isBehind,
  pauseBeforeBackground,
  quietMs,
  WorkersShare,
  workersPage,
} from './commit-policy.ts';
import { ForegroundLoad } from './foreground-load.ts';

/** Poll interval while waiting for the last commits before closing. */
const idleCheckMs = 5;

const stopping: Fault = { fault: 'not-done', message: 'the server stops' };

type Pending = { readonly execution: Execution; readonly answer: (outcome: Outcome) => void };

export type Priority = 'foreground' | 'background';

export type CommitFigures = CommandFigures & {
  /** Commands that wait for a batch, by priority. */
  readonly queued: Readonly<Record<Priority, number>>;
};

export type GroupCommitEvents = {
  /** All commands of a commit have been answered. */
  readonly afterBatch: () => void;
  /** The store has thrown instead of answering: nothing more is executed, and all other batches have been answered. */
  readonly onBug: (error: unknown) => void;
};

export class GroupCommit {
  readonly #store: Store;
  readonly #queues: Record<Priority, Pending[]> = { foreground: [], background: [] };
  readonly #events: GroupCommitEvents;
  readonly #meter = new CommandMeter();
  readonly #workersShare: WorkersShare;
  readonly #load: ForegroundLoad;
  /** The number of running batches. */
  #running = 0;
  /** The number of foreground commands in them. */
  #foregroundRunning = 0;
  /** The number of background commands that run beside foreground commands. */
  #alongsideRunning = 0;
  #lastForegroundMs = Number.NEGATIVE_INFINITY;
  #oldestWithdrawalMs = 0;
  #stopped = false;
  #backgroundEnded = false;
  /** Runs until background commands may have a commit of their own. */
  #timer: Cancel | undefined;
  readonly #time: Timeline;

  /** @param time monotonic. */
  constructor(store: Store, time: Timeline, events: GroupCommitEvents) {
    this.#store = store;
    this.#workersShare = new WorkersShare(store.largestBatch);
    this.#load = new ForegroundLoad(store.parallelBatches, store.largestBatch);
    this.#events = events;
    this.#time = time;
  }

  enqueue(
    priority: Priority,
    name: CommandName,
    input: unknown,
    notAfterMs: number | undefined,
    answer: Pending['answer'],
  ): void {
    if (priority === 'background' && this.#backgroundEnded) {
      answer(stopping);
      return;
    }
    this.#queues[priority].push({ execution: { command: commands[name], input, notAfterMs }, answer });
    if (priority === 'foreground' || this.#running === 0) this.#runOneMore();
  }

  /** The command port for callers on this thread. */
  priority(priority: Priority): Commands {
    return {
      submit: <N extends CommandName>(name: N, input: InputOf<N>, notAfterMs?: number) =>
        new Promise<Outcome<ReplyOf<N>, ErrorOf<N>>>((resolve) => {
          this.enqueue(priority, name, input, notAfterMs, (outcome) =>
            // cast: the command of that name replies so.
            resolve(outcome as Outcome<ReplyOf<N>, ErrorOf<N>>),
          );
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

  /** The current page size of the workers. */
  workersPage(): number {
    return workersPage(this.#isQuiet(), this.#store.largestBatch);
  }

  /** Records the age of the oldest sendable withdrawal; 0 if there is none. */
  noteOldestWithdrawal(ageMs: number): void {
    this.#oldestWithdrawalMs = ageMs;
  }

  /** Answers all background commands that have not started, and all later ones, as not done. */
  endBackground(): void {
    this.#backgroundEnded = true;
    for (const { answer } of this.#queues.background.splice(0)) answer(stopping);
  }

  /** Resolves when no command is queued or running; then no timer is left. */
  async whenIdle(): Promise<void> {
    const { foreground, background } = this.#queues;
    const isWaiting = () => !this.#stopped && foreground.length + background.length > 0;
    while (this.#running > 0 || isWaiting()) await pause(this.#time, idleCheckMs);
    this.#timer?.();
    this.#timer = undefined;
  }

  /** Starts no more batches. Resolves when the running ones have been answered; queued commands never are. */
  stop(): Promise<void> {
    this.#stopped = true;
    return this.whenIdle();
  }

  #runOneMore(): void {
    if (this.#stopped || this.#running >= this.#store.parallelBatches) return;
    this.#running += 1;
    setImmediate(() => void this.#runBatch().catch((error: unknown) => this.#fail(error)));
  }

  async #fail(error: unknown): Promise<void> {
    this.#running -= 1;
    await this.stop();
    this.#events.onBug(error);
  }

  #isQuiet(): boolean {
    return this.#foregroundRunning === 0 && this.#time.now() - this.#lastForegroundMs >= quietMs;
  }

  async #runBatch(): Promise<void> {
    const { foreground, background } = this.#queues;
    if (foreground.length > 0) await this.#commitForeground();
    else if (background.length > 0 && this.#foregroundRunning === 0 && this.#pauseLeftMs() <= 0) {
      await this.#commit(
        [],
        background.splice(0, backgroundAlone(this.#isQuiet(), this.#store.largestBatch)),
      );
    }
    this.#running -= 1;
    if (foreground.length > 0) this.#runOneMore();
    else if (background.length > 0 && this.#running === 0) this.#runAfterPause();
  }

  /** Remaining time until background commands may have a commit of their own, ms. */
  #pauseLeftMs(): number {
    const nowMs = this.#time.now();
    return this.#lastForegroundMs + pauseBeforeBackground(this.#load.at(nowMs)) - nowMs;
  }

  #runAfterPause(): void {
    const leftMs = this.#pauseLeftMs();
    if (leftMs <= 0) this.#runOneMore();
    else
      this.#timer ??= this.#time.after(leftMs, () => {
        this.#timer = undefined;
        if (this.#running === 0) this.#runOneMore();
      });
  }

  async #commit(first: readonly Pending[], alongside: readonly Pending[]): Promise<void> {
    const begunMs = this.#time.now();
    const batch = [...first, ...alongside];
    const executions = batch.map((pending) => pending.execution);
    const outcomes = await this.#store.execute(executions);
    const endedMs = this.#time.now();
    this.#meter.count(executions, outcomes, endedMs - begunMs);
    this.#load.add(endedMs, endedMs - begunMs, first.length);
    for (const [index, pending] of batch.entries()) pending.answer(present(outcomes[index]));
    this.#events.afterBatch();
  }

  async #commitForeground(): Promise<void> {
    const { foreground, background } = this.#queues;
    const first = foreground.splice(0, this.#store.largestBatch);
    const alongside = background.splice(0, this.#backgroundFor(first.length));
    this.#workersShare.use(alongside.length);
    this.#foregroundRunning += first.length;
    this.#alongsideRunning += alongside.length;
    await this.#commit(first, alongside);
    this.#foregroundRunning -= first.length;
    this.#alongsideRunning -= alongside.length;
    this.#lastForegroundMs = this.#time.now();
  }

  /**
   * @returns how many background commands may share a commit with this number of foreground commands: none while
   * another commit has some, because both would lock the same rows and one would wait for the other. Workers that are
   * behind get their share of each commit nevertheless.
   */
  #backgroundFor(foreground: number): number {
    const load = this.#load.at(this.#time.now());
    const share = this.#workersShare.addCommit(
      foreground,
      this.#foregroundRunning,
      load,
      this.#oldestWithdrawalMs,
    );
    return this.#alongsideRunning > 0 && !isBehind(this.#oldestWithdrawalMs) ? 0 : share;
  }
}
