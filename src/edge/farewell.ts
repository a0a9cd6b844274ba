/**
 * How a listener takes leave of those who are connected: each connection is told to close with the answer to the last
 * request that it has sent, and nothing that it sends after that is taken, since nobody would read the answer. Whose
 * request never ends is cut off after a while; whose request is being worked on is not.
 */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const latest = Symbol('the response to the latest request');
type Connection = Socket & { [latest]?: ServerResponse | 'ended' | undefined };

const retryMs = 50;

export class Farewell {
  readonly #server: Server;
  readonly #patienceMs: number;
  #begun = false;
  /** Requests that are being worked on. */
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Server, patienceMs: number) {
    this.#server = server;
    this.#patienceMs = patienceMs;
  }

  begin(): void {
    this.#begun = true;
  }

  /** From now on patience runs out. */
  async waitFor(closed: Promise<void>): Promise<void> {
    this.begin();
    this.#timer = setTimeout(() => this.#cutOff(), this.#patienceMs);
    await closed;
    clearTimeout(this.#timer);
  }

  /** @returns whether the request may be worked on. */
  takes(response: ServerResponse): boolean {
    const connection = response.req.socket as Connection;
    if (connection[latest] === 'ended') return false;
    connection[latest] = response;
    this.#underWay += 1;
    return true;
  }

  /** To be called when the answer is known, before its head is written. */
  answering(response: ServerResponse): void {
    this.#underWay -= 1;
    const connection = response.req.socket as Connection;
    const isLast = connection[latest] === response;
    if (!this.#begun) {
      if (isLast) connection[latest] = undefined;
    } else if (isLast) {
      connection[latest] = 'ended';
      response.setHeader('connection', 'close');
    } else {
      // Others wait behind it on the same connection.
      response.removeHeader('connection');
    }
  }

  #cutOff(): void {
    if (this.#underWay === 0) this.#server.closeAllConnections();
    else this.#timer = setTimeout(() => this.#cutOff(), retryMs);
  }
}
