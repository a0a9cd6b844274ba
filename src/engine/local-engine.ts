/**
 * The engine in the thread of the caller: for many small worlds in one process.
 *
 * On SQLite commands, workers and reads share one connection. A batch is one step of the event loop, so reads run between
 * batches and see only committed data. While a commit waits for the disk, so does everything else on the thread.
 */
import { methodOf } from '../boundary/method.ts';
import type { Clock } from '../clock/clock.ts';
import type { DoneWork } from '../clock/world-timeline.ts';
import type { CommandName, Commands, ErrorOf, InputOf, ReplyOf } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Outcome } from '../store/port.ts';
import type { Reads } from '../store/reads.ts';
import type { SqliteImage } from '../store/world-image.ts';
import { Engine } from './engine.ts';
import {
  type AskEngine,
  describeError,
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
import type { InMemory, Snapshot, StoreLocation } from './open-store.ts';
import { PendingCommands, ReportCollector } from './pending-commands.ts';

export type LocalEngineOptions = EngineListener & {
  readonly clock: Clock;
  readonly location: StoreLocation | InMemory;
  /** Block time of the simulated chains, ms of the world; 0: blocks are mined on demand. */
  readonly blockMs: number;
  /** Whether the lab may make nodes fail and stop blocks; default false. */
  readonly lab?: boolean | undefined;
  /** Whether the clock keeps its setting and ignores that of the store; default false. */
  readonly keepsTime?: boolean | undefined;
  /** A source of 20 hex digits for the ids of records; by default they are random. */
  readonly randomHex?: (() => string) | undefined;
};

export class LocalEngine implements EnginePort {
  readonly commands: Commands;
  readonly chainService: EnginePort['chainService'];
  readonly leases: EnginePort['leases'];
  readonly world: EnginePort['world'];
  readonly figures: EnginePort['figures'];
  readonly ask: AskEngine;
  readonly #engine: Engine;
  readonly #pending: PendingCommands;
  readonly #reports: ReportCollector;
  readonly #onFatal: EngineListener['onFatal'];
  readonly #clock: Clock;
  /** Set when nothing more is executed, with the reason. */
  #ended: NoAnswer | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    engine: Engine,
    pending: PendingCommands,
    reports: ReportCollector,
    options: LocalEngineOptions,
  ) {
    this.#engine = engine;
    this.#pending = pending;
    this.#reports = reports;
    this.#onFatal = options.onFatal;
    this.#clock = options.clock;
    this.commands = { submit: (name, input, notAfterMs) => this.#submit(name, input, notAfterMs) };
    this.ask = (question, args) => {
      const answer =
        this.#ended === undefined
          ? methodOf(engine.questions, question)(...args)
          : Promise.reject(errorOf(this.#ended));
      // cast: the engine answers what it was asked.
      return answer as ReturnType<EngineQuestions[typeof question]>;
    };
    const { chainService, leases, world, figures } = questionsBy(this.ask);
    this.chainService = chainService;
    this.leases = leases;
    this.world = world;
    this.figures = figures;
  }

  /** Resolves when the store is open and the workers run. */
  static async open(options: LocalEngineOptions): Promise<LocalEngine> {
    const pending = new PendingCommands(options);
    const reports = new ReportCollector((report) => pending.deliver(report));
    const engine: Engine = await Engine.open({
      clock: options.clock,
      location: options.location,
      blockMs: options.blockMs,
      lab: options.lab,
      keepsTime: options.keepsTime,
      randomHex: options.randomHex,
      onChanged: (tables, named) => reports.noteChanged(tables, named),
      onBug: (error) => local.#die(error),
      afterBatch: () => reports.send(),
      onFault: (what, error) => options.onFault(what, describeError(error)),
    });
    const local = new LocalEngine(engine, pending, reports, options);
    engine.start();
    return local;
  }

  get reads(): Reads {
    return this.#engine.reads;
  }

  get limitedReads(): Reads {
    return this.#engine.reads;
  }

  openSnapshot(): Promise<Snapshot> {
    return this.#engine.openSnapshot();
  }

  waitingCommands(): number {
    return this.#pending.size;
  }

  submittedCommands(): number {
    return this.#pending.submitted;
  }

  feedAgeMs(): null {
    return null;
  }

  catalog(): Catalog {
    return this.#engine.catalog();
  }

  /** The work that is due next and need not wait for an instruction. */
  nextChange(): Promise<DoneWork | undefined> {
    return this.#engine.nextChange();
  }

  /** The store and the chains as of now. */
  image(): SqliteImage {
    return this.#engine.image();
  }

  close(): Promise<void> {
    this.#ended ??= engineClosed;
    this.#closing ??= this.#engine.close();
    return this.#closing;
  }

  /** Closes it. @returns the store and the chains as they are left. */
  closeToImage(): Promise<SqliteImage> {
    this.#ended ??= engineClosed;
    const closing = this.#engine.closeToImage();
    this.#closing = closing.then(() => {});
    return closing;
  }

  #submit<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    notAfterMs?: number,
  ): Promise<Outcome<ReplyOf<N>, ErrorOf<N>>> {
    if (this.#ended !== undefined) return Promise.resolve(this.#ended);
    return new Promise((resolve) => {
      // cast: the engine answers with the reply of the command that it was given.
      const id = this.#pending.add(resolve as (outcome: Outcome) => void, this.#clock.monotonic.now());
      this.#engine.commits.enqueue('foreground', name, input, notAfterMs, (outcome) =>
        this.#reports.noteOutcome(id, outcome),
      );
    });
  }

  #die(error: unknown): void {
    if (this.#ended !== undefined) return;
    this.#ended = engineDead;
    this.#pending.fail(outcomeLost);
    this.#onFatal(error instanceof Error ? error : new Error(String(error)));
  }
}
