/** The engine on its own thread. Commands and questions are sent as messages; reads use separate connections. */

import type { Worker } from 'node:worker_threads';
import { asError } from '../boundary/caught.ts';
import type { Cancel, Clock } from '../clock/clock.ts';
import { LabClock } from '../clock/lab-clock.ts';
import type { CommandName, Commands, ErrorOf, InputOf, ReplyOf } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { type Outcome, StoreFault } from '../store/port.ts';
import type { Reads } from '../store/reads.ts';
import type { EngineMessage, EngineRequest, EngineThreadData, SentCommand } from './engine-messages.ts';
import {
  type EngineListener,
  type EnginePort,
  type EngineQuestions,
  engineClosed,
  engineDead,
  errorOf,
  type NoAnswer,
  outcomeLost,
  questionsBy,
} from './engine-port.ts';
import { type EngineReady, engineReady, startEngineThread } from './engine-thread-start.ts';
import { loadReader, openSnapshot, type Reader, type Snapshot } from './open-store.ts';
import { PendingCommands } from './pending-commands.ts';
import { PendingQuestions } from './pending-questions.ts';

const defaultAnswerTimeoutMs = 20_000;
/** How many times per timeout period to check for overdue answers. */
const overdueChecks = 20;

const noAnswer: NoAnswer = { fault: 'unknown', message: 'no answer from the engine in time' };

export type EngineLinkOptions = Omit<EngineThreadData, 'worldTime'> &
  EngineListener & {
    /** The clock of the calling thread; the engine's thread creates its own, with the same time of the world. */
    readonly clock: Clock;
    /** Time limit of an answer, ms, after which the outcome is unknown; default 20,000. */
    readonly answerTimeoutMs?: number;
    /** By `startEngineThread`; by default one is started. */
    readonly thread?: Worker | undefined;
  };

export class EngineLink implements EnginePort {
  readonly commands: Commands;
  readonly chainService: EnginePort['chainService'];
  readonly leases: EnginePort['leases'];
  readonly world: EnginePort['world'];
  readonly figures: EnginePort['figures'];
  readonly #worker: Worker;
  readonly #reader: Reader;
  readonly #options: EngineLinkOptions;
  readonly #pending: PendingCommands;
  readonly #questions = new PendingQuestions();
  readonly #stopChecking: Cancel;
  readonly #exited: Promise<unknown>;
  #outgoing: SentCommand[] = [];
  #catalog: Catalog;
  #caughtUpMs: number | null;
  #isStale = false;
  /** Set when nothing more is sent, with the reason. */
  #ended: NoAnswer | undefined;
  #closing: Promise<void> | undefined;
  #closingError: Error | undefined;

