/**
 * Finds the primary among the hosts of one database, anew for each connection, as it may have moved.
 *
 * All hosts are asked at once, as one that is dead may not even refuse. A primary that was superseded, and does not know,
 * has an earlier timeline: once any thread of the process has found a later one, nobody connects to it any more, and the
 * connections to it end.
 */
import { once } from 'node:events';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';

export type Primary = { readonly host: string; readonly port: number; readonly timeline: number };

export type PrimaryFinderOptions = {
  /** The same in every thread. */
  readonly name: string;
  readonly urls: readonly string[];
  /** Throws unless the host of the URL is a primary. */
  readonly ask: (url: string) => Promise<Primary>;
};

/** How long the first that answers waits for another. */
const graceMs = 300;
/** Who connects at the same time asks once. */
const sameMs = 200;
const connectMs = 2000;

export class PrimaryFinder {
  readonly #options: PrimaryFinderOptions;
  readonly #otherThreads: BroadcastChannel;
  readonly #sockets = new Map<Socket, Primary>();
  #found: Promise<Primary> | undefined;
  #latest: Primary | undefined;

  constructor(options: PrimaryFinderOptions) {
    this.#options = options;
    this.#otherThreads = new BroadcastChannel(`primary of ${options.name}`);
    this.#otherThreads.onmessage = ({ data }) => {
      if (this.#learn(data as Primary)) this.#found = undefined;
    };
    (this.#otherThreads as BroadcastChannel & { unref(): void }).unref();
  }

  /**
   * A socket that is connected to the primary; where there is none, or it does not answer, one that refuses the first
   * write. What the driver writes to a socket that ends before, it would keep for the next one and never send.
   */
  readonly connect = async (): Promise<Duplex> => {
    const socket = new PrimarySocket(() => this.#sockets.delete(socket));
    try {
      const primary = await this.#find();
      const { host, port } = primary;
      this.#sockets.set(socket, primary);
      socket.connect(port, host);
      await once(socket, 'connect', { signal: AbortSignal.timeout(connectMs) });
      // Where the driver looks for the name that a certificate must have.
      return Object.assign(socket, { host, port });
    } catch (error) {
      socket.destroy();
      return createRefusing(error as Error);
    }
  };

  #find(): Promise<Primary> {
    this.#found ??= this.#askAll().finally(() => {
      setTimeout(() => {
        this.#found = undefined;
      }, sameMs).unref();
    });
    return this.#found;
  }

  async #askAll(): Promise<Primary> {
    const { urls, ask } = this.#options;
    const answers: Primary[] = [];
    const asked = urls.map(async (url) => answers.push(this.#current(await ask(url))));
    const everybody = Promise.allSettled(asked);
    await Promise.any(asked).catch(({ errors }: AggregateError) => {
      const reasons = errors.map((error: Error) => error.message || String(error));
      throw failure('NO_PRIMARY', `no host is the primary: ${reasons.join('; ')}`);
    });
    const { promise: grace, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, graceMs);
    await Promise.race([everybody, grace]);
    clearTimeout(timer);
    const primary = answers.reduce((best, each) => (each.timeline > best.timeline ? each : best));
    if (this.#learn(primary)) this.#otherThreads.postMessage(primary);
    return this.#current(primary);
  }

  #current(primary: Primary): Primary {
    const { host, port, timeline } = primary;
    if (timeline >= (this.#latest?.timeline ?? 0)) return primary;
    throw new Error(`${host}:${port} was the primary before ${this.#latest?.host}:${this.#latest?.port}`);
  }

  /** @returns whether it was news. */
  #learn(primary: Primary): boolean {
    if (primary.timeline <= (this.#latest?.timeline ?? 0)) return false;
    this.#latest = primary;
    for (const [socket, { timeline }] of [...this.#sockets]) {
      if (timeline < primary.timeline) socket.destroy(failure('PRIMARY_MOVED', 'the primary has moved'));
    }
    return true;
  }
}

/** With a code, as the errors of the system have: of a connection, not of a statement. */
function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function createRefusing(error: Error & { readonly code?: unknown }): Duplex {
  const refusal = typeof error.code === 'string' ? error : failure('NO_ANSWER', error.message);
  return new Duplex({ read() {}, write: (_chunk, _encoding, callback) => callback(refusal) });
}

/** Tells when it ends, also to who took all its listeners away, as the driver does for TLS. */
class PrimarySocket extends Socket {
  readonly #onEnd: () => void;

  constructor(onEnd: () => void) {
    super();
    this.#onEnd = onEnd;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#onEnd();
    super._destroy(error, callback);
  }
}
