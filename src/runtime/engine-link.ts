/** The HTTP thread's end of the engine: the command port and the chain desk, over messages. */
import { Worker } from 'node:worker_threads';
import type { ChainDesk } from '../chain/port.ts';
import type { CommandName, Commands, InputOf, ReplyOf } from '../command/registry.ts';
import type { Outcome } from '../store/port.ts';
import type { TableName } from '../store/tables.ts';
import type { EngineMessage, EngineRequest, EngineThreadData } from './engine-thread.ts';

/** Without an answer for so long, the outcome is unknown. */
const answerTimeoutMs = 20_000;

type Waiting = {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly sinceMs: number;
};

export type EngineLinkOptions = EngineThreadData & {
  readonly onChanged: (changed: readonly TableName[]) => void;
  readonly onFault: (what: string, message: string) => void;
  /** The engine is gone; the process cannot go on. */
  readonly onDeath: (error: Error) => void;
};

export class EngineLink {
  readonly commands: Commands;
  readonly desk: ChainDesk;
  readonly #worker: Worker;
  readonly #options: EngineLinkOptions;
  readonly #commandsWaiting = new Map<number, Waiting>();
  readonly #deskWaiting = new Map<number, Waiting>();
  readonly #timer: NodeJS.Timeout;
  #outgoing: [number, CommandName, unknown, number | undefined][] = [];
  #lastId = 0;
  #closed: (() => void) | undefined;
  #ready: () => void = () => {};

  private constructor(options: EngineLinkOptions) {
    this.#options = options;
    const { dataFolder, blockMs } = options;
    this.#worker = new Worker(new URL('./engine-thread.ts', import.meta.url), {
      workerData: { dataFolder, blockMs },
    });
    this.#worker.on('message', (message: EngineMessage) => this.#receive(message));
    this.#worker.on('error', (error) => options.onDeath(error as Error));
    this.#worker.on('exit', () => {
      if (this.#closed === undefined) options.onDeath(new Error('the engine thread ended'));
      else this.#closed();
    });
    this.#timer = setInterval(() => this.#giveUp(), 1000).unref();
    this.commands = { submit: (name, input, notAfterMs) => this.#submit(name, input, notAfterMs) };
    this.desk = {
      newAddress: (...args) => this.#ask('newAddress', args),
      receiveDeposit: (...args) => this.#ask('receiveDeposit', args),
      mineBlocks: (...args) => this.#ask('mineBlocks', args),
      failWithdrawal: (...args) => this.#ask('failWithdrawal', args),
      heights: (...args) => this.#ask('heights', args),
    };
  }

  /** Starts the thread; resolves when the database is open and the workers run. */
  static start(options: EngineLinkOptions): Promise<EngineLink> {
    return new Promise((resolve, reject) => {
      let started = false;
      const link: EngineLink = new EngineLink({
        ...options,
        onDeath: (error) => (started ? options.onDeath(error) : reject(error)),
      });
      link.#ready = () => {
        started = true;
        resolve(link);
      };
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const closed = new Promise<void>((resolve) => {
      this.#closed = resolve;
    });
    this.#post({ close: true });
    await closed;
  }

  #submit<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    notAfterMs?: number,
  ): Promise<Outcome<ReplyOf<N>>> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#commandsWaiting.set(id, { resolve, reject, sinceMs: performance.now() });
      if (this.#outgoing.length === 0) setImmediate(() => this.#flush());
      this.#outgoing.push([id, name, input, notAfterMs]);
    });
  }

  #flush(): void {
    const commands = this.#outgoing;
    this.#outgoing = [];
    this.#post({ commands });
  }

  #ask<R>(desk: keyof ChainDesk, args: readonly unknown[]): Promise<R> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#deskWaiting.set(id, { resolve, reject, sinceMs: performance.now() });
      this.#post({ desk, id, args });
    });
  }

  #post(request: EngineRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(message: EngineMessage): void {
    if ('outcomes' in message) {
      if (message.changed.length > 0) this.#options.onChanged(message.changed);
      for (const [id, outcome] of message.outcomes) this.#answer(this.#commandsWaiting, id, outcome);
    } else if ('value' in message) this.#answer(this.#deskWaiting, message.id, message.value);
    else if ('error' in message) this.#refuse(message.id, message.error);
    else if ('fault' in message) this.#options.onFault(message.fault, message.message);
    else if ('ready' in message) this.#ready();
  }

  #answer(waiting: Map<number, Waiting>, id: number, value: unknown): void {
    waiting.get(id)?.resolve(value as never);
    waiting.delete(id);
  }

  #refuse(id: number, message: string): void {
    this.#deskWaiting.get(id)?.reject(new Error(message));
    this.#deskWaiting.delete(id);
  }

  /** seed: an outcome that did not come in time is unknown, never a failure. */
  #giveUp(): void {
    const oldest = performance.now() - answerTimeoutMs;
    const message = 'no answer from the engine in time';
    for (const id of overdue(this.#commandsWaiting, oldest)) {
      this.#answer(this.#commandsWaiting, id, { fault: 'unknown', message });
    }
    for (const id of overdue(this.#deskWaiting, oldest)) {
      this.#refuse(id, message);
    }
  }
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
