/**
 * Stops a listener gracefully. Once draining has begun, the reply to the last request of each connection contains
 * `connection: close`, and the connection accepts no more requests. Clients that do not finish their request or do not
 * read are disconnected after a timeout; a request that is being processed is always answered.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { HttpConnection } from './http-connection.ts';

const retryMs = 50;
const pollIntervalMs = 10;

export class ConnectionDrain {
  readonly #server: Server;
  readonly #timeoutMs: number;
  #hasBegun = false;
  /** Number of requests that are being processed. */
  #running = 0;
  readonly #connections = new Set<HttpConnection>();
  #timer: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(server: Server, timeoutMs: number) {
    this.#server = server;
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
    this.#timer = setTimeout(() => this.#disconnect(), this.#timeoutMs);
    this.#closeIdle();
    await closed;
    clearTimeout(this.#timer);
    clearTimeout(this.#poll);
  }

  /**
   * Closes idle connections. Node counts a connection as idle even while its reply is still being read, so this waits
   * until no reply is outstanding.
   */
  #closeIdle(): void {
    if (![...this.#connections].some(({ owesReply }) => owesReply)) this.#server.close();
    else this.#poll = setTimeout(() => this.#closeIdle(), pollIntervalMs);
  }

  #disconnect(): void {
    if (this.#running === 0) this.#server.closeAllConnections();
    else this.#timer = setTimeout(() => this.#disconnect(), retryMs);
  }
}
