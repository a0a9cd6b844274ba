/**
 * One client connection of a listener: its running and waiting requests, and how it ends.
 *
 * At most `maxRunning` pipelined requests run at a time, and at most `maxStartsPerTurn` start in one turn of the event
 * loop. None starts while unsent replies exceed `maxUnsentBytes`, or would exceed it if each running request had a
 * reply as long as the longest so far. While requests wait, the socket is paused, so that TCP slows the client down
 * and at most one read of 64 KiB is buffered. A connection that is ending accepts no more requests, because their
 * replies would not be read.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { present } from '../boundary/present.ts';
import { peerAddress } from './client-address.ts';
import { isHeadRequest } from './http-reply.ts';
import { runInLaterTurn } from './turn-queue.ts';

const maxRunning = 32;
const maxStartsPerTurn = 8;
const maxUnsentBytes = 256 * 1024;
/** Assumed length of a reply until longer ones have been sent. */
const usualReplyBytes = maxUnsentBytes / maxRunning;

type Waiting = { readonly response: ServerResponse; readonly run: () => void };

/** Sends the last reply. `cutOff` is the request that could not be parsed completely, if its head was parsed. */
type SendLastReply = (cutOff: IncomingMessage | undefined) => void;

const connection = Symbol('connection');
type ClientSocket = Socket & { [connection]?: HttpConnection };

