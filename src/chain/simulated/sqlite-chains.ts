/**
 * The simulated chains on SQLite as the engine uses them: on its own thread while there is little to send, and on a
 * thread of theirs from the first page of withdrawals on, so that a server without load has no such thread. Storing a
 * transaction takes a fifth of the time of the claim of its withdrawal.
 */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { StoreFault } from '../../store/port.ts';
import type { WriteAheadLog } from '../../store/sqlite/write-ahead-log.ts';
import { startThread } from '../../store/thread.ts';
import { type ChainAnswer, type ChainMethod, type ChainRequest, callOn, chainsBy } from './chain-calls.ts';
import type { SimulatedChains } from './simulated-chains.ts';
import { SqliteSimulatedChain } from './sqlite-simulated-chain.ts';

/** The pages of the workers while there are requests. */
const pageUnderLoad = 32;
/** Reads of the lab before each request to a node: reading one row here costs less than a message to the thread. */
const readHere: ReadonlySet<ChainMethod> = new Set(['switches', 'allSwitches']);
/** 32 MB. */
const copyFromPages = 8000;

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

export type SqliteChainsOptions = {
  readonly underLoad?: number;
  readonly image?: Uint8Array | undefined;
};

export class SqliteChains {
  readonly chains: SimulatedChains;
  readonly #path: string;
  readonly #pageUnderLoad: number;
  /** Used until the thread is ready, then only to read. */
  readonly #own: SqliteSimulatedChain;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #isReady = false;
  #ready: Promise<void> = Promise.resolve();
  #lastId = 0;

  /**
   * @param path `:memory:` for chains that are not persisted, which stay on the thread of the caller.
   * @param options `underLoad`: sending this many transactions at once starts the thread; `image`: the initial
   *   content of chains in memory.
   */
  constructor(path: string, { underLoad = pageUnderLoad, image }: SqliteChainsOptions = {}) {
    this.#path = path;
    this.#pageUnderLoad = underLoad;
    this.#own = new SqliteSimulatedChain(path, { image });
    this.chains = chainsBy((method, args) => this.#call(method, args));
  }

  get log(): WriteAheadLog {
    return this.#own.log;
  }

  /** The chains as of now. */
  image(): Uint8Array {
    return this.#own.image();
  }

  /** Resolves when the thread, if it has been started, answers the calls. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Waits for the calls in progress. */
  async close(): Promise<void> {
    await this.#ready;
    if (this.#thread !== undefined) {
      const exited = once(this.#thread, 'exit');
      this.#post({ close: true });
      await exited;
    }
    this.#own.close();
  }

  #call(method: ChainMethod, args: readonly unknown[]): Promise<unknown> {
    if (this.#isFirstPage(method, args)) this.#startThread();
    if (!this.#isReady || readHere.has(method)) return callOn(this.#own, method, args);
    const id = ++this.#lastId;
    this.#post({ id, method, args });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #isFirstPage(method: ChainMethod, args: readonly unknown[]): boolean {
    if (this.#thread !== undefined || this.#path === ':memory:' || method !== 'broadcast') return false;
    // cast: they are those of the method.
    const [, transactions] = args as Parameters<SimulatedChains['broadcast']>;
    return transactions.length >= this.#pageUnderLoad;
  }

  #post(request: ChainRequest): void {
    this.#thread?.postMessage(request);
  }

  /** An error that the thread does not answer with is a bug; nobody listens for it, so it ends the engine. */
  #startThread(): void {
    const thread = startThread('./chain-thread', import.meta.url, {
      path: this.#path,
      copyFromPages,
    });
    this.#thread = thread;
    this.#ready = once(thread, 'message').then(() => {
      this.#isReady = true;
      thread.on('message', (answer: ChainAnswer) => this.#receive(answer));
    });
  }

  #receive(answer: ChainAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('value' in answer) waiting?.resolve(answer.value);
    else waiting?.reject(errorOf(answer));
  }
}

function errorOf({ error, fault }: Extract<ChainAnswer, { readonly error: string }>): Error {
  return fault === undefined ? new Error(error) : new StoreFault(fault, error);
}
