/**
 * Ends subscriptions whose key is revoked, expires, or may no longer be used by the client.
 *
 * deviation: a subscription whose key can no longer be used ends at once, with eventStreamTerminated; the exchange's
 * documentation says only that a session ends with its next message.
 */
import type { Cancel, Clock } from '../../clock/clock.ts';
import type { NamedChanges } from '../../store/cached-changes.ts';
import type { ApiKey, KeyRing } from '../key-ring.ts';
import { isUsable } from '../key-use.ts';
import { mayStream } from './stream-signature.ts';

/** A connection that uses a key for longer than a request. */
export type KeyUse = {
  readonly apiKey: string;
  /** The address of the client. */
  readonly ip: string;
  /** The key can no longer be used. */
  readonly onRevoked: () => void;
};

export type KeyWatchParts = {
  readonly keys: Pick<KeyRing, 'find'>;
  readonly clock: Pick<Clock, 'world' | 'monotonic'>;
};

const expiryCheckMs = 1000;
const retryMs = 1000;

export class KeyWatch {
  readonly #parts: KeyWatchParts;
  readonly #uses = new Map<string, Set<KeyUse>>();
  /** Uses of keys that expire, with the time (world, ms). */
  readonly #expiring = new Map<KeyUse, number>();
  #cancelCheck: Cancel | undefined;

  constructor(parts: KeyWatchParts) {
    this.#parts = parts;
  }

  add(use: KeyUse, { expiresAtMs }: ApiKey): void {
    const uses = this.#uses.get(use.apiKey);
    if (uses === undefined) this.#uses.set(use.apiKey, new Set([use]));
    else uses.add(use);
    this.#noteExpiry(use, expiresAtMs);
  }

  remove(use: KeyUse): void {
    const uses = this.#uses.get(use.apiKey);
    uses?.delete(use);
    if (uses?.size === 0) this.#uses.delete(use.apiKey);
    this.#noteExpiry(use, null);
  }

  /** @returns a promise if a key in use may have changed; then uses that must end have ended. Never rejects. */
  onChanged(named: NamedChanges): Promise<unknown> | undefined {
    if (this.#uses.size === 0) return undefined;
    const changed =
      named === 'everything'
        ? [...this.#uses.keys()]
        : named.flatMap((change) =>
            'apiKey' in change && this.#uses.has(change.apiKey) ? [change.apiKey] : [],
          );
    return changed.length === 0 ? undefined : Promise.all(changed.map((apiKey) => this.#check(apiKey)));
  }

  stop(): void {
    this.#cancelCheck?.();
  }

  /** A key that cannot be read is checked again later. Until then no event can be read either. */
  async #check(apiKey: string): Promise<void> {
    let key: ApiKey | undefined;
    try {
      key = await this.#parts.keys.find(apiKey);
    } catch {
      const again = () => void this.#check(apiKey);
      if (this.#uses.has(apiKey)) this.#parts.clock.monotonic.after(retryMs, again, { ref: false });
      return;
    }
    const nowMs = this.#parts.clock.world.now();
    for (const use of [...(this.#uses.get(apiKey) ?? [])]) {
      if (isUsable(key, use.ip, nowMs) && mayStream(key)) this.#noteExpiry(use, key.expiresAtMs);
      else this.#revoke(use);
    }
  }

  #revoke(use: KeyUse): void {
    this.remove(use);
    use.onRevoked();
  }

  #noteExpiry(use: KeyUse, expiresAtMs: number | null): void {
    if (expiresAtMs === null) this.#expiring.delete(use);
    else this.#expiring.set(use, expiresAtMs);
    if (this.#expiring.size === 0) {
      this.#cancelCheck?.();
      this.#cancelCheck = undefined;
      return;
    }
    this.#cancelCheck ??= this.#parts.clock.world.every(expiryCheckMs, () => this.#endExpired(), {
      ref: false,
    });
  }

  #endExpired(): void {
    const nowMs = this.#parts.clock.world.now();
    for (const [use, expiresAtMs] of [...this.#expiring]) if (nowMs >= expiresAtMs) this.#revoke(use);
  }
}
