/** The last requests of customers, in memory. */
import type { ApiKey } from '../customer/key-ring.ts';
import type { SignedPart } from '../customer/signature.ts';
import type { Content } from './content.ts';
import type { Firing } from './firing.ts';
import type { IntendedPayment, Lookup } from './payment.ts';

export type LoggedError = { readonly code: number; readonly msg: string };

export type LoggedRequest = {
  /** Counts the requests of this process, from 1, in the order of arrival. */
  readonly number: number;
  /** The highest number when it was answered: requests with a higher one arrived after it. */
  readonly answeredAfter: number;
  /** Wire time in ms. */
  readonly at: number;
  readonly answeredAt: number;
  /** World time of its arrival in ms. */
  readonly worldAt: number;
  readonly ip: string;
  /** null: it named none, or one that does not exist. */
  readonly key: ApiKey | null;
  /** null: the path or the method is unknown. */
  readonly operation: string | null;
  readonly writes: boolean;
  readonly method: string;
  readonly path: string;
  /** As sent, with the signature. */
  readonly sent: SignedPart;
  /** Whether the operation takes a signature. */
  readonly isSigned: boolean;
  /** A step of the pipeline, `lab`, or `operation`: the operation itself. */
  readonly rejectedBy: string | null;
  /** null: it was not rejected, or the client saw something else. */
  readonly error: LoggedError | null;
  readonly firing: Firing | null;
  readonly status: number;
  /** The kind of ending of the fault, or `normal`. */
  readonly ending: string;
  readonly delivery: Delivery;
  readonly retryAfterSeconds: number;
  readonly done: 'done' | 'not-done' | 'unknown';
  readonly withdrawalId: string | null;
  /** null: it submits no withdrawal, or was rejected before its parameters were read. */
  readonly payment: IntendedPayment | null;
  /** null: it changes nothing, or was rejected before its parameters were read. */
  readonly content: Content | null;
  /** null: it is not a history of withdrawals, or the client got none. */
  readonly lookup: Lookup | null;
};

/** What becomes of a late reply. */
export type Delivery = {
  /** Whether its client has left before it was sent. */
  isAbandoned: boolean;
};

export type LogLimits = {
  readonly maxRequests: number;
  /** The length of query, body, content and what look-ups have shown, of all requests together. */
  readonly maxCharacters: number;
};

const defaultLimits: LogLimits = { maxRequests: 10_000, maxCharacters: 16_000_000 };

type FiringFilter = { readonly apiKey?: string | undefined; readonly after?: number | undefined };
type DroppedFirings = { readonly count: number; readonly last: number };
const none: DroppedFirings = { count: 0, last: 0 };

export class RequestLog {
  readonly #limits: LogLimits;
  /** A queue: the requests from `#first` on. */
  #requests: LoggedRequest[] = [];
  #first = 0;
  #characters = 0;
  /** The withdrawals of requests with a firing, with the number of these requests. */
  readonly #hitWithdrawals = new Map<string, number>();
  /** By the API key of the request; null: it had none. */
  readonly #droppedFirings = new Map<string | null, DroppedFirings>();

  constructor(limits: LogLimits = defaultLimits) {
    this.#limits = limits;
  }

  add(request: LoggedRequest): void {
    this.#requests.push(request);
    this.#characters += charactersOf(request);
    this.#countHit(request, 1);
    const { maxRequests, maxCharacters } = this.#limits;
    while (this.size > maxRequests || (this.#characters > maxCharacters && this.size > 1)) this.#dropOldest();
  }

  get size(): number {
    return this.#requests.length - this.#first;
  }

  /**
   * How many requests with a firing are no longer in the log, of all keys or of one; those of a key count only if one of
   * them has a higher number than `after`.
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

  #countHit({ firing, withdrawalId }: LoggedRequest, more: 1 | -1): void {
    if (firing === null || withdrawalId === null) return;
    const count = (this.#hitWithdrawals.get(withdrawalId) ?? 0) + more;
    if (count === 0) this.#hitWithdrawals.delete(withdrawalId);
    else this.#hitWithdrawals.set(withdrawalId, count);
  }

  /** In the order of arrival. */
  all(): readonly LoggedRequest[] {
    return this.#requests.slice(this.#first).sort((one, other) => one.number - other.number);
  }

  #dropOldest(): void {
    const dropped = this.#requests[this.#first] as LoggedRequest;
    this.#characters -= charactersOf(dropped);
    this.#countHit(dropped, -1);
    if (dropped.firing !== null) {
      const apiKey = dropped.key?.apiKey ?? null;
      const { count, last } = this.#droppedFirings.get(apiKey) ?? none;
      this.#droppedFirings.set(apiKey, { count: count + 1, last: Math.max(last, dropped.number) });
    }
    this.#first += 1;
    if (this.#first < this.#limits.maxRequests) return;
    this.#requests = this.#requests.slice(this.#first);
    this.#first = 0;
  }
}

/** Of a reference to a withdrawal. */
const referenceLength = 8;

const charactersOf = ({ sent: { query, body }, path, content, lookup }: LoggedRequest) =>
  query.length +
  body.length +
  path.length +
  (content?.parameters.length ?? 0) +
  (lookup?.shown.length ?? 0) * referenceLength;
