/**
 * The connection of a limiter to Redis.
 *
 * A call never waits longer than `timeoutMs`, and fails immediately while Redis is unavailable. A connection that
 * fails, or does not reply to a call in time, is closed and all its calls are rejected. The link then reconnects
 * automatically with increasing pauses. `onConnectionChange` is called once for each change.
 */

import { createClient } from '@redis/client';
import { asError } from '../../boundary/caught.ts';
import { type Cancel, pause, type Timeline } from '../../clock/clock.ts';
import type { RedisCall } from './scripts.ts';

/** `lost` is true when Redis became unavailable, false when it is available again. `reason` is for the log. */
export type OnConnectionChange = (lost: boolean, reason: string) => void;

export type RedisLinkOptions = {
  /** Monotonic. */
  readonly time: Timeline;
  readonly url: string;
  /** The call that a new connection must answer before it is used. */
  readonly probe: RedisCall;
  /** Maximum time that a call waits; default 250 ms. Opening a connection may take four times as long. */
  readonly timeoutMs: number | undefined;
  readonly onConnectionChange: OnConnectionChange;
  /** Called before any call uses a new connection. */
  readonly onUp: () => void;
};

type Client = ReturnType<typeof openClient>;

const defaultTimeoutMs = 250;
const minPauseMs = 50;
const maxPauseMs = 2000;
/** After a connection that lasted longer than this, the first pause before reconnecting is short again. */
const stableMs = 10_000;

export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #time: Timeline;
  readonly #timeoutMs: number;
  readonly #closing = new AbortController();
  readonly #waiting = new Set<{ readonly sinceMs: number }>();
  #client: Client | undefined;
  #upSinceMs = 0;
  #pauseMs = minPauseMs;
  #watch: Cancel | undefined;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#time = options.time;
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  }

  get isUp(): boolean {
    return this.#client !== undefined;
  }

  /** Resolves when the first attempt to connect has succeeded or failed. */
  async start(): Promise<void> {
    const failure = await this.#connect();
    if (failure === undefined) return;
    this.#options.onConnectionChange(true, failure);
    void this.#reconnect();
  }

  /**
   * Rejects if Redis is unavailable. `sinceMs` (monotonic) is the start of the wait, if it began with an
   * earlier call.
   */
  async run([script, keys, args]: RedisCall, sinceMs = this.#time.now()): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args];
    const sendWhole = () => this.#send(['EVAL', script.text, ...rest], sinceMs);
    if (script.sha1 === undefined) return sendWhole();
    try {
      return await this.#send(['EVALSHA', script.sha1, ...rest], sinceMs);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return sendWhole();
    }
  }

  /** Waits for pending replies, but not longer than the timeout of a call. */
  async close(): Promise<void> {
    this.#closing.abort();
    const client = this.#client;
    this.#client = undefined;
    this.#watch?.();
    if (client === undefined) return;
    await Promise.race([client.close(), pause(this.#time, this.#timeoutMs, { ref: false })]);
    client.destroy();
  }

  async #send(command: readonly string[], sinceMs: number): Promise<unknown> {
    const client = this.#client;
    if (client === undefined) throw new Error('Redis is unavailable');
    const waiting = { sinceMs };
    this.#waiting.add(waiting);
    this.#watch ??= this.#time.after(this.#timeoutMs, () => this.#checkOldest());
    try {
      return await client.sendCommand(command);
    } catch (error) {
      if (!isUnknownScript(error)) this.#lose(client, reasonOf(asError(error)));
      throw error;
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  /** All calls share one timer, which fires when the oldest call reaches its timeout. */
  #checkOldest(): void {
    // If this process itself was busy that long, the replies have arrived and must be read first.
    setImmediate(() => {
      this.#watch = undefined;
      const client = this.#client;
      if (client === undefined || this.#waiting.size === 0) return;
      let oldestMs = Number.POSITIVE_INFINITY;
      for (const { sinceMs } of this.#waiting) oldestMs = Math.min(oldestMs, sinceMs);
      const leftMs = oldestMs + this.#timeoutMs - this.#time.now();
      if (leftMs <= 0) this.#lose(client, `no reply within ${this.#timeoutMs} ms`);
      else this.#watch = this.#time.after(leftMs, () => this.#checkOldest());
    });
  }

  #lose(client: Client, reason: string): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    // This rejects all pending calls.
    client.destroy();
    if (this.#time.now() - this.#upSinceMs > stableMs) this.#pauseMs = minPauseMs;
    this.#options.onConnectionChange(true, reason);
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await pause(this.#time, this.#pauseMs, { signal, ref: false });
      this.#pauseMs = Math.min(this.#pauseMs * 2, maxPauseMs);
      if (signal.aborted || (await this.#connect()) !== undefined) continue;
      this.#options.onConnectionChange(false, 'it replies again');
      return;
    }
  }

  /** @returns the reason of the failure, or undefined if connected. */
  async #connect(): Promise<string | undefined> {
    const attemptMs = 4 * this.#timeoutMs;
    const client = openClient(this.#options.url, attemptMs);
    client.on('error', (error: Error) => this.#lose(client, reasonOf(error)));
    try {
      await Promise.race([this.#probe(client), this.#endOfAttempt(attemptMs)]);
    } catch (error) {
      client.destroy();
      return reasonOf(asError(error));
    }
    this.#client = client;
    this.#upSinceMs = this.#time.now();
    this.#options.onUp();
    return undefined;
  }

  async #probe(client: Client): Promise<void> {
    await client.connect();
    const [{ text }, keys, args] = this.#options.probe;
    await client.sendCommand(['EVAL', text, String(keys.length), ...keys, ...args]);
  }

  async #endOfAttempt(attemptMs: number): Promise<never> {
    const { signal } = this.#closing;
    await pause(this.#time, attemptMs, { signal, ref: false });
    signal.throwIfAborted();
    throw new Error(`no reply within ${attemptMs} ms`);
  }
}

/** One client is one connection, because this module implements timeouts and reconnecting itself. */
function openClient(url: string, attemptMs: number) {
  return createClient({
    url,
    disableOfflineQueue: true,
    maintNotifications: 'disabled',
    commandOptions: { timeout: 0 },
    socket: { reconnectStrategy: false, connectTimeout: attemptMs },
  });
}

const isUnknownScript = (error: unknown) => error instanceof Error && error.message.startsWith('NOSCRIPT');

/** For a host name with several addresses, the combined error of all attempts has no message. */
function reasonOf(error: Error & { code?: string }): string {
  return error.message || error.code || error.name;
}
