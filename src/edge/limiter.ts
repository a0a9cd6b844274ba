/** Request weights and bans of each IP, in this process. */
import {
  type BanRecord,
  type IpUsage,
  judge,
  type Verdict,
  weightWindowMs,
  windowStart,
} from '../domain/rate-limit.ts';

/** So many requests beyond the limit are forgiven in a window: they may have been under way. */
const toleratedAfterLimit = 5;

export class Limiter {
  readonly weightPerMinute: number;
  readonly #usage = new Map<string, IpUsage>();
  readonly #bans = new Map<string, BanRecord>();
  readonly #onBan: (ip: string, ban: BanRecord) => void;
  #windowStartMs = 0;

  /** `weightPerMinute` 0: unlimited. `onBan` makes a new ban outlive a restart. */
  constructor(weightPerMinute: number, onBan: (ip: string, ban: BanRecord) => void) {
    this.weightPerMinute = weightPerMinute;
    this.#onBan = onBan;
  }

  /** Counts a request and says what becomes of it. */
  take(ip: string, weight: number, nowMs: number): Verdict {
    this.#forgetOldWindow(nowMs);
    const ban = this.#bans.get(ip);
    const verdict = judge(this.#usage.get(ip), ban, weight, nowMs, this.weightPerMinute, toleratedAfterLimit);
    this.#usage.set(ip, verdict.usage);
    if (verdict.ban !== undefined && verdict.ban !== ban) {
      this.#bans.set(ip, verdict.ban);
      this.#onBan(ip, verdict.ban);
    }
    return verdict;
  }

  /** Takes the stored bans as they are now; who is no longer among them starts afresh. */
  replaceBans(bans: ReadonlyMap<string, BanRecord>): void {
    for (const ip of this.#bans.keys()) {
      if (!bans.has(ip)) this.#usage.delete(ip);
    }
    this.#bans.clear();
    for (const [ip, ban] of bans) this.#bans.set(ip, ban);
  }

  #forgetOldWindow(nowMs: number): void {
    const start = windowStart(nowMs, weightWindowMs);
    if (start === this.#windowStartMs) return;
    this.#windowStartMs = start;
    this.#usage.clear();
  }
}
