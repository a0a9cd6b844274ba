/** Clients that the lab refuses for a while, as a rate limit or a ban does it. */
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { reject } from '../contract/errors.ts';
import type { RequestContext } from '../customer/request-context.ts';
import type { ArmedFault } from './armed-fault.ts';
import type { Ending } from './fault.ts';
import type { Firing } from './firing.ts';

type Refusing = Extract<Ending, { readonly kind: 'refusals' }>;
export type Fired = { readonly armed: ArmedFault; readonly firing: Firing };

type Refused = {
  readonly ending: Refusing;
  readonly fired: Fired;
  /** World time in ms; infinite if requests are counted. */
  readonly untilMs: number;
  /** Infinite if it ends at a time. */
  left: number;
};

export type RefusedAgain = { readonly rejection: CustomerRejection; readonly fired: Fired };

/** More clients are not refused at a time: the oldest may go on. */
const maxClients = 10_000;

export class Refusals {
  readonly #byClient = new Map<string, Refused>();
  readonly #limit: number;

  /** @param limit the request weight per minute, which the error names */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Begins to refuse the client of a request. @returns the rejection of this request. */
  begin(context: RequestContext, ending: Refusing, fired: Fired): CustomerRejection {
    const refused: Refused = {
      ending,
      fired,
      untilMs: 'seconds' in ending ? context.nowMs + ending.seconds * 1000 : Number.POSITIVE_INFINITY,
      left: 'requests' in ending ? ending.requests : Number.POSITIVE_INFINITY,
    };
    this.#byClient.set(clientOf(context), refused);
    const [oldest] = this.#byClient.keys();
    if (this.#byClient.size > maxClients && oldest !== undefined) this.#byClient.delete(oldest);
    return this.#refuse(context, refused);
  }

  /** @returns undefined if the client is not refused. */
  take(context: RequestContext): RefusedAgain | undefined {
    const refused = this.#byClient.size === 0 ? undefined : this.#byClient.get(clientOf(context));
    if (refused === undefined) return undefined;
    if (refused.untilMs > context.nowMs && refused.left > 0)
      return { rejection: this.#refuse(context, refused), fired: refused.fired };
    this.#byClient.delete(clientOf(context));
    return undefined;
  }

  /** @param isMeant of the source of a firing */
  end(isMeant: (source: string) => boolean): void {
    for (const [client, { fired }] of this.#byClient)
      if (isMeant(fired.armed.source)) this.#byClient.delete(client);
  }

  #refuse(context: RequestContext, refused: Refused): CustomerRejection {
    refused.left -= 1;
    const { retryAfterSeconds, status } = refused.ending;
    const remaining = Math.ceil((refused.untilMs - context.nowMs) / 1000);
    context.retryAfterSeconds = Number.isFinite(remaining) ? remaining : retryAfterSeconds;
    const bannedUntilMs = context.nowMs + context.retryAfterSeconds * 1000;
    return reject('too-many-requests', status === 418 ? { bannedUntilMs } : { limit: this.#limit });
  }
}

/** The key, or the address of a request without one. */
function clientOf({ key, request }: RequestContext): string {
  return key === undefined ? `ip ${request.ip}` : `key ${key.apiKey}`;
}
