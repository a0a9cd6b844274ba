/**
 * Finds the primary among the hosts of one database. It is searched for each new connection, because it may have moved.
 *
 * All hosts are asked at once, because a dead host may not answer at all. A primary that was replaced without noticing
 * it has an earlier timeline. Once a thread of the process has found a later timeline, no thread connects to the old
 * primary any more, and existing connections to it are closed.
 */

import { once } from 'node:events';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { asError } from '../../boundary/caught.ts';
import type { Timers } from '../../clock/clock.ts';

export type Primary = { readonly host: string; readonly port: number; readonly timeline: number };

export type PrimaryFinderOptions = {
  /** Identifies the database; the same in every thread. */
  readonly name: string;
  readonly urls: readonly string[];
  readonly timers: Timers;
  /** Rejects unless the host of the URL is a primary. */
  readonly ask: (url: string) => Promise<Primary>;
};

/** Time to wait for further answers after the first one, ms. */
const graceMs = 300;
/** Connections opened within this time share the result. */
const shareMs = 200;
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
      // cast: only this class posts there.
      if (this.#learn(data as Primary)) this.#found = undefined;
    };
    // cast: Node has it; the type is that of browsers.
    (this.#otherThreads as BroadcastChannel & { unref(): void }).unref();
  }

  /**
   * @returns a socket connected to the primary. If there is no primary or it does not answer, a socket that fails the
   * first write: with a socket that is closed earlier, the driver would queue its statements and never send them.
   */
  readonly connect = async (): Promise<Duplex> => {
    const socket = new PrimarySocket(() => this.#sockets.delete(socket));
    try {
      const primary = await this.#find();
      const { host, port } = primary;
      this.#sockets.set(socket, primary);
      socket.connect(port, host);
      await this.#untilConnected(socket);
      // The driver takes the host name to verify in the certificate from here.
      return Object.assign(socket, { host, port });
    } catch (error) {
      socket.destroy();
      return createRefusing(asError(error));
    }
  };

  /** @throws an Error after `connectMs`. */
  async #untilConnected(socket: Socket): Promise<void> {
    const waiting = new AbortController();
    const cancel = this.#options.timers.after(connectMs, () => waiting.abort());
    try {
      await once(socket, 'connect', { signal: waiting.signal });
    } finally {
      cancel();
    }
  }

  #find(): Promise<Primary> {
    this.#found ??= this.#askAll().finally(() => {
      const forget = () => {
        this.#found = undefined;
      };
      this.#options.timers.after(shareMs, forget, { ref: false });
    });
    return this.#found;
  }

  async #askAll(): Promise<Primary> {
    const { urls, ask, timers } = this.#options;
    const answers: Primary[] = [];
    const asked = urls.map(async (url) => answers.push(this.#current(await ask(url))));
    const all = Promise.allSettled(asked);
    await Promise.any(asked).catch(({ errors }: AggregateError) => {
      const reasons = errors.map((error: Error) => error.message || String(error));
      throw failure('NO_PRIMARY', `no host is the primary: ${reasons.join('; ')}`);
    });
    const { promise: grace, resolve } = Promise.withResolvers<void>();
    const cancel = timers.after(graceMs, resolve);
    await Promise.race([all, grace]);
    cancel();
    const primary = answers.reduce((best, each) => (each.timeline > best.timeline ? each : best));
    if (this.#learn(primary)) this.#otherThreads.postMessage(primary);
    return this.#current(primary);
  }

  #current(primary: Primary): Primary {
    const { host, port, timeline } = primary;
    if (timeline >= (this.#latest?.timeline ?? 0)) return primary;
    throw new Error(`${host}:${port} was the primary before ${this.#latest?.host}:${this.#latest?.port}`);
  }

  /** @returns whether the primary has a later timeline than the known one. */
  #learn(primary: Primary): boolean {
    if (primary.timeline <= (this.#latest?.timeline ?? 0)) return false;
    this.#latest = primary;
    for (const [socket, { timeline }] of [...this.#sockets]) {
      if (timeline < primary.timeline) socket.destroy(failure('PRIMARY_MOVED', 'the primary has moved'));
    }
    return true;
  }
}

/** An error with a code, like a system error, so that it counts as a failure of the connection. */
function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function createRefusing(error: Error & { readonly code?: unknown }): Duplex {
  const refusal = typeof error.code === 'string' ? error : failure('NO_ANSWER', error.message);
  return new Duplex({ read() {}, write: (_chunk, _encoding, callback) => callback(refusal) });
}

/** Calls `onEnd` when it is destroyed. Not an event, because the driver removes all listeners when it starts TLS. */
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