  private constructor(worker: Worker, first: EngineReady, reader: Reader, options: EngineLinkOptions) {
    this.#worker = worker;
    this.#reader = reader;
    this.#options = options;
    this.#catalog = first.ready;
    this.#caughtUpMs = first.caughtUpMs;
    this.#pending = new PendingCommands(options);
    worker.on('message', (message: EngineMessage) => this.#receive(message));
    worker.on('error', (error) => this.#noteError(asError(error)));
    this.#exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.on('exit', () => this.#die(new Error('the engine thread ended')));
    const { answerTimeoutMs = defaultAnswerTimeoutMs } = options;
    this.#stopChecking = options.clock.monotonic.every(
      answerTimeoutMs / overdueChecks,
      () => this.#failAll(noAnswer, this.#nowMs() - answerTimeoutMs),
      { ref: false },
    );
    this.commands = { submit: (name, input, notAfterMs) => this.#submit(name, input, notAfterMs) };
    const { chainService, leases, world, figures } = questionsBy((question, args) =>
      this.#ask(question, args),
    );
    this.chainService = chainService;
    this.leases = leases;
    this.world = world;
    this.figures = figures;
  }

  /** Resolves when the store is open and the workers run. */
  static async start(options: EngineLinkOptions): Promise<EngineLink> {
    const { location, blockMs, lab, clock, thread: worker = startEngineThread() } = options;
    const openReader = await loadReader(location, clock.monotonic);
    const worldTime = clock instanceof LabClock ? clock.time.buffer : undefined;
    const data: EngineThreadData = { location, blockMs, lab, worldTime };
    worker.postMessage(data);
    const first = await engineReady(worker);
    try {
      // Synchronously, so that no message of the thread is missed.
      return new EngineLink(worker, first, openReader(), options);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  get reads(): Reads {
    return this.#reader.reads;
  }

  get limitedReads(): Reads {
    return this.#reader.limitedReads;
  }

  openSnapshot(): Promise<Snapshot> {
    return openSnapshot(this.#options.location, this.#options.clock.monotonic);
  }

  waitingCommands(): number {
    return this.#pending.size;
  }

  submittedCommands(): number {
    return this.#pending.submitted;
  }

  feedAgeMs(): number | null {
    return this.#caughtUpMs === null ? null : this.#nowMs() - this.#caughtUpMs;
  }

  catalog(): Catalog {
    return this.#catalog;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopChecking();
    this.#flush();
    this.#ended ??= engineClosed;
    // SQLite removes the write-ahead log with the last connection, which has to be the engine's: readers may not write.
    await this.#reader.close();
    this.#post({ close: true });
    await this.#exited;
    if (this.#closingError !== undefined) throw this.#closingError;
  }

  #submit<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    notAfterMs?: number,
  ): Promise<Outcome<ReplyOf<N>, ErrorOf<N>>> {
    if (this.#ended !== undefined) return Promise.resolve(this.#ended);
    return new Promise((resolve) => {
      // cast: the engine answers with the reply of the command that it was sent.
      const id = this.#pending.add(resolve as (outcome: Outcome) => void, this.#nowMs());
      if (this.#outgoing.length === 0) setImmediate(() => this.#flush());
      this.#outgoing.push([id, name, input, notAfterMs]);
    });
  }

  #flush(): void {
    const commands = this.#outgoing;
    if (commands.length === 0 || this.#ended !== undefined) return;
    this.#outgoing = [];
    this.#post({ commands });
  }

  #ask<Q extends keyof EngineQuestions>(
    ask: Q,
    args: Parameters<EngineQuestions[Q]>,
  ): ReturnType<EngineQuestions[Q]> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (this.#ended !== undefined) throw errorOf(this.#ended);
      const id = this.#questions.add({ resolve, reject, sinceMs: this.#nowMs() });
      this.#post({ ask, id, args });
    });
    // cast: the engine answers what it was asked.
    return answer as ReturnType<EngineQuestions[Q]>;
  }

  #nowMs(): number {
    return this.#options.clock.monotonic.now();
  }

  #post(request: EngineRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(message: EngineMessage): void {
    if ('report' in message) {
      if (message.catalog !== undefined) this.#catalog = message.catalog;
      if (message.report.changed.length > 0) this.#reader.endTurn();
      this.#pending.deliver(message.report);
    } else if ('value' in message) this.#questions.answer(message.id, message.value);
    else if ('error' in message) this.#fail(message);
    else if ('caughtUpMs' in message) this.#catchUp(message.caughtUpMs);
    else if ('stale' in message) this.#noteFeed(false);
    else if ('fault' in message) this.#options.onFault(message.fault, message.message);
    else if ('bug' in message) this.#die(new Error(message.bug));
    // Terminated because a connection that the driver was about to open would keep the thread alive.
    else if ('closed' in message) void this.#worker.terminate();
  }

  #catchUp(atMs: number | null): void {
    this.#caughtUpMs = atMs;
    if (this.#isStale) this.#noteFeed(true);
  }

  #noteFeed(isReceiving: boolean): void {
    this.#isStale = !isReceiving;
    this.#options.onFeedChange?.(isReceiving);
  }

  #noteError(error: Error): void {
    if (this.#ended === engineClosed) this.#closingError = error;
    else this.#die(error);
  }

  /** Does nothing if the engine was closed or has died already. */
  #die(error: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = engineDead;
    this.#failAll(outcomeLost);
    this.#options.onFatal(error);
  }

  #fail({ id, error, fault }: Extract<EngineMessage, { readonly error: string }>): void {
    this.#questions.fail(id, fault === 'bug' ? new Error(error) : new StoreFault(fault, error));
  }

  /** spec: an outcome that does not arrive in time is unknown, never a failure. */
  #failAll(fault: NoAnswer, untilMs = Number.POSITIVE_INFINITY): void {
    this.#pending.fail(fault, untilMs);
    this.#questions.failAll(() => errorOf(fault), untilMs);
  }
}
