/**
 * How a listener stops: from some moment on each connection is told to close with the answer to the last request that it
 * has sent, and takes nothing after it. Clients whose request never ends, or that do not read, are disconnected after a
 * while; a request that is being worked on is always answered.
 */
import type { Server } from 'node:http';

const retryMs = 50;

export class ConnectionDrain {
  readonly #server: Server;
  readonly #timeoutMs: number;
  #hasBegun = false;
  /** Requests that are being worked on. */
  #running = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Server, timeoutMs: number) {
    this.#server = server;
    this.#timeoutMs = timeoutMs;
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
    await closed;
    clearTimeout(this.#timer);
  }

  #disconnect(): void {
    if (this.#running === 0) this.#server.closeAllConnections();
    else this.#timer = setTimeout(() => this.#disconnect(), retryMs);
  }
}
