/**
 * The WebSocket connections of a listener: the upgrade of a request, pings, and the end of all of them.
 *
 * Framing is done by the package `ws`, which is loaded by the first upgrade. Messages are not compressed, because a
 * compressor takes some 300 KB per connection.
 */

import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { present } from '../../boundary/present.ts';
import type { Cancel, Timeline } from '../../clock/clock.ts';
import { HttpConnection } from '../http-connection.ts';
import type { RawReply } from '../http-message.ts';
import type { RequestTracker } from '../request-tracker.ts';
import { maxTargetBytes } from '../routing.ts';
import type { Admit, ChannelEnd, MessageChannel, MessageHandler } from './message-channel.ts';
import { WebSocketChannel } from './web-socket-channel.ts';

/** The service over WebSocket. */
export type UpgradeOptions = {
  /** Whether a path, without doubled and final slashes, is one of the service. */
  readonly isPath: (path: string) => boolean;
  readonly admit: Admit;
  /** Called for each connection that was opened and has ended. */
  readonly onEnd?: (end: ChannelEnd) => void;
};

export type WebSocketParts = UpgradeOptions & {
  /** Monotonic. */
  readonly time: Timeline;
  readonly tracker: Pick<RequestTracker, 'addressOf'>;
  /** Replies on the socket, as the last reply of its connection. */
  readonly refuse: (socket: Duplex, request: IncomingMessage, reply: RawReply) => void;
  /** Like `refuse`, for a request that violates the protocol. */
  readonly refuseInvalid: (socket: Duplex, request: IncomingMessage, reason: string) => void;
};

const pingIntervalMs = 20_000;
/** Connections are checked in turns, so that no turn of the event loop has to ping thousands of them. */
const turnsPerInterval = 40;
/** The longest message that is accepted; requests have a few hundred bytes. */
const maxMessageBytes = 16 * 1024;

export class WebSockets {
  readonly #parts: WebSocketParts;
  readonly #turns: readonly Set<WebSocketChannel>[] = Array.from(
    { length: turnsPerInterval },
    () => new Set(),
  );
  #nextTurn = 0;
  #count = 0;
  #server: Promise<WebSocketServer> | undefined;
  #stopChecking: Cancel | undefined;
  #isDraining = false;
  #isClosed = false;
  #allGone: (() => void) | undefined;

  constructor(parts: WebSocketParts) {
    this.#parts = parts;
  }

  /** Whether the request is an upgrade to take; others are answered like any request. */
  takes(request: IncomingMessage): boolean {
    const { method, url = '', headers, socket } = request;
    const path = (url.split('?', 1)[0] ?? '').replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
    if (!this.#parts.isPath(path) || method !== 'GET' || url.length > maxTargetBytes) return false;
    if (headers.upgrade?.toLowerCase() !== 'websocket') return false;
    // Earlier requests of this connection must be answered first.
    return !HttpConnection.of(socket).owesReply;
  }

  listenTo(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head).catch(() => socket.destroy());
    });
  }

  /** Announces the end to all connections. New ones are refused. */
  startDraining(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    for (const turn of this.#turns) for (const channel of turn) channel.announceDraining();
  }

  /** Ends all connections; resolves when none is left. */
  async close(): Promise<void> {
    this.startDraining();
    this.#isClosed = true;
    this.#stopChecking?.();
    if (this.#count === 0) return;
    const gone = new Promise<void>((resolve) => {
      this.#allGone = resolve;
    });
    for (const turn of this.#turns) for (const channel of turn) channel.end('draining');
    await gone;
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { admit, tracker, refuse } = this.#parts;
    const { method = '', url: target = '', headers, rawHeaders } = request;
    const ip = tracker.addressOf(request);
    const admitted = await admit({ method, target, headers, rawHeaders, body: '', ip });
    if (typeof admitted !== 'function') {
      refuse(socket, request, admitted);
      return;
    }
    const server = await this.#load();
    if (this.#isClosed) {
      socket.destroy();
      return;
    }
    server.handleUpgrade(request, socket, head, (accepted) => this.#open(accepted, socket, ip, admitted));
  }

  #open(
    socket: WebSocket,
    stream: Duplex,
    ip: string,
    createHandler: (channel: MessageChannel) => MessageHandler,
  ): void {
    const turn = present(this.#turns[this.#count % turnsPerInterval]);
    const channel = new WebSocketChannel(socket, stream, ip, this.#parts.time, createHandler, (end) => {
      turn.delete(channel);
      this.#noteEnd(end);
    });
    turn.add(channel);
    this.#count += 1;
    this.#stopChecking ??= this.#parts.time.every(
      pingIntervalMs / turnsPerInterval,
      () => this.#checkNext(),
      { ref: false },
    );
    if (this.#isDraining) channel.announceDraining();
  }

  #noteEnd(end: ChannelEnd): void {
    this.#count -= 1;
    this.#parts.onEnd?.(end);
    if (this.#count > 0) return;
    this.#stopChecking?.();
    this.#stopChecking = undefined;
    this.#allGone?.();
  }

  #checkNext(): void {
    this.#nextTurn = (this.#nextTurn + 1) % turnsPerInterval;
    for (const channel of present(this.#turns[this.#nextTurn])) channel.check();
  }

  #load(): Promise<WebSocketServer> {
    this.#server ??= import('ws').then((ws) => {
      const options = { noServer: true, clientTracking: false, perMessageDeflate: false };
      const server = new ws.WebSocketServer({ ...options, maxPayload: maxMessageBytes });
      server.on('wsClientError', ({ message }, socket, request) =>
        this.#parts.refuseInvalid(socket, request, message),
      );
      return server;
    });
    return this.#server;
  }
}