export class HttpConnection {
  /** The canonical address of the peer. It is stored because a closed socket no longer has it. */
  readonly peer: string;
  readonly #socket: Socket;
  /** Running requests with the length of the reply in bytes once it is known. Entries are removed when it is sent. */
  readonly #running = new Map<ServerResponse, number | undefined>();
  /** Running requests whose reply is not known yet. */
  #unanswered = 0;
  /** Counted here, because Node and the socket report the bytes in their buffers only after the turn. */
  #unsentBytes = 0;
  #longestReplyBytes = usualReplyBytes;
  #awaitsTurn = false;
  readonly #waiting: Waiting[] = [];
  /** The last request that was started. */
  #latest: ServerResponse | undefined;
  #takesRequests = true;
  /** Called after the replies to all accepted requests have been sent. */
  #sendLastReply: SendLastReply | undefined;
  /** The request whose body could not be parsed. */
  #cutOff: IncomingMessage | undefined;
  /** undefined: the socket was never paused, so nothing listens for its `resume`. */
  #isPaused: boolean | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.peer = peerAddress(socket.remoteAddress);
  }

  static of(socket: Socket): HttpConnection {
    // cast: the symbol is of this file.
    const known = socket as ClientSocket;
    known[connection] ??= new HttpConnection(socket);
    return known[connection];
  }

  /** Runs a request now, or when it is its turn, or not at all if the connection is ending. */
  take(response: ServerResponse, run: () => void): void {
    if (this.#takesRequests) this.#startOrWait({ response, run });
  }

  /** Like `take`, for the last request of the connection. */
  takeLast(response: ServerResponse, run: () => void): void {
    if (!this.#takesRequests) return;
    // Before the request runs: it may be answered at once, and its reply must close the connection.
    this.#takesRequests = false;
    this.#startOrWait({ response, run });
  }

  /** Drops waiting and future requests. The connection ends with the replies to the running ones. */
  dropOthers(): void {
    this.#takesRequests = false;
    this.#waiting.length = 0;
    if (this.#latest?.req.complete) this.#pauseReading();
  }

  /**
   * Ends the connection after input that cannot be parsed. Earlier requests are answered first; otherwise the client
   * would take the rejection for the reply to one of them.
   */
  endAfterReplies(sendLastReply: SendLastReply): void {
    if (this.#sendLastReply !== undefined) return;
    this.#sendLastReply = sendLastReply;
    this.#takesRequests = false;
    this.#pauseReading();
    this.#cutOff = this.#forgetIncomplete();
    if (this.#running.size === 0 && this.#waiting.length === 0) this.#end();
  }

  /** Whether the client will still receive data. */
  get owesReply(): boolean {
    return this.#running.size > 0 || this.#waiting.length > 0 || this.#sendLastReply !== undefined;
  }

  /** Whether the connection ends with the replies to complete requests, so that nothing after them is read. */
  get endsAnyway(): boolean {
    const last = this.#waiting.at(-1)?.response ?? this.#latest;
    return !this.#takesRequests && this.#sendLastReply === undefined && last?.req.complete === true;
  }

  /** Records that the reply to a request is known and will be sent soon. `bodyBytes`: its content-length. */
  answered(response: ServerResponse, bodyBytes: number): void {
    // A client that has disconnected gets no reply.
    if (!this.#running.has(response)) return;
    const replyBytes = isHeadRequest(response.req) ? 0 : bodyBytes;
    this.#running.set(response, replyBytes);
    this.#unanswered -= 1;
    this.#unsentBytes += replyBytes;
    this.#longestReplyBytes = Math.max(this.#longestReplyBytes, replyBytes);
    if (this.#waiting.length > 0) this.#awaitTurn();
  }

  /**
   * Must be called before the head of a reply is written. `mayEnd`: the connection ends when all requests are answered.
   * @returns whether this reply must contain `connection: close`.
   */
  closesAfter(response: ServerResponse, mayEnd: boolean): boolean {
    if (response !== this.#latest || this.#waiting.length > 0 || this.#sendLastReply !== undefined)
      return false;
    if (mayEnd) this.#takesRequests = false;
    return !this.#takesRequests;
  }

  #startOrWait(request: Waiting): void {
    if (this.#running.size === 0 && this.#waiting.length === 0) {
      this.#start(request);
      return;
    }
    this.#waiting.push(request);
    this.#pauseReading();
    this.#awaitTurn();
  }

  #start({ response, run }: Waiting): void {
    this.#running.set(response, undefined);
    this.#unanswered += 1;
    this.#latest = response;
    response.on('close', onResponseClosed);
    run();
  }

  /** Records that a reply was sent or its client has disconnected. */
  finished(response: ServerResponse): void {
    this.#forget(response);
    if (this.#waiting.length > 0) this.#awaitTurn();
    else this.#resumeIfExpected();
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
      this.#start(present(this.#waiting.shift()));
    // If nothing may start now, the next known or sent reply triggers another turn.
    if (this.#waiting.length > 0) {
      if (this.#mayStart()) this.#awaitTurn();
    } else this.#resumeIfExpected();
    if (this.#running.size === 0 && this.#waiting.length === 0) this.#end();
  }

  #mayStart(): boolean {
    if (this.#running.size === 0) return true;
    const expectedBytes = this.#unsentBytes + this.#unanswered * this.#longestReplyBytes;
    return this.#running.size < maxRunning && expectedBytes < maxUnsentBytes;
  }

  #end(): void {
    if (this.#sendLastReply === undefined) return;
    // A paused socket does not report that the client closed it.
    this.#resumeReading();
    this.#sendLastReply(this.#cutOff);
  }

  /** A request whose body could not be parsed is never answered by its handler. */
  #forgetIncomplete(): IncomingMessage | undefined {
    if (this.#waiting.at(-1)?.response.req.complete === false) return this.#waiting.pop()?.response.req;
    if (this.#waiting.length > 0 || this.#latest?.req.complete !== false) return undefined;
    this.#latest.off('close', onResponseClosed);
    this.#forget(this.#latest);
    return this.#latest.req;
  }

  #pauseReading(): void {
    // Node resumes the socket whenever a request ends.
    if (this.#isPaused === undefined) this.#socket.on('resume', () => this.#isPaused && this.#socket.pause());
    this.#isPaused = true;
    this.#socket.pause();
  }

  /** Reads on for further requests, or for the rest of the last one. */
  #resumeIfExpected(): void {
    const lacksBody = this.#sendLastReply === undefined && this.#latest?.req.complete === false;
    if (this.#takesRequests || lacksBody) this.#resumeReading();
  }

  #resumeReading(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }
}

function onResponseClosed(this: ServerResponse): void {
  HttpConnection.of(this.req.socket).finished(this);
}
