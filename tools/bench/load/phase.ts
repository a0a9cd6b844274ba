/** One phase of load: the requests still to be sent, and the results of those already sent. */
import { Latencies, type LatencySummary } from './latencies.ts';
import type { ClosedLoop, OpenLoop } from './load.ts';
import { isSuccess, type LoadReply } from './reply.ts';

/** Determines the size of the latency array. A single Node process cannot send more requests than this in a millisecond. */
const maxRepliesPerMs = 250;

/** A connection as the phase sees it: sends its next request, whose latency counts from `countedFromMs`. */
export type Sender = { send(countedFromMs: number): void };

export abstract class Phase {
  requests = 0;
  accepted = 0;
  readonly errors: Record<string, number> = {};
  firstErrorBody: string | undefined;
  readonly startMs: number;
  lastReplyMs: number;
  readonly #done = Promise.withResolvers<void>();
  /** Requests sent whose reply has not arrived. */
  protected inFlight = 0;

  constructor(startMs: number) {
    this.startMs = startMs;
    this.lastReplyMs = startMs;
  }

  /** Resolves when nothing is left to send and every reply has arrived. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** Offers a free connection: it is used now, later, or not at all in this phase. */
  abstract offer(sender: Sender, nowMs: number): void;

  recordReply(reply: LoadReply, countedFromMs: number, nowMs: number): void {
    this.inFlight--;
    this.requests++;
    this.lastReplyMs = nowMs;
    if (isSuccess(reply.status)) {
      this.accepted++;
      this.addLatency(countedFromMs, nowMs);
      return;
    }
    this.errors[reply.status] = (this.errors[reply.status] ?? 0) + 1;
    this.firstErrorBody ??= reply.errorBody;
  }

  protected abstract addLatency(countedFromMs: number, nowMs: number): void;

  protected end(): void {
    this.#done.resolve();
  }
}

export class ClosedLoopPhase extends Phase {
  readonly #latencies: Latencies;
  #unsent: number;
  readonly #endMs: number;

  constructor(limit: ClosedLoop, startMs: number) {
    super(startMs);
    const timed = 'durationMs' in limit;
    this.#unsent = timed ? Number.POSITIVE_INFINITY : limit.requests;
    this.#endMs = timed ? this.startMs + limit.durationMs : Number.POSITIVE_INFINITY;
    this.#latencies = new Latencies(timed ? limit.durationMs * maxRepliesPerMs : limit.requests);
  }

  override offer(sender: Sender, nowMs: number): void {
    if (this.#unsent <= 0 || nowMs >= this.#endMs) {
      if (this.inFlight === 0) this.end();
      return;
    }
    this.#unsent--;
    this.inFlight++;
    sender.send(nowMs);
  }

  override addLatency(countedFromMs: number, nowMs: number): void {
    this.#latencies.add(nowMs - countedFromMs);
  }

  summarize(): LatencySummary {
    return this.#latencies.summarize();
  }
}

/**
 * Requests at a constant rate. A latency counts from when its request was due, however late a free connection was
 * found: otherwise a stalling server would receive fewer requests while it stalls, and its worst moments would go
 * unnoticed.
 */
export class OpenLoopPhase extends Phase {
  readonly #latencies: Latencies;
  readonly #sendDelays: Latencies;
  readonly #idle: Sender[] = [];
  readonly #intervalMs: number;
  readonly #measuredFromMs: number;
  readonly #total: number;
  readonly #endMs: number;
  #sent = 0;
  unsent = 0;

  constructor({ durationMs, ratePerSecond }: OpenLoop, warmupMs: number, startMs: number) {
    super(startMs);
    this.#intervalMs = 1000 / ratePerSecond;
    this.#measuredFromMs = this.startMs + warmupMs;
    this.#endMs = this.#measuredFromMs + durationMs;
    this.#total = countPaced({ durationMs, ratePerSecond }, warmupMs);
    this.#latencies = new Latencies(this.#total);
    this.#sendDelays = new Latencies(this.#total);
  }

  override offer(sender: Sender, nowMs: number): void {
    this.#idle.push(sender);
    this.sendDue(nowMs);
  }

  override addLatency(dueMs: number, nowMs: number): void {
    if (dueMs >= this.#measuredFromMs) this.#latencies.add(nowMs - dueMs);
  }

  summarize(): LatencySummary & { readonly unsent: number; readonly sendDelayP99Ms: number } {
    const sendDelayP99Ms = this.#sendDelays.summarize().p99Ms;
    return { ...this.#latencies.summarize(), unsent: this.unsent, sendDelayP99Ms };
  }

  /** Sends requests that are due, as far as connections are free; must be called regularly. */
  sendDue(nowMs: number): void {
    while (this.#sent < this.#total && this.#idle.length > 0) {
      const dueMs = this.#dueMs(this.#sent);
      if (dueMs > nowMs) return;
      this.#sent++;
      this.inFlight++;
      if (dueMs >= this.#measuredFromMs) this.#sendDelays.add(nowMs - dueMs);
      // In turn: the server closes a connection on which nothing has arrived for 30 s.
      (this.#idle.shift() as Sender).send(dueMs);
    }
    if (nowMs >= this.#endMs) this.#giveUpUnsent();
    if (this.#sent === this.#total && this.inFlight === 0) this.end();
  }

  #dueMs(index: number): number {
    return this.startMs + index * this.#intervalMs;
  }

  /** Counts requests that found no free connection, with their waiting time as a lower bound of the latency. */
  #giveUpUnsent(): void {
    for (; this.#sent < this.#total; this.#sent++) {
      const dueMs = this.#dueMs(this.#sent);
      if (dueMs < this.#measuredFromMs) continue;
      this.unsent++;
      this.#latencies.add(this.#endMs - dueMs);
    }
  }
}

export function countPaced({ durationMs, ratePerSecond }: OpenLoop, warmupMs: number): number {
  return Math.max(1, Math.floor(((warmupMs + durationMs) * ratePerSecond) / 1000));
}
