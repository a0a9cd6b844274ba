/**
 * The connection of a limiter to Redis.
 *
 * Promises: a call never waits longer than `patienceMs`, and not at all while Redis is gone. A connection that fails, or
 * leaves one call without an answer for so long, is given up with all its calls; another is sought by itself, with
 * growing pauses. `onTrouble` is called once for each change.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@redis/client';
import type { RedisCall } from './scripts.ts';

/** Redis was lost, or is back; and why, for the log. */
export type OnTrouble = (lost: boolean, reason: string) => void;

export type RedisLinkOptions = {
  readonly url: string;
  /** What is to be answered before a connection counts as one. */
  readonly probe: RedisCall;
  /** How long a call may wait: 250 ms unless told otherwise. A new connection may take four times as long. */
  readonly patienceMs: number | undefined;
  readonly onTrouble: OnTrouble;
  /** Before any call goes over a new connection. */
  readonly onUp: () => void;
};

type Client = ReturnType<typeof openClient>;

const defaultPatienceMs = 250;
const shortestPauseMs = 50;
const longestPauseMs = 2000;
/** A connection that lasted so long was a good one: the next is sought without a long pause. */
const calmMs = 10_000;

export class RedisLink {
  readonly #options: RedisLinkOptions;
  readonly #patienceMs: number;
  readonly #closing = new AbortController();
  readonly #waiting = new Set<{ readonly sinceMs: number }>();
  #client: Client | undefined;
  #upSinceMs = 0;
  #pauseMs = shortestPauseMs;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
    this.#patienceMs = options.patienceMs ?? defaultPatienceMs;
  }

  get isUp(): boolean {
    return this.#client !== undefined;
  }

  /** Resolves when Redis is there, or known to be gone. */
  async start(): Promise<void> {
    const failure = await this.#connect();
    if (failure === undefined) return;
    this.#options.onTrouble(true, failure);
    void this.#reconnect();
  }

  /** `sinceMs`, by performance.now(), is when the waiting began, if with an earlier call. Rejects when Redis is gone. */
  async run([script, keys, args]: RedisCall, sinceMs = performance.now()): Promise<unknown> {
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

  /** Lets what is under way arrive, as long as anybody would wait for it. */
  async close(): Promise<void> {
    this.#closing.abort();
    const client = this.#client;
    this.#client = undefined;
    clearTimeout(this.#watch);
    if (client === undefined) return;
    await Promise.race([client.close(), pause(this.#patienceMs, undefined, { ref: false })]);
    client.destroy();
  }

  async #send(command: readonly string[], sinceMs: number): Promise<unknown> {
    const client = this.#client;
    if (client === undefined) throw new Error('Redis is gone');
    const waiting = { sinceMs };
    this.#waiting.add(waiting);
    this.#watch ??= setTimeout(() => this.#lookAtOldest(), this.#patienceMs);
    try {
      return await client.sendCommand(command);
    } catch (error) {
      if (!isUnknownScript(error)) this.#lose(client, reasonOf(error as Error));
      throw error;
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  /** One timer for all calls: it is set to the moment at which the oldest will have waited long enough. */
  #lookAtOldest(): void {
    // Where this process itself was busy for so long, the answers are there and only have to be read first.
    setImmediate(() => {
      this.#watch = undefined;
      const client = this.#client;
      if (client === undefined || this.#waiting.size === 0) return;
      let oldestMs = Number.POSITIVE_INFINITY;
      for (const { sinceMs } of this.#waiting) oldestMs = Math.min(oldestMs, sinceMs);
      const leftMs = oldestMs + this.#patienceMs - performance.now();
      if (leftMs <= 0) this.#lose(client, `no answer within ${this.#patienceMs} ms`);
      else this.#watch = setTimeout(() => this.#lookAtOldest(), leftMs);
    });
  }

  #lose(client: Client, reason: string): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    // With it all calls that wait are rejected.
    client.destroy();
    if (performance.now() - this.#upSinceMs > calmMs) this.#pauseMs = shortestPauseMs;
    this.#options.onTrouble(true, reason);
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await pause(this.#pauseMs, undefined, { signal, ref: false }).catch(() => {});
      this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
      if (signal.aborted || (await this.#connect()) !== undefined) continue;
      this.#options.onTrouble(false, 'it answers again');
      return;
    }
  }

  /** @returns why there is no connection, or undefined when there is one. */
  async #connect(): Promise<string | undefined> {
    const attemptMs = 4 * this.#patienceMs;
    const client = openClient(this.#options.url, attemptMs);
    client.on('error', (error: Error) => this.#lose(client, reasonOf(error)));
    try {
      await Promise.race([this.#probe(client), this.#endOfAttempt(attemptMs)]);
    } catch (error) {
      client.destroy();
      return reasonOf(error as Error);
    }
    this.#client = client;
    this.#upSinceMs = performance.now();
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
    await pause(attemptMs, undefined, { signal, ref: false });
    throw new Error(`no answer within ${attemptMs} ms`);
  }
}

/** One client is one connection: waiting, giving up and trying again are decided here. */
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

/** Where a name has several addresses, the error that tells of all failed attempts has no message of its own. */
function reasonOf(error: Error & { code?: string }): string {
  return error.message || error.code || error.name;
}
