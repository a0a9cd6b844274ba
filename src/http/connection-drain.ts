/**
 * How a listener stops: from some moment on each connection is told to close with the answer to the last request that it
 * has sent, and takes nothing after it. Clients whose request never ends, or that do not read, are disconnected after a
 * while; a request that is being worked on is always answered.
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
  /** Requests that are being worked on. */
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

  /** Begins, and disconnects late clients after the timeout. */
  async waitFor(closed: Promise<void>): Promise<void> {
    this.begin();
    this.#timer = setTimeout(() => this.#disconnect(), this.#timeoutMs);
    this.#closeIdle();
    await closed;
    clearTimeout(this.#timer);
    clearTimeout(this.#poll);
  }

  /** Node also counts as idle what has been answered and is still being read: so idle ones wait until nothing is. */
  #closeIdle(): void {
    if (![...this.#connections].some(({ owesReply }) => owesReply)) this.#server.close();
    else this.#poll = setTimeout(() => this.#closeIdle(), pollIntervalMs);
  }

  #disconnect(): void {
    if (this.#running === 0) this.#server.closeAllConnections();
    else this.#timer = setTimeout(() => this.#disconnect(), retryMs);
  }
}
