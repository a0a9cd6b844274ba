/**
 * Checks by heartbeats whether changes of other processes are delivered. While they are not, all cached data is read
 * again at each beat. When heartbeats come back, everything is read once more before cached data is used again.
 */
import type { Timeline } from '../../clock/clock.ts';
import { feedLimits } from '../feed-limits.ts';
import type { ChangeFeed, Missed } from './change-feed.ts';

export type FeedWatchParts = {
  readonly feed: Pick<ChangeFeed, 'listen' | 'keepListening' | 'beat' | 'renew'>;
  /** Monotonic. */
  readonly time: Timeline;
  /** Never rejects. */
  readonly applyChange: (seq: number | Missed) => Promise<void>;
  /** Reads all cached data again; rejects if that fails. */
  readonly readAll: () => Promise<void>;
  /** Whether reading an announced change has failed. */
  readonly isBehind: () => boolean;
  /** Called when every change committed before `atMs` is known. */
  readonly onCaughtUp: (atMs: number) => void;
  /** Called once when cached data has become too old. */
  readonly onStale: () => void;
};

export class FeedWatch {
  readonly #parts: FeedWatchParts;
  #stopBeating: () => void = () => {};
  #caughtUpMs = Number.NEGATIVE_INFINITY;
  #renewedMs = 0;
  #isStale = false;
  #isReading = false;
  /** Applies what is delivered in order: a heartbeat counts after the changes before it have been applied. */
  #applied: Promise<void> = Promise.resolve();

  constructor(parts: FeedWatchParts) {
    this.#parts = parts;
  }

  /** Resolves when the feed is connected and `readFirst` has read everything after that. */
  async start(readFirst: () => Promise<void>): Promise<void> {
    const { feed, time, applyChange } = this.#parts;
    await feed.listen({
      onChanged: (seq) => this.#inOrder(() => applyChange(seq)),
      onBeat: (sentMs) => this.#inOrder(() => this.#noteBeat(sentMs)),
    });
    const sinceMs = time.now();
    await readFirst();
    this.#trust(sinceMs);
    this.#stopBeating = time.every(feedLimits.beatMs, () => this.#beat(), { ref: false });
  }

  stop(): void {
    this.#stopBeating();
  }

  /** Whether cached data may be used. It compares with the clock, so it is also right in a process that was paused. */
  isFresh(): boolean {
    return !this.#isStale && this.#ageMs() <= feedLimits.trustedMs;
  }

  #ageMs(): number {
    return this.#parts.time.now() - this.#caughtUpMs;
  }

  #inOrder(work: () => Promise<void>): void {
    this.#applied = this.#applied.then(work);
  }

  #beat(): void {
    const { feed, time } = this.#parts;
    const nowMs = time.now();
    feed.keepListening();
    feed.beat(nowMs);
    if (this.isFresh()) return;
    if (!this.#isStale) {
      this.#isStale = true;
      this.#renewedMs = nowMs;
      this.#parts.onStale();
    }
    if (nowMs - this.#renewedMs > feedLimits.renewMs) {
      this.#renewedMs = nowMs;
      feed.renew();
    }
    void this.#readAgain();
  }

  async #readAgain(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    await this.#parts.readAll().catch(() => {});
    this.#isReading = false;
  }

  async #noteBeat(sentMs: number): Promise<void> {
    const { time, readAll, isBehind } = this.#parts;
    // A late heartbeat shows that the feed is behind.
    if (time.now() - sentMs > feedLimits.trustedMs) return;
    try {
      if (!this.isFresh() || isBehind()) await readAll();
      this.#trust(sentMs);
    } catch {
      // The next heartbeat tries again.
    }
  }

  #trust(atMs: number): void {
    if (atMs <= this.#caughtUpMs) return;
    this.#caughtUpMs = atMs;
    this.#isStale = false;
    this.#parts.onCaughtUp(atMs);
  }
}
