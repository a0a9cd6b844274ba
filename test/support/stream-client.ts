/** A client of the WebSocket API: `ws`, which real clients use too. */
import { createHmac, type KeyObject, sign as signWith } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Exchange } from './exchange.ts';

/** The signing key: the secret of an HMAC key, or a private key. */
export type Signer = { readonly apiKey: string } & (
  | { readonly secretKey: string }
  | { readonly privateKey: KeyObject }
);

// biome-ignore lint/suspicious/noExplicitAny: tests access any field of a frame
export type Frame = any;

export type StreamClientOptions = {
  /** The query of the URL, for example `?timeUnit=MICROSECOND`. */
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly autoPong?: boolean;
};

/** Time for a frame to arrive on a slow machine. */
const deadlineMs = 30_000;

export class StreamClient {
  readonly socket: WebSocket;
  /** Frames that are no replies, in the order of arrival. */
  readonly events: Frame[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #replies = new Map<unknown, Frame>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => this.#receive(JSON.parse(String(data))));
    socket.on('close', () => this.#wakeAll());
  }

  static async open(
    exchange: Pick<Exchange, 'url'>,
    options: StreamClientOptions = {},
  ): Promise<StreamClient> {
    const { query = '', headers = {}, autoPong = true } = options;
    const url = `${exchange.url.replace('http', 'ws')}/ws-api/v3${query}`;
    const socket = new WebSocket(url, { headers, autoPong, perMessageDeflate: false });
    const client = new StreamClient(socket);
    await once(socket, 'open');
    return client;
  }

  /** Sends a request and returns its reply. */
  async request(method: string, params?: object): Promise<Frame> {
    const id = `r${++this.#lastId}`;
    this.socket.send(JSON.stringify({ id, method, ...(params && { params }) }));
    return this.reply(id);
  }

  /** Sends a signed request. */
  signed(signer: Signer, method: string, params: Record<string, string | number> = {}): Promise<Frame> {
    return this.request(method, signParams(signer, params));
  }

  /** The reply with an id. */
  reply(id: unknown): Promise<Frame> {
    return this.#wait(() => this.#replies.get(id), `a reply to ${id}`);
  }

  /** The first `count` events, as soon as there are that many. */
  async received(count: number): Promise<readonly Frame[]> {
    return this.#wait(
      () => (this.events.length >= count ? this.events.slice(0, count) : undefined),
      `${count} events`,
    );
  }

  /** The first event that fits. */
  eventWhere(fits: (frame: Frame) => boolean): Promise<Frame> {
    return this.#wait(() => this.events.find(fits), 'an event');
  }

  /** @returns code and reason of the end of the connection. */
  async closed(): Promise<{ readonly code: number; readonly reason: string }> {
    const [code, reason] = (await once(this.socket, 'close', {
      signal: AbortSignal.timeout(deadlineMs),
    })) as [number, Buffer];
    return { code, reason: String(reason) };
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }

  #receive(frame: Frame): void {
    if ('event' in frame || frame.id === null) this.events.push(frame);
    else this.#replies.set(frame.id, frame);
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #wait<T>(look: () => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        settle();
      };
      const fail = (why: string) =>
        end(() => reject(new Error(`${why} before ${what}: ${JSON.stringify(this.events)}`)));
      const wake = () => {
        const found = look();
        if (found !== undefined) end(() => resolve(found));
        else if (this.socket.readyState === WebSocket.CLOSED) fail('closed');
      };
      const timer = setTimeout(() => fail('time is over'), deadlineMs);
      this.#waiting.add(wake);
      wake();
    });
  }
}

/** Adds `apiKey`, `timestamp` and `signature`. */
export function signParams(signer: Signer, params: Record<string, string | number> = {}): object {
  const all: Record<string, string | number> = { apiKey: signer.apiKey, timestamp: Date.now(), ...params };
  const text = Object.keys(all)
    .sort()
    .map((name) => `${name}=${all[name]}`)
    .join('&');
  return { ...all, signature: signText(signer, text) };
}

export function signText(signer: Signer, text: string): string {
  if ('secretKey' in signer) return createHmac('sha256', signer.secretKey).update(text).digest('hex');
  const algorithm = signer.privateKey.asymmetricKeyType === 'rsa' ? 'sha256' : null;
  return signWith(algorithm, Buffer.from(text), signer.privateKey).toString('base64');
}
