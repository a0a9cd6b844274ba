/** The engine as seen by the HTTP thread: commands, chain service and leases, over messages to the engine thread. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ChainService } from '../chain/port.ts';
import type { Cancel, Clock } from '../clock/clock.ts';
import type { CommandName, Commands, InputOf, ReplyOf } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { type Outcome, StoreFault, type TaskLeases } from '../store/port.ts';
import type { TableName } from '../store/tables.ts';
import { ConfigError } from './config-error.ts';
import type {
  EngineChange,
  EngineMessage,
  EngineQuestions,
  EngineRequest,
  EngineThreadData,
} from './engine-thread.ts';
import type { CommitFigures } from './group-commit.ts';
import { packObjects, unpackObjects } from './packed-objects.ts';

const defaultAnswerTimeoutMs = 20_000;
/** So often in that time is looked for what is overdue. */
const overdueChecks = 20;

type EngineReady = Extract<EngineMessage, { readonly ready: Catalog }>;
type Waiting = {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly sinceMs: number;
};

export type EngineLinkOptions = EngineThreadData & {
  /** Of the calling thread; the engine's thread makes its own. */
  readonly clock: Clock;
  /** Time limit of an answer, after which the outcome is unknown, ms; default 20,000. */
  readonly answerTimeoutMs?: number;
  /** Called with changed tables before the commands that changed them are answered; a returned promise is awaited. */
  readonly onChanged: (tables: readonly TableName[]) => unknown;
  readonly onFault: (what: string, message: string) => void;
  /** Called with false when changes of other processes may be missed, and with true when they are received again. */
  readonly onHearing?: (hears: boolean) => void;
  /**
   * Called when the process must stop: the engine thread ended, or a listener failed after a commit. Executed commands
   * have been answered, but their replies may not have been sent yet.
   */
  readonly onFatal: (error: Error) => void;
};

export class EngineLink {
  readonly commands: Commands;
  readonly chainService: ChainService;
  /** Tasks that one of the processes over the same books does. */
  readonly leases: TaskLeases;
  readonly #worker: Worker;
  readonly #options: EngineLinkOptions;
  readonly #commandsWaiting = new Map<number, Waiting>();
  readonly #questions = new Map<number, Waiting>();
  readonly #stopChecking: Cancel;
  #outgoing: [id: number, name: CommandName, notAfterMs: number | undefined][] = [];
  #inputs: object[] = [];
  #catalog: Catalog;
  #lastId = 0;
  #closed: (() => void) | undefined;
  #caughtUpMs: number | null;
  #isStale = false;

