/**
 * One request of a customer, from its arrival on; the request log keeps it. While it is being answered it only takes
 * references to what exists anyway; everything else is made when a timeline or a verdict is read.
 */
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { describeError } from '../contract/error-table.ts';
import { isSigned } from '../contract/operation.ts';
import type { ApiKey } from '../customer/key-ring.ts';
import type { RequestContext, Route } from '../customer/request-context.ts';
import { readRequestValues } from '../customer/request-values.ts';
import type { SignedPart } from '../customer/signature.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { splitPairs } from '../http/raw-parameters.ts';
import type { ArmedFault } from './armed-fault.ts';
import { type Content, contentOf } from './content.ts';
import type { Firing } from './firing.ts';
import {
  type IntendedPayment,
  type Lookup,
  lookupOf,
  networkMeant,
  paymentOf,
  type ReadRequest,
  type ShownPage,
  shownPageOf,
} from './payment.ts';
import type { Fired } from './rejections.ts';
import type { Submission } from './withdrawal-of.ts';

type LoggedError = { readonly code: number; readonly msg: string };

/** The answer to a request. */
export type Answer = {
  /** The highest number of a request so far. */
  readonly lastNumber: number;
  /** Wire time in ms. */
  readonly atMs: number;
  /** The result of the pipeline and the handler; the reply may differ. */
  readonly result: string | CustomerRejection;
  readonly status: number;
};

/** The endings that leave the reply of the exchange as it is. */
const keepsReply: ReadonlySet<string> = new Set(['normal', 'delay', 'rejections']);
/** The errors that leave it unknown whether the operation was carried out. */
const unknownOutcomes: ReadonlySet<string> = new Set(['outcome-unknown', 'unknown']);

/** Length of a reference to a withdrawal, in characters. */
const referenceLength = 8;

export class LoggedRequest {
  /** Counts the requests of this process, from 1, in the order of arrival. */
  readonly number: number;
  /** Wire time in ms. */
  readonly at: number;
  /** World time minus wire time, ms, at its arrival. A small number takes no memory of its own, as a time does. */
  readonly #aheadMs: number;
  readonly ip: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly #route: Route;
  /** null: it named none, or one that does not exist. */
  key: ApiKey | null = null;
  /** The fault that has not fired yet. */
  armed: ArmedFault | undefined;
  fired: Fired | undefined;
  /** Whether the lab rejects it instead of its handler. */
  isRejectedByLab = false;
  /** The submission by its handler; undefined: the handler has not succeeded. */
  handled: Submission | undefined;
  /** Whether its client has left before the late reply was sent. */
  isAbandoned = false;

  /** The highest number when it was answered: requests with a higher one arrived after it. */
  answeredAfter = 0;
  #tookMs = 0;
  /** The status of the reply; 0: it was not answered yet. */
  status = 0;
  retryAfterSeconds = 0;
  #rejectedBy: string | undefined;
  #rejection: CustomerRejection | undefined;
  /** The catalog at that time, by which its parameters are interpreted. */
  #catalog: Catalog | undefined;
  /** The page of a history of withdrawals; undefined: the client got none. */
  #page: ShownPage | undefined;
  /** These are computed on demand; until then they are undefined. */
  #payment: IntendedPayment | null | undefined;
  #content: Content | null | undefined;
  #lookup: Lookup | null | undefined;

  constructor(number: number, context: RequestContext) {
    this.number = number;
    this.at = context.wireMs;
    this.#aheadMs = context.nowMs - context.wireMs;
    this.ip = context.request.ip;
    this.method = context.request.method;
    this.path = context.path;
    this.query = context.query;
    this.body = context.body;
    this.#route = context.route;
  }

  /** Notes that the work of the request begins later. */
  noteDelay({ key }: RequestContext, catalog: () => Catalog): void {
    this.key = key ?? null;
    this.#catalog = catalog();
  }

