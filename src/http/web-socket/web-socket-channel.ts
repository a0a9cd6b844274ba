/**
 * One WebSocket connection. Received messages are handled one after the other, and the socket is paused meanwhile, so
 * that TCP slows a fast client down. At most `maxUnsentBytes` of sent messages are buffered.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Timeline } from '../../clock/clock.ts';
import {
  type ChannelEnd,
  type Ending,
  endings,
  type MessageChannel,
  type MessageHandler,
} from './message-channel.ts';

/** Unsent bytes beyond those in the buffers of the operating system. */
const maxUnsentBytes = 256 * 1024;
export const pongTimeoutMs = 60_000;
export const maxAgeMs = 24 * 60 * 60_000;
/** Time for the client to answer the close frame. */
const closeTimeoutMs = 2000;
/** Normal, going away, and no code. */
const closedByClient: ReadonlySet<number> = new Set([1000, 1001, 1005]);
const firstPrivateCode = 3000;

export class WebSocketChannel implements MessageChannel {
  readonly ip: string;
  readonly #socket: WebSocket;
  /** The connection beneath. */
  readonly #stream: Duplex;
  #isCorked = false;
  readonly #time: Timeline;
  readonly #openedMs: number;
  readonly #handler: MessageHandler;
  /** Messages that arrived in the same read as the one that is being handled. */
  readonly #waiting: string[] = [];
  #isHandling = false;
  /** When the oldest ping without a pong was sent. */
  #pingedMs: number | undefined;
  #ending: Ending | undefined;

  /** @param time monotonic. */
  constructor(
    socket: WebSocket,
    stream: Duplex,
    ip: string,
    time: Timeline,
    createHandler: (channel: MessageChannel) => MessageHandler,
    onGone: (end: ChannelEnd) => void,
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.ip = ip;
    this.#time = time;
    this.#openedMs = time.now();
    this.#handler = createHandler(this);
    // cast: messages arrive as buffers by default.
    socket.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    socket.on('pong', () => {
      this.#pingedMs = undefined;
    });
    // A violation of the protocol; the close frame has been sent, and `close` follows.
    socket.on('error', () => {});
    socket.once('close', (code) => {
      const isProper = closedByClient.has(code) || code >= firstPrivateCode;
      const end = this.#ending ?? (isProper ? 'closed' : 'broken');
      this.#handler.onEnd(end);
      onGone(end);
    });
  }

  send(text: string): void {
    if (this.#ending !== undefined) return;
    if (this.#socket.bufferedAmount > maxUnsentBytes) {
      this.end('slow-reader');
      return;
    }
    this.#cork();
    this.#socket.send(text);
  }

  /** Messages that are sent in one go are written together, which costs one system call. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#stream.cork();
    queueMicrotask(() => {
      this.#isCorked = false;
      this.#stream.uncork();
    });
  }

  end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#waiting.length = 0;
    const { code, text } = endings[ending];
    this.#socket.resume();
    this.#socket.close(code, text);
    const cancel = this.#time.after(closeTimeoutMs, () => this.#socket.terminate(), { ref: false });
    this.#socket.once('close', cancel);
  }

  announceDraining(): void {
    if (this.#ending === undefined) this.#handler.onDraining();
  }

  /** Pings the client, or ends the connection if it did not answer in time or is too old. */
  check(): void {
    const nowMs = this.#time.now();
    if (nowMs - this.#openedMs >= maxAgeMs) this.end('too-old');
    else if (this.#pingedMs !== undefined && nowMs - this.#pingedMs >= pongTimeoutMs) this.end('no-pong');
    else if (this.#ending === undefined) {
      this.#pingedMs ??= nowMs;
      this.#socket.ping(String(Math.floor(nowMs)));
    }
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#ending !== undefined) return;
    if (isBinary) {
      this.end('binary');
      return;
    }
    this.#waiting.push(data.toString());
    if (!this.#isHandling) this.#handleNext();
  }

  #handleNext(): void {
    for (let text = this.#waiting.shift(); text !== undefined; text = this.#waiting.shift()) {
      const handled = this.#handler.onMessage(text);
      if (handled === undefined) continue;
      this.#isHandling = true;
      this.#socket.pause();
      void handled.then(() => {
        this.#isHandling = false;
        this.#socket.resume();
        this.#handleNext();
      });
      return;
    }
  }
}
