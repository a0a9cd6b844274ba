/**
 * Whether this process hears what others change, by its own heartbeats. While it does not, everything is read again at
 * each beat; when it hears again, everything is read once more before it is trusted.
 */
import { feedLimits } from '../feed-limits.ts';
import type { MonotonicClock } from '../monotonic-clock.ts';
import type { TableName } from '../tables.ts';
import type { ChangeFeed } from './change-feed.ts';

export type FeedWatchParts = {
  readonly feed: Pick<ChangeFeed, 'listen' | 'keepListening' | 'beat' | 'renew'>;
  readonly clock: MonotonicClock;
  /** Never rejects. */
  readonly applyChange: (changed: ReadonlySet<TableName>) => Promise<void>;
  /** Reads everything again; rejects when it cannot be read. */
  readonly readAll: () => Promise<void>;
  /** Whether a change could not be read when it was announced. */
  readonly isBehind: () => boolean;
  /** Called when every change committed before this time, of the clock, is known. */
  readonly onCaughtUp: (atMs: number) => void;
  /** Called once, when changes may have been missed for too long. */
  readonly onStale: () => void;
};

export class FeedWatch {
  readonly #parts: FeedWatchParts;
  #stopBeating: () => void = () => {};
  #caughtUpMs = Number.NEGATIVE_INFINITY;
  #renewedMs = 0;
  #isStale = false;
  #isReading = false;
  /** A heartbeat counts when everything that was delivered before it is applied. */
  #applied: Promise<void> = Promise.resolve();

  constructor(parts: FeedWatchParts) {
    this.#parts = parts;
  }

  /** Resolves when changes are heard and `readFirst` has read everything after that. */
  async start(readFirst: () => Promise<void>): Promise<void> {
    const { feed, clock, applyChange } = this.#parts;
    await feed.listen({
      onChanged: (changed) => this.#inOrder(() => applyChange(changed)),
      onBeat: (sentMs) => this.#inOrder(() => this.#hear(sentMs)),
    });
    const sinceMs = clock.nowMs();
    await readFirst();
    this.#trust(sinceMs);
    this.#stopBeating = clock.every(feedLimits.beatMs, () => this.#beat());
  }

  stop(): void {
    this.#stopBeating();
  }

  /** Whether what is kept in memory may be used. Asked of the clock, so that a process that was paused knows too. */
  isFresh(): boolean {
    return !this.#isStale && this.#ageMs() <= feedLimits.trustedMs;
  }

  #ageMs(): number {
    return this.#parts.clock.nowMs() - this.#caughtUpMs;
  }

  #inOrder(work: () => Promise<void>): void {
    this.#applied = this.#applied.then(work);
  }

  #beat(): void {
    const { feed, clock } = this.#parts;
    const nowMs = clock.nowMs();
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

  async #hear(sentMs: number): Promise<void> {
    const { clock, readAll, isBehind } = this.#parts;
    // A late one shows that the feed is behind.
    if (clock.nowMs() - sentMs > feedLimits.trustedMs) return;
    try {
      if (!this.isFresh() || isBehind()) await readAll();
      this.#trust(sentMs);
    } catch {
      // The next one tries again.
    }
  }

  #trust(atMs: number): void {
    if (atMs <= this.#caughtUpMs) return;
    this.#caughtUpMs = atMs;
    this.#isStale = false;
    this.#parts.onCaughtUp(atMs);
  }
}
