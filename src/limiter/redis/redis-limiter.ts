/**
 * Request weights and bans shared by all processes through Redis.
 *
 * Counts in Redis follow the same rules as those in memory. If several processes see an address exceed the limit at the
 * same time, exactly one makes the ban and stores it. A known ban is enforced without Redis, with the last known used
 * weight. If Redis is unavailable or slow, the request is counted in this process alone, on top of that weight.
 */
import type { Timeline } from '../../clock/clock.ts';
import {
  type Arrival,
  type BanRecord,
  decisionFor,
  isLater,
  isRunning,
  nextBan,
  type RateLimitDecision,
  type WeightLimit,
} from '../../domain/rate-limit.ts';
import type { KnownBans } from '../bans.ts';
import { MemoryLimiter } from '../memory.ts';
import { type Limiter, type OperationCounter, sharedPool } from '../port.ts';
import { type OnConnectionChange, RedisLink } from './link.ts';
import {
  callForget,
  callLift,
  callProbe,
  callTake,
  readTaken,
  type SharedBan,
  type Taken,
  type TakenRequest,
} from './scripts.ts';

export type RedisLimiterOptions = {
  /** Monotonic. */
  readonly time: Timeline;
  readonly url: string;
  /** Greater than 0: without a limit nothing is shared. */
  readonly weightPerMinute: number;
  readonly bans: KnownBans;
  /** Distinguishes this process from others, and from itself before a restart. */
  readonly processId: string;
  readonly onConnectionChange: OnConnectionChange;
  readonly timeoutMs: number | undefined;
};

export class RedisLimiter implements Limiter {
  readonly weightPerMinute: number;
  readonly #bans: KnownBans;
  readonly #local: MemoryLimiter;
  readonly #pool: WeightLimit;
  readonly #link: RedisLink;
  readonly #processId: string;
  readonly #time: Timeline;
  /** Lifted bans that Redis does not have yet. */
  readonly #lifts = new Map<string, BanRecord>();

  private constructor(options: RedisLimiterOptions) {
    const { time, url, weightPerMinute, bans, processId, onConnectionChange, timeoutMs } = options;
    this.weightPerMinute = weightPerMinute;
    this.#bans = bans;
    this.#pool = sharedPool(weightPerMinute);
    this.#processId = processId;
    this.#time = time;
    this.#local = new MemoryLimiter(weightPerMinute, bans);
    const onUp = () => {
      for (const [ip, ban] of this.#lifts) void this.#lift(ip, ban);
    };
    this.#link = new RedisLink({ time, url, probe: callProbe, timeoutMs, onConnectionChange, onUp });
  }

  /** Resolves when the first attempt to connect has succeeded or failed. */
  static async open(options: RedisLimiterOptions): Promise<RedisLimiter> {
    const limiter = new RedisLimiter(options);
    await limiter.#link.start();
    return limiter;
  }

  take(
    scope: string,
    weight: number,
    arrival: Arrival,
    counter?: OperationCounter,
  ): RateLimitDecision | Promise<RateLimitDecision> {
    // Redis may have the information that an unconfirmed ban was lifted.
    const isHeld = isRunning(this.#bans.get(scope), arrival.nowMs) && !this.#bans.isUnconfirmed(scope);
    if (isHeld || !this.#link.isUp) return this.#local.take(scope, weight, arrival, counter);
    return this.#takeShared({ scope, weight, arrival, counter, limit: counter?.limit ?? this.#pool });
  }

  replaceBans(bans: ReadonlyMap<string, BanRecord>): void {
    for (const [ip, ban] of this.#local.replaceBans(bans)) {
      this.#lifts.set(ip, ban);
      void this.#lift(ip, ban);
    }
  }

  noteTimeMoved(sinceMs: number, arrival: Arrival): void {
    this.#local.noteTimeMoved(sinceMs, arrival);
    for (const ip of this.#bans.endedBetween(sinceMs, arrival.nowMs))
      void this.#link.run(callForget(ip, arrival)).catch(() => {});
  }

  limitedScopes(arrival: Arrival): ReturnType<Limiter['limitedScopes']> {
    return this.#local.limitedScopes(arrival);
  }

  async close(): Promise<void> {
    await this.#link.close();
    await this.#local.close();
  }

  async #takeShared(request: TakenRequest): Promise<RateLimitDecision> {
    const { scope, weight, arrival, counter, limit } = request;
    const { nowMs } = arrival;
    const sinceMs = this.#time.now();
    let offer: SharedBan | undefined;
    for (;;) {
      const reply = await this.#link.run(callTake(request, offer), sinceMs).catch(() => undefined);
      if (reply === undefined) return this.#local.take(scope, weight, arrival, counter);
      const taken = readTaken(reply, request);
      const ban = this.#learn(scope, taken, offer);
      if (taken.status !== 'wanted' || isRunning(ban, nowMs)) {
        this.#local.resumeFrom(scope, taken.usage, counter);
        return decisionFor(taken.usage, ban, arrival, limit);
      }
      offer = { ban: nextBan(ban, nowMs), maker: this.#processId };
    }
  }

  /** @returns the latest ban of the address, from this process or Redis. */
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
    // This process made the ban but does not know it: Redis stored it, but the reply was lost.
    if (maker === this.#processId) this.#bans.make(ip, ban);
    else this.#bans.addUnconfirmed(ip, ban);
  }

  async #lift(ip: string, ban: BanRecord): Promise<void> {
    const reply = await this.#link.run(callLift(ip, ban)).catch(() => undefined);
    if (reply !== undefined && this.#lifts.get(ip) === ban) this.#lifts.delete(ip);
  }
}