  /** @param hit the withdrawals that faults have hit, as keys */
  noteAnswer(
    context: RequestContext,
    answer: Answer,
    catalog: () => Catalog,
    hit: ReadonlyMap<string, unknown>,
  ): void {
    const { result } = answer;
    this.answeredAfter = answer.lastNumber;
    this.#tookMs = answer.atMs - this.at;
    this.status = answer.status;
    this.retryAfterSeconds = context.retryAfterSeconds;
    this.key = context.key ?? null;
    this.armed = undefined;
    this.#payment = undefined;
    this.#content = undefined;
    this.#rejectedBy = context.rejectedBy;
    if (typeof result !== 'string') this.#rejection = result;
    if (this.#route.operation === undefined || this.#rejectedBy !== undefined) return;
    this.#catalog = catalog();
    if (typeof result === 'string' && this.status === 200 && keepsReply.has(this.ending))
      this.#page = shownPageOf(context, result, hit);
  }

  /** A request in the log that was not: a fault delays its work. */
  get isAnswered(): boolean {
    return this.status !== 0;
  }

  /** World time of its arrival in ms. */
  get worldAt(): number {
    return this.at + this.#aheadMs;
  }

  /** Wire time in ms. */
  get answeredAt(): number {
    return this.at + this.#tookMs;
  }

  /** null: the path or the method is unknown. */
  get operation(): string | null {
    return this.#route.operation?.id ?? null;
  }

  get writes(): boolean {
    return this.#route.operation?.writes ?? false;
  }

  /** As sent, with the signature. */
  get sent(): SignedPart {
    return { query: this.query, body: this.body };
  }

  /** Whether the operation takes a signature. */
  get isSigned(): boolean {
    const { operation } = this.#route;
    return operation !== undefined && isSigned(operation.security);
  }

  get firing(): Firing | null {
    return this.fired?.firing ?? null;
  }

  /** The kind of ending of the fault, or `normal`. */
  get ending(): string {
    return this.fired?.armed.fault.ending.kind ?? 'normal';
  }

  /** A step of the pipeline, `lab`, or `operation`: the operation itself. */
  get rejectedBy(): string | null {
    if (this.#rejectedBy !== undefined) return this.#rejectedBy;
    if (this.isRejectedByLab) return 'lab';
    return this.#rejection !== undefined || this.handled?.submitted === false ? 'operation' : null;
  }

  /** null: it was not rejected, or the client saw something else. */
  get error(): LoggedError | null {
    if (this.#rejection === undefined || !keepsReply.has(this.ending)) return null;
    const { code, msg } = describeError(this.#rejection, this.#route.dialect.errors).body;
    return { code, msg };
  }

  get done(): 'done' | 'not-done' | 'unknown' {
    if (!this.isAnswered) return 'unknown';
    if (this.handled !== undefined) return this.handled.submitted ? 'done' : 'not-done';
    const isCertain = this.#rejectedBy !== undefined || this.isRejectedByLab;
    return !isCertain && unknownOutcomes.has(this.#rejection?.rejected ?? '') ? 'unknown' : 'not-done';
  }

  get withdrawalId(): string | null {
    return this.handled?.submitted === true ? this.handled.withdrawalId : null;
  }

  /** null: it submits no withdrawal, or was rejected before its parameters were read. */
  get payment(): IntendedPayment | null {
    if (this.#payment === undefined) {
      const read = this.#read();
      this.#payment = read && paymentOf(read, this.#catalog && networkMeant(read, this.#catalog));
    }
    return this.#payment;
  }

  /** null: it changes nothing, or was rejected before its parameters were read. */
  get content(): Content | null {
    if (this.#content === undefined) {
      const read = this.writes ? this.#read() : null;
      this.#content = read && contentOf(read);
    }
    return this.#content;
  }

  /** null: it is not a history of withdrawals, or the client got none. */
  get lookup(): Lookup | null {
    if (this.#lookup === undefined) {
      const page = this.#page;
      const read = page === undefined ? null : this.#read();
      this.#lookup = read && page ? lookupOf(read, page) : null;
    }
    return this.#lookup;
  }

  /** The size of its texts in memory, in characters. The values computed from them are not much longer. */
  get characters(): number {
    const shown = (this.#page?.shown.length ?? 0) * referenceLength;
    return this.path.length + this.query.length + this.body.length + shown;
  }

  /** @returns null if it was rejected before its parameters were read. */
  #read(): ReadRequest | null {
    const { operation } = this.#route;
    if (operation === undefined || this.#rejectedBy !== undefined) return null;
    const raw = { query: splitPairs(this.query), body: splitPairs(this.body) };
    const read = readRequestValues({ operation, raw, nowMs: this.worldAt });
    return { operation, key: this.key, values: 'values' in read ? read.values : {} };
  }
}
