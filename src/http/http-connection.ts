/**
 * One client connection of a listener: which requests are running, which wait for their turn, and how it ends.
 *
 * Promises: at most `maxRunning` requests of a connection run at a time. What a client sends beyond them (pipelining)
 * waits, and nothing more is read from the connection until all of it runs: TCP makes the client wait, and memory holds
 * no more than one read of 64 KiB brought. A connection that has begun to end takes no further request, since nobody
 * would read the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { peerAddress } from './client-address.ts';

const maxRunning = 32;

type Waiting = { readonly response: ServerResponse; readonly run: () => void };

/** `cutOff`: the request that what could not be parsed belongs to, where its head was parsed. */
type LastWords = (cutOff: IncomingMessage | undefined) => void;

const connection = Symbol('connection');
type ClientSocket = Socket & { [connection]?: HttpConnection };

export class HttpConnection {
  /** Canonical, and kept: a socket that is closed has none. */
  readonly peer: string;
  readonly #socket: Socket;
  #running = 0;
  readonly #waiting: Waiting[] = [];
  /** The last request that was begun. */
  #latest: ServerResponse | undefined;
  #takesRequests = true;
  /** What follows the answers to all requests that were taken. */
  #lastWords: LastWords | undefined;
  /** The request whose body could not be parsed. */
  #cutOff: IncomingMessage | undefined;
  #isHeld: boolean | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.peer = peerAddress(socket.remoteAddress);
  }

  static of(socket: Socket): HttpConnection {
    const known = socket as ClientSocket;
    known[connection] ??= new HttpConnection(socket);
    return known[connection];
  }

  /** Runs a request: now, when it is its turn, or never where the connection is ending. */
  take(response: ServerResponse, run: () => void): void {
    if (!this.#takesRequests) return;
    if (this.#running < maxRunning) this.#start({ response, run });
    else {
      this.#waiting.push({ response, run });
      this.#hold();
    }
  }

  /** The same for a request that is the last one of its connection. */
  takeLast(response: ServerResponse, run: () => void): void {
    this.take(response, run);
    this.#takesRequests = false;
  }

  /** Requests that wait, and those that come, are dropped; the connection ends with the answers to the running ones. */
  dropOthers(): void {
    this.#takesRequests = false;
    this.#waiting.length = 0;
    if (this.#latest?.req.complete) this.#hold();
  }

  /**
   * What the client has sent now cannot be parsed, and nothing that comes after it can. Requests before it are answered
   * first: otherwise a client would take the refusal for the answer to one of them.
   */
  endWith(lastWords: LastWords): void {
    if (this.#lastWords !== undefined) return;
    this.#lastWords = lastWords;
    this.#takesRequests = false;
    this.#hold();
    this.#cutOff = this.#forgetIncomplete();
    if (this.#running === 0) this.#end();
  }

  /**
   * To be called before the head of an answer is written. `mayEnd`: the connection ends when all requests are answered.
   * @returns whether the client is told to close with this one.
   */
  endsWith(response: ServerResponse, mayEnd: boolean): boolean {
    if (response !== this.#latest || this.#waiting.length > 0 || this.#lastWords !== undefined) return false;
    if (mayEnd) this.#takesRequests = false;
    return !this.#takesRequests;
  }

  #start({ response, run }: Waiting): void {
    this.#running += 1;
    this.#latest = response;
    response.on('close', onResponseClosed);
    run();
  }

  /** An answer is written, or nobody is there to read it. */
  finished(): void {
    this.#running -= 1;
    if (this.#socket.destroyed) this.#waiting.length = 0;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#start(next);
    if (this.#waiting.length === 0 && this.#takesRequests) this.#release();
    if (this.#running === 0) this.#end();
  }

  #end(): void {
    if (this.#lastWords === undefined) return;
    // Only a socket that is read tells when the client closes it.
    this.#release();
    this.#lastWords(this.#cutOff);
  }

  /** A request whose body could not be parsed is never answered by its handler. */
  #forgetIncomplete(): IncomingMessage | undefined {
    if (this.#waiting.at(-1)?.response.req.complete === false) return this.#waiting.pop()?.response.req;
    if (this.#waiting.length > 0 || this.#latest?.req.complete !== false) return undefined;
    this.#latest.off('close', onResponseClosed);
    this.#running -= 1;
    return this.#latest.req;
  }

  #hold(): void {
    // Node resumes a socket with every request that is done.
    if (this.#isHeld === undefined) this.#socket.on('resume', () => this.#isHeld && this.#socket.pause());
    this.#isHeld = true;
    this.#socket.pause();
  }

  #release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#socket.resume();
  }
}

function onResponseClosed(this: ServerResponse): void {
  HttpConnection.of(this.req.socket).finished();
}
