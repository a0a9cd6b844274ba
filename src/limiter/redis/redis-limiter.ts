/**
 * Request weights and bans shared by all processes through Redis.
 *
 * Promises: what Redis counts is judged by the same rules as in memory; of processes that see an address cross the line
 * at the same moment, one makes the ban, and only that one has it kept. A known ban is answered without Redis, with
 * the used weight that was last seen here. Where Redis is gone or slow, the request is counted in this process alone, on
 * top of that weight.
 */
import {
  type BanRecord,
  decisionFor,
  isLater,
  isRunning,
  nextBan,
  type RateLimitDecision,
} from '../../domain/rate-limit.ts';
import type { KnownBans } from '../bans.ts';
import { MemoryLimiter } from '../memory.ts';
import type { Limiter } from '../port.ts';
import { type OnTrouble, RedisLink } from './link.ts';
import { callLift, callProbe, callTake, readTaken, type SharedBan, type Taken } from './scripts.ts';

export type RedisLimiterOptions = {
  readonly url: string;
  /** More than 0: without a limit there is nothing to share. */
  readonly weightPerMinute: number;
  readonly bans: KnownBans;
  /** Tells this process from the others, and from itself before a restart. */
  readonly processId: string;
  readonly onTrouble: OnTrouble;
  readonly patienceMs: number | undefined;
};

export class RedisLimiter implements Limiter {
  readonly weightPerMinute: number;
  readonly #bans: KnownBans;
  readonly #local: MemoryLimiter;
  readonly #link: RedisLink;
  readonly #processId: string;
  /** Lifted bans of which Redis has not heard yet. */
  readonly #lifts = new Map<string, BanRecord>();

  private constructor(options: RedisLimiterOptions) {
    const { url, weightPerMinute, bans, processId, onTrouble, patienceMs } = options;
    this.weightPerMinute = weightPerMinute;
    this.#bans = bans;
    this.#processId = processId;
    this.#local = new MemoryLimiter(weightPerMinute, bans);
    const onUp = () => {
      for (const [ip, ban] of this.#lifts) void this.#lift(ip, ban);
    };
    this.#link = new RedisLink({ url, probe: callProbe, patienceMs, onTrouble, onUp });
  }

  /** Resolves when Redis is there, or known to be gone. */
  static async open(options: RedisLimiterOptions): Promise<RedisLimiter> {
    const limiter = new RedisLimiter(options);
    await limiter.#link.start();
    return limiter;
  }

  take(ip: string, weight: number, nowMs: number): RateLimitDecision | Promise<RateLimitDecision> {
    // Of a ban that is only hearsay Redis may know that it was lifted.
    const isHeld = isRunning(this.#bans.get(ip), nowMs) && !this.#bans.isUnconfirmed(ip);
    if (isHeld || !this.#link.isUp) return this.#local.take(ip, weight, nowMs);
    return this.#takeShared(ip, weight, nowMs);
  }

  replaceBans(bans: ReadonlyMap<string, BanRecord>): void {
    for (const [ip, ban] of this.#local.replaceBans(bans)) {
      this.#lifts.set(ip, ban);
      void this.#lift(ip, ban);
    }
  }

  async close(): Promise<void> {
    await this.#link.close();
    await this.#local.close();
  }

  async #takeShared(ip: string, weight: number, nowMs: number): Promise<RateLimitDecision> {
    const sinceMs = performance.now();
    let offer: SharedBan | undefined;
    for (;;) {
      const taken = await this.#ask(ip, weight, nowMs, sinceMs, offer);
      if (taken === undefined) return this.#local.take(ip, weight, nowMs);
      const ban = this.#learn(ip, taken, offer);
      if (taken.status !== 'wanted' || isRunning(ban, nowMs)) {
        this.#local.resumeFrom(ip, taken.usage);
        return decisionFor(taken.usage, ban, nowMs, this.weightPerMinute);
      }
      offer = { ban: nextBan(ban, nowMs), maker: this.#processId };
    }
  }

  async #ask(
    ip: string,
    weight: number,
    nowMs: number,
    sinceMs: number,
    offer: SharedBan | undefined,
  ): Promise<Taken | undefined> {
    const call = callTake(ip, weight, nowMs, this.weightPerMinute, offer);
    const reply = await this.#link.run(call, sinceMs).catch(() => undefined);
    return reply === undefined ? undefined : readTaken(reply, nowMs);
  }

  /** @returns the latest ban of the address, by what was known here and what Redis says. */
  #learn(ip: string, { status, shared }: Taken, offer: SharedBan | undefined): BanRecord | undefined {
    if (status === 'begun' && offer !== undefined) {
      this.#bans.make(ip, offer.ban);
      return offer.ban;
    }
    if (shared !== undefined) this.#compare(ip, shared);
    return this.#bans.get(ip);
  }

  #compare(ip: string, { ban, maker }: SharedBan): void {
    const known = this.#bans.get(ip);
    if (ban.offences === 0) {
      if (known !== undefined && !isLater(known, ban)) this.#bans.forget(ip);
      return;
    }
    if (!isLater(ban, known)) return;
    // One of this process that it does not know: Redis made it, and the answer was lost.
    if (maker === this.#processId) this.#bans.make(ip, ban);
    else this.#bans.addUnconfirmed(ip, ban);
  }

  async #lift(ip: string, ban: BanRecord): Promise<void> {
    const reply = await this.#link.run(callLift(ip, ban)).catch(() => undefined);
    if (reply !== undefined && this.#lifts.get(ip) === ban) this.#lifts.delete(ip);
  }
}
