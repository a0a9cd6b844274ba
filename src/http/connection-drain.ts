/**
 * Stops a listener gracefully. Once draining has begun, the reply to the last request of each connection contains
 * `connection: close`, and the connection accepts no more requests. Clients that do not finish their request or do not
 * read are disconnected after a timeout; a request that is being processed is always answered.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Cancel, Timers } from '../clock/clock.ts';
import { HttpConnection } from './http-connection.ts';

const retryMs = 50;
const pollIntervalMs = 10;

export class ConnectionDrain {
  readonly #server: Server;
  readonly #timeoutMs: number;
  #hasBegun = false;
  readonly #whenBegun = new Set<() => void>();
  /** Number of requests that are being processed. */
  #running = 0;
  readonly #connections = new Set<HttpConnection>();
  readonly #timers: Timers;
  #cancelDisconnect: Cancel = () => {};
  #cancelPoll: Cancel = () => {};

  /** @param timers monotonic. */
  constructor(server: Server, timers: Timers, timeoutMs: number) {
    this.#server = server;
    this.#timers = timers;
    this.#timeoutMs = timeoutMs;
    for (const each of ['connection', 'secureConnection'])
      server.on(each, (socket: Socket) => {
        const connection = HttpConnection.of(socket);
        this.#connections.add(connection);
        socket.once('close', () => this.#connections.delete(connection));
      });
  }

  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  begin(): void {
    this.#hasBegun = true;
    for (const work of this.#whenBegun) work();
  }

  /** Runs the work when draining begins. @returns a function that cancels it. */
  whenBegun(work: () => void): () => void {
    this.#whenBegun.add(work);
    return () => this.#whenBegun.delete(work);
  }

  started(): void {
    this.#running += 1;
  }

  answered(): void {
    this.#running -= 1;
  }

  /** Begins draining, and disconnects slow clients after the timeout. */
  async waitFor(closed: Promise<void>): Promise<void> {
    this.begin();
    this.#cancelDisconnect = this.#timers.after(this.#timeoutMs, () => this.#disconnect());
    this.#closeIdle();
    await closed;
    this.#cancelDisconnect();
    this.#cancelPoll();
  }

  /**
   * Closes idle connections. Node counts a connection as idle even while its reply is still being read, so this waits
   * until no reply is outstanding.
   */
  #closeIdle(): void {
    if (![...this.#connections].some(({ owesReply }) => owesReply)) this.#server.close();
    else this.#cancelPoll = this.#timers.after(pollIntervalMs, () => this.#closeIdle());
  }

  #disconnect(): void {
    if (this.#running === 0) this.#server.closeAllConnections();
    else this.#cancelDisconnect = this.#timers.after(retryMs, () => this.#disconnect());
  }
}
