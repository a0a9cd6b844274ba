/** Clients that the lab rejects for a while, as a rate limit or a ban does it. */
import type { DoneWork } from '../clock/world-timeline.ts';
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { reject } from '../contract/errors.ts';
import type { RequestContext } from '../customer/request-context.ts';
import type { ArmedFault } from './armed-fault.ts';
import type { Ending } from './fault.ts';
import type { Firing } from './firing.ts';

type RejectionEnding = Extract<Ending, { readonly kind: 'rejections' }>;
export type Fired = { readonly armed: ArmedFault; readonly firing: Firing };

type ActiveRejection = {
  readonly ending: RejectionEnding;
  readonly fired: Fired;
  /** World time in ms; infinite if requests are counted. */
  readonly untilMs: number;
  /** Infinite if it ends at a time. */
  left: number;
};

export type RejectedAgain = { readonly rejection: CustomerRejection; readonly fired: Fired };

/** At most this many clients are rejected at once; beyond that, the one rejected longest is served again. */
const maxRejectedClients = 10_000;

export class Rejections {
  readonly #byClient = new Map<string, ActiveRejection>();
  readonly #limit: number;

  /** @param limit the request weight per minute, which the error names */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Begins to reject the requests of a client. @returns the rejection of this request. */
  begin(context: RequestContext, ending: RejectionEnding, fired: Fired): CustomerRejection {
    const rejected: ActiveRejection = {
      ending,
      fired,
      untilMs: 'seconds' in ending ? context.nowMs + ending.seconds * 1000 : Number.POSITIVE_INFINITY,
      left: 'requests' in ending ? ending.requests : Number.POSITIVE_INFINITY,
    };
    this.#byClient.set(clientOf(context), rejected);
    const [oldest] = this.#byClient.keys();
    if (this.#byClient.size > maxRejectedClients && oldest !== undefined) this.#byClient.delete(oldest);
    return this.#reject(context, rejected);
  }

  /** @returns undefined if the client is not rejected. */
  take(context: RequestContext): RejectedAgain | undefined {
    const rejected = this.#byClient.size === 0 ? undefined : this.#byClient.get(clientOf(context));
    if (rejected === undefined) return undefined;
    if (rejected.untilMs > context.nowMs && rejected.left > 0)
      return { rejection: this.#reject(context, rejected), fired: rejected.fired };
    this.#byClient.delete(clientOf(context));
    return undefined;
  }

  /** The ends of the rejections that end at a known time. */
  ends(): readonly DoneWork[] {
    return [...this.#byClient]
      .filter(([, { untilMs }]) => Number.isFinite(untilMs))
      .map(([client, { untilMs }]) => ({ at: untilMs, what: 'rejections', id: client }));
  }

  /** @param isMeant whether the source of a firing is one whose rejections end */
  end(isMeant: (source: string) => boolean): void {
    for (const [client, { fired }] of this.#byClient)
      if (isMeant(fired.armed.source)) this.#byClient.delete(client);
  }

  #reject(context: RequestContext, rejected: ActiveRejection): CustomerRejection {
    rejected.left -= 1;
    const { retryAfterSeconds, status } = rejected.ending;
    const remaining = Math.ceil((rejected.untilMs - context.nowMs) / 1000);
    context.retryAfterSeconds = Number.isFinite(remaining) ? remaining : retryAfterSeconds;
    const bannedUntilMs = context.nowMs + context.retryAfterSeconds * 1000;
    return reject('too-many-requests', status === 418 ? { bannedUntilMs } : { limit: this.#limit });
  }
}

/** The key, or the address of a request without one. */
function clientOf({ key, request }: RequestContext): string {
  return key === undefined ? `ip ${request.ip}` : `key ${key.apiKey}`;
}