  private constructor(worker: Worker, { ready, caughtUpMs }: EngineReady, options: EngineLinkOptions) {
    this.#worker = worker;
    this.#options = options;
    this.#catalog = ready;
    this.#caughtUpMs = caughtUpMs;
    worker.on('message', (message: EngineMessage) => this.#receive(message));
    worker.on('error', (error) => options.onFatal(error as Error));
    worker.on('exit', () => {
      if (this.#closed === undefined) options.onFatal(new Error('the engine thread ended'));
      else this.#closed();
    });
    const { answerTimeoutMs = defaultAnswerTimeoutMs } = options;
    const { monotonic } = options.clock;
    this.#stopChecking = monotonic.every(
      answerTimeoutMs / overdueChecks,
      () => this.#giveUp(monotonic.now() - answerTimeoutMs),
      { ref: false },
    );
    this.commands = { submit: (name, input, notAfterMs) => this.#submit(name, input, notAfterMs) };
    this.chainService = {
      newAddress: (...args) => this.#ask('newAddress', args),
      receiveDeposit: (...args) => this.#ask('receiveDeposit', args),
      mineBlocks: (...args) => this.#ask('mineBlocks', args),
      failWithdrawal: (...args) => this.#ask('failWithdrawal', args),
      resendWithdrawal: (...args) => this.#ask('resendWithdrawal', args),
      heights: (...args) => this.#ask('heights', args),
    };
    this.leases = {
      hold: (...args) => this.#ask('hold', args),
      release: (...args) => this.#ask('release', args),
      processes: (...args) => this.#ask('processes', args),
    };
  }

  /** Starts the thread; resolves when the database is open and the workers run. */
  static async start(options: EngineLinkOptions): Promise<EngineLink> {
    const { location, blockMs } = options;
    const url = new URL('./engine-thread.ts', import.meta.url);
    const worker = new Worker(url, { workerData: { location, blockMs } });
    const [first] = (await once(worker, 'message').catch(rethrow)) as [EngineMessage];
    if (!('ready' in first)) throw new Error('the engine spoke before it was ready');
    return new EngineLink(worker, first, options);
  }

  /** Of the commits, since the start. */
  figures(): Promise<CommitFigures> {
    return this.#ask('figures', []);
  }

  /** Commands that are not answered yet. */
  get waitingCommands(): number {
    return this.#commandsWaiting.size;
  }

  /** For how long changes of other processes may have been missed, ms; null where no other process writes. */
  feedAgeMs(): number | null {
    return this.#caughtUpMs === null ? null : this.#nowMs() - this.#caughtUpMs;
  }

  /** The reference data as the engine last told of them. */
  catalog(): Catalog {
    return this.#catalog;
  }

  async close(): Promise<void> {
    this.#stopChecking();
    const closed = new Promise<void>((resolve) => {
      this.#closed = resolve;
    });
    this.#post({ close: true });
    await closed;
  }

  #nowMs(): number {
    return this.#options.clock.monotonic.now();
  }

  #submit<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    notAfterMs?: number,
  ): Promise<Outcome<ReplyOf<N>>> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#commandsWaiting.set(id, { resolve, reject, sinceMs: this.#nowMs() });
      if (this.#outgoing.length === 0) setImmediate(() => this.#flush());
      this.#outgoing.push([id, name, notAfterMs]);
      this.#inputs.push(input as object);
    });
  }

  #flush(): void {
    const commands = this.#outgoing;
    const inputs = packObjects(this.#inputs);
    this.#outgoing = [];
    this.#inputs = [];
    this.#post({ commands, inputs });
  }

  #ask<R>(ask: keyof EngineQuestions, args: readonly unknown[]): Promise<R> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#questions.set(id, { resolve, reject, sinceMs: this.#nowMs() });
      this.#post({ ask, id, args });
    });
  }

  #post(request: EngineRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(message: EngineMessage): void {
    if ('outcomes' in message) {
      const noted = message.changed === null ? undefined : this.#noteChange(message.changed);
      if (noted === undefined) this.#answerAll(message);
      else void noted.then(() => this.#answerAll(message));
    } else if ('value' in message) this.#answer(this.#questions, message.id, message.value);
    else if ('error' in message) this.#refuse(message);
    else if ('caughtUpMs' in message) this.#catchUp(message.caughtUpMs);
    else if ('stale' in message) this.#noteHearing(false);
    else if ('fault' in message) this.#options.onFault(message.fault, message.message);
    else if ('bug' in message) this.#options.onFatal(new Error(message.bug));
    // A connection that the driver was about to open keeps the thread alive, and nobody uses it any more.
    else if ('closed' in message) void this.#worker.terminate();
  }

  #catchUp(atMs: number | null): void {
    this.#caughtUpMs = atMs;
    if (this.#isStale) this.#noteHearing(true);
  }

  #noteHearing(hears: boolean): void {
    this.#isStale = !hears;
    this.#options.onHearing?.(hears);
  }

  /** Never throws: what was committed is answered as such, whatever becomes of the notification. */
  #noteChange(change: EngineChange): Promise<unknown> | undefined {
    if (change.catalog !== undefined) this.#catalog = change.catalog;
    const fail = (error: unknown) => void setImmediate(() => this.#options.onFatal(error as Error));
    try {
      const noted = this.#options.onChanged(change.tables);
      return noted instanceof Promise ? noted.catch(fail) : undefined;
    } catch (error) {
      fail(error);
    }
  }

  #answerAll({ answered, outcomes }: Extract<EngineMessage, { readonly answered: readonly number[] }>): void {
    for (const [index, outcome] of unpackObjects(outcomes).entries()) {
      this.#answer(this.#commandsWaiting, answered[index] as number, outcome);
    }
  }

  #answer(waiting: Map<number, Waiting>, id: number, value: unknown): void {
    waiting.get(id)?.resolve(value as never);
    waiting.delete(id);
  }

  #refuse({ id, error, fault }: Extract<EngineMessage, { readonly error: string }>): void {
    this.#questions.get(id)?.reject(fault === 'bug' ? new Error(error) : new StoreFault(fault, error));
    this.#questions.delete(id);
  }

  /** spec: an outcome that did not come in time is unknown, never a failure. */
  #giveUp(oldest: number): void {
    const message = 'no answer from the engine in time';
    for (const id of overdue(this.#commandsWaiting, oldest)) {
      this.#answer(this.#commandsWaiting, id, { fault: 'unknown', message });
    }
    for (const id of overdue(this.#questions, oldest)) this.#refuse({ id, error: message, fault: 'unknown' });
  }
}

/** Restores the class of an error; between threads only its name is preserved. */
function rethrow(error: Error): never {
  if (error.name === 'ConfigError') throw new ConfigError(error.message);
  if (error.name === 'StoreFault') throw new StoreFault('not-done', error.message);
  throw error;
}

/** In the order of asking, so the first that is not overdue ends the search. */
function overdue(waiting: ReadonlyMap<number, Waiting>, oldest: number): number[] {
  const ids: number[] = [];
  for (const [id, { sinceMs }] of waiting) {
    if (sinceMs > oldest) break;
    ids.push(id);
  }
  return ids;
}
