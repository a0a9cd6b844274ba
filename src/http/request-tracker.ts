/**
 * Tracks the requests of a listener: the address of their client, how many are being processed, and how their connections
 * end.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientAddress, type ProxyTrust } from './client-address.ts';
import type { ConnectionDrain } from './connection-drain.ts';
import { type CorsPolicy, corsHeaders } from './cors.ts';
import { HttpConnection } from './http-connection.ts';
import { limitSilence } from './socket-silence.ts';

type TrackerOptions = {
  readonly drain: ConnectionDrain;
  readonly isTrusted: ProxyTrust;
  readonly cors: CorsPolicy;
  readonly readTimeoutMs: number;
};

export class RequestTracker {
  readonly cors: CorsPolicy;
  readonly #drain: ConnectionDrain;
  readonly #isTrusted: ProxyTrust;
  readonly #readTimeoutMs: number;

  constructor({ drain, isTrusted, cors, readTimeoutMs }: TrackerOptions) {
    this.cors = cors;
    this.#drain = drain;
    this.#isTrusted = isTrusted;
    this.#readTimeoutMs = readTimeoutMs;
  }

  addressOf({ socket, headers }: IncomingMessage): string {
    return clientAddress(HttpConnection.of(socket).peer, headers['x-forwarded-for'], this.#isTrusted);
  }

  get isDraining(): boolean {
    return this.#drain.hasBegun;
  }

  /** Runs the work when the listener begins to drain. @returns a function that cancels it. */
  whenDraining(work: () => void): () => void {
    return this.#drain.whenBegun(work);
  }

  /** Must be called once for each request, and `ended` once when its reply is sent or it gets none. */
  began(): void {
    this.#drain.started();
  }

  ended(): void {
    this.#drain.answered();
  }

  /** Must be called when a reply is known, even if it is sent later. @param bytes its content-length */
  replyKnown(response: ServerResponse, bytes: number): void {
    HttpConnection.of(response.req.socket).answered(response, bytes);
  }

  /**
   * Must be called before the head of a reply is written.
   * @param endsConnection whether the connection accepts no more requests
   * @returns the CORS headers of the reply
   */
  prepare(response: ServerResponse, endsConnection = false): Readonly<Record<string, string>> {
    const connection = HttpConnection.of(response.req.socket);
    if (endsConnection) connection.dropOthers();
    if (connection.closesAfter(response, this.#drain.hasBegun)) response.setHeader('connection', 'close');
    return corsHeaders(response.req, this.cors);
  }

  /**
   * Must be called after a reply is written: disconnects a client that does not read it. Node restarts the timeout
   * whenever the client reads, and ends it when everything is read.
   */
  limitReading({ req: { socket } }: ServerResponse): void {
    if (socket.writableLength > 0) limitSilence(socket, this.#readTimeoutMs);
  }
}
