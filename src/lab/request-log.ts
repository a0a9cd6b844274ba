/** The last requests of customers, in memory. */
import { present } from '../boundary/present.ts';
import type { LoggedRequest } from './logged-request.ts';

export type LogLimits = {
  readonly maxRequests: number;
  /** Maximum length of path, query, body and the results of look-ups, of all requests together. */
  readonly maxCharacters: number;
};

const defaultLimits: LogLimits = { maxRequests: 10_000, maxCharacters: 16_000_000 };

type FiringFilter = { readonly apiKey?: string | undefined; readonly after?: number | undefined };
type DroppedFirings = { readonly count: number; readonly last: number };
const none: DroppedFirings = { count: 0, last: 0 };

export class RequestLog {
  readonly #limits: LogLimits;
  /** A ring: the oldest request is at `#first`. */
  readonly #ring: (LoggedRequest | undefined)[] = [];
  /** The characters of each request: the oldest one is dropped without being read, as it is no longer in a cache. */
  readonly #sizes: number[] = [];
  /** The requests that a fault delays before their work. */
  readonly #delayed = new Set<LoggedRequest>();
  /** Number of requests that have a firing. */
  #firings = 0;
  #first = 0;
  #size = 0;
  #characters = 0;
  /** The withdrawals of requests with a firing, with the number of these requests. */
  readonly #hitWithdrawals = new Map<string, number>();
  /** Dropped requests with a firing, by API key; null: without a key. */
  readonly #droppedFirings = new Map<string | null, DroppedFirings>();

  constructor(limits: LogLimits = defaultLimits) {
    this.#limits = limits;
  }

  /** Adds a request whose work begins later. */
  delay(request: LoggedRequest): void {
    this.#delayed.add(request);
  }

  /** Adds a request that was answered. */
  add(request: LoggedRequest): void {
    const { maxRequests, maxCharacters } = this.#limits;
    if (this.#delayed.size > 0) this.#delayed.delete(request);
    if (this.#size === maxRequests) this.#dropOldest();
    const index = (this.#first + this.#size) % maxRequests;
    const { characters } = request;
    this.#ring[index] = request;
    this.#sizes[index] = characters;
    this.#size += 1;
    this.#characters += characters;
    if (request.firing !== null) {
      this.#firings += 1;
      this.#countHit(request, 1);
    }
    while (this.#characters > maxCharacters && this.#size > 1) this.#dropOldest();
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Number of requests with a firing that are no longer in the log, of all keys or of one; those of a key count only if
   * one of them has a higher number than `after`.
   */
  droppedFirings({ apiKey, after = 0 }: FiringFilter = {}): number {
    const dropped =
      apiKey === undefined ? [...this.#droppedFirings.values()] : [this.#droppedFirings.get(apiKey) ?? none];
    return dropped.filter(({ last }) => last > after).reduce((sum, { count }) => sum + count, 0);
  }

  /** The withdrawals of requests with a firing, as keys. */
  get hitWithdrawals(): ReadonlyMap<string, number> {
    return this.#hitWithdrawals;
  }

  #countHit({ withdrawalId }: LoggedRequest, more: 1 | -1): void {
    if (withdrawalId === null) return;
    const count = (this.#hitWithdrawals.get(withdrawalId) ?? 0) + more;
    if (count === 0) this.#hitWithdrawals.delete(withdrawalId);
    else this.#hitWithdrawals.set(withdrawalId, count);
  }

  /** All requests in the order of arrival. */
  all(): readonly LoggedRequest[] {
    const answered = [...this.#ring.slice(this.#first), ...this.#ring.slice(0, this.#first)];
    const requests = [...answered, ...this.#delayed];
    return requests.filter((each) => each !== undefined).sort((one, other) => one.number - other.number);
  }

  #dropOldest(): void {
    const index = this.#first;
    if (this.#firings > 0) this.#noteDropped(present(this.#ring[index]));
    this.#ring[index] = undefined;
    this.#first = (index + 1) % this.#limits.maxRequests;
    this.#size -= 1;
    this.#characters -= present(this.#sizes[index]);
  }

  #noteDropped(dropped: LoggedRequest): void {
    if (dropped.firing === null) return;
    this.#firings -= 1;
    this.#countHit(dropped, -1);
    const apiKey = dropped.key?.apiKey ?? null;
    const { count, last } = this.#droppedFirings.get(apiKey) ?? none;
    this.#droppedFirings.set(apiKey, { count: count + 1, last: Math.max(last, dropped.number) });
  }
}
