/**
 * One client connection of a listener: which requests are running, which wait for their turn, and how it ends.
 *
 * Promises: of requests that a client sends without waiting for answers (pipelining), at most `maxRunning` run at a time,
 * and at most `maxStartsPerTurn` start in one turn of the event loop. None starts while replies of `maxUnsentBytes` wait
 * to be sent, or would if those under way were as long as the longest so far. What must wait is held up by TCP: nothing
 * more is read from the connection, and memory holds no more than one read of 64 KiB brought. A connection that has
 * begun to end takes no further request, since nobody would read the answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { peerAddress } from './client-address.ts';
import { runInLaterTurn } from './turn-queue.ts';

const maxRunning = 32;
const maxStartsPerTurn = 8;
const maxUnsentBytes = 256 * 1024;
/** Of a reply, until longer ones were seen. */
const usualReplyBytes = maxUnsentBytes / maxRunning;

type Waiting = { readonly response: ServerResponse; readonly run: () => void };

/** `cutOff`: the request that what could not be parsed belongs to, where its head was parsed. */
type LastWords = (cutOff: IncomingMessage | undefined) => void;

const connection = Symbol('connection');
type ClientSocket = Socket & { [connection]?: HttpConnection };

export class HttpConnection {
  /** Canonical, and kept: a socket that is closed has none. */
  readonly peer: string;
  readonly #socket: Socket;
  /** Requests that run, each with the length of its reply in bytes as soon as there is one. Sent replies are gone. */
  readonly #running = new Map<ServerResponse, number | undefined>();
  #unanswered = 0;
  /** What Node and the socket hold: they say nothing about it before the turn is over. */
  #unsentBytes = 0;
  #longestReplyBytes = usualReplyBytes;
  #awaitsTurn = false;
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
    if (this.#running.size === 0 && this.#waiting.length === 0) {
      this.#start({ response, run });
      return;
    }
    this.#waiting.push({ response, run });
    this.#hold();
    this.#awaitTurn();
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
    if (this.#running.size === 0 && this.#waiting.length === 0) this.#end();
  }

  /** Whether a client that reads will still get something. */
  get owesReply(): boolean {
    return this.#running.size > 0 || this.#lastWords !== undefined;
  }

  /** The reply is known, and will be sent soon. */
  answered(response: ServerResponse, replyBytes: number): void {
    // A client that is gone gets none.
    if (!this.#running.has(response)) return;
    this.#running.set(response, replyBytes);
    this.#unanswered -= 1;
    this.#unsentBytes += replyBytes;
    this.#longestReplyBytes = Math.max(this.#longestReplyBytes, replyBytes);
    if (this.#waiting.length > 0) this.#awaitTurn();
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
    this.#running.set(response, undefined);
    this.#unanswered += 1;
    this.#latest = response;
    response.on('close', onResponseClosed);
    run();
  }

  /** A reply has left for the client, or nobody is there to read it. */
  finished(response: ServerResponse): void {
    this.#forget(response);
    if (this.#waiting.length > 0) this.#awaitTurn();
    else if (this.#takesRequests) this.#release();
    if (this.#running.size === 0 && this.#waiting.length === 0) this.#end();
  }

  #forget(response: ServerResponse): void {
    const replyBytes = this.#running.get(response);
    this.#running.delete(response);
    if (replyBytes === undefined) this.#unanswered -= 1;
    else this.#unsentBytes -= replyBytes;
  }

  #awaitTurn(): void {
    if (this.#awaitsTurn) return;
    this.#awaitsTurn = true;
    runInLaterTurn(() => this.#takeTurn());
  }

  #takeTurn(): void {
    this.#awaitsTurn = false;
    if (this.#socket.destroyed) this.#waiting.length = 0;
    for (
      let starts = 0;
      starts < maxStartsPerTurn && this.#waiting.length > 0 && this.#mayStart();
      starts += 1
    )
      this.#start(this.#waiting.shift() as Waiting);
    // Where nothing may start now, a reply that is known or sent brings the next turn.
    if (this.#waiting.length > 0) {
      if (this.#mayStart()) this.#awaitTurn();
    } else if (this.#takesRequests) this.#release();
    if (this.#running.size === 0 && this.#waiting.length === 0) this.#end();
  }

  #mayStart(): boolean {
    if (this.#running.size === 0) return true;
    const expectedBytes = this.#unsentBytes + this.#unanswered * this.#longestReplyBytes;
    return this.#running.size < maxRunning && expectedBytes < maxUnsentBytes;
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
    this.#forget(this.#latest);
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
  HttpConnection.of(this.req.socket).finished(this);
}
