/** The steps of the pipeline that count the weight of a request: in the shared pool, or in counters of its operation. */
import type { Clock } from '../clock/clock.ts';
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { reject } from '../contract/errors.ts';
import { limitScope } from '../domain/ip-address.ts';
import type { Arrival, RateLimitDecision } from '../domain/rate-limit.ts';
import { accountScope, type Limiter } from '../limiter/port.ts';
import { ownCountersOf, rejectedWeight, type WeightedCounter } from './own-counters.ts';
import type { RequestContext } from './request-context.ts';

type Limited = CustomerRejection | undefined;
type Parts = { readonly limiter: Limiter };

/** spec: 429 above the limit, 418 for clients that continue after it. Failed requests count too. */
export function countWeightAndRejectBanned(
  context: RequestContext,
  { limiter }: Parts,
): Limited | Promise<Limited> {
  const { route, request } = context;
  const own = route.operation && ownCountersOf(route.operation);
  return own === undefined
    ? consumeWeight(context, request.ip, route.operation?.weight ?? 1, context, limiter)
    : consumeOwnWeight(context, limitScope(request.ip), own.address, limiter);
}

/** Counts a request whose signature is valid towards its account. */
export function countAccountWeight(context: RequestContext, { limiter }: Parts): Limited | Promise<Limited> {
  const account = ownCountersOf(context.operation)?.account;
  if (account === undefined || context.key === undefined) return undefined;
  return consumeOwnWeight(context, accountScope(context.key.account.id), account, limiter);
}

/**
 * Counts a request that was rejected before its signature was verified. Otherwise requests with invalid signatures
 * would not count anywhere if the operation has only a weight per account.
 *
 * deviation: operations of /sapi with a weight per account count, for each IP address, the requests that are rejected
 * before their signature is verified; after 12,000 in a minute, the operation rejects all requests of the address.
 */
export function countRejected(context: RequestContext, { limiter }: Parts): void {
  const { route, request } = context;
  const address = route.operation && ownCountersOf(route.operation)?.address;
  if (address?.weight !== 0) return;
  void limiter.take(limitScope(request.ip), rejectedWeight, context, address);
}

/** The arrival times, by both clocks, of something that arrives now and has no request context. */
export const arrivalAt = ({ world, wire }: Pick<Clock, 'world' | 'wire'>): Arrival => ({
  nowMs: world.now(),
  wireMs: wire.now(),
});

type WeightHeaders = Pick<RequestContext, 'usedWeight' | 'ownWeightHeader' | 'retryAfterSeconds'>;

/** Counts a weight in the shared pool, and sets the values for the headers of the reply. */
export function consumeWeight(
  headers: WeightHeaders,
  ip: string,
  weight: number,
  arrival: Arrival,
  limiter: Limiter,
): Limited | Promise<Limited> {
  const decision = limiter.take(limitScope(ip), weight, arrival);
  return decision instanceof Promise
    ? decision.then((late) => setHeaders(headers, late, limiter.weightPerMinute))
    : setHeaders(headers, decision, limiter.weightPerMinute);
}

function consumeOwnWeight(
  context: RequestContext,
  scope: string,
  counter: WeightedCounter,
  limiter: Limiter,
): Limited | Promise<Limited> {
  const { weight, header, limit } = counter;
  if (weight > 0) context.ownWeightHeader = header;
  const decision = limiter.take(scope, weight, context, counter);
  return decision instanceof Promise
    ? decision.then((late) => setHeaders(context, late, limit.weight))
    : setHeaders(context, decision, limit.weight);
}

function setHeaders(
  headers: WeightHeaders,
  { outcome, usage, ban, retryAfterSeconds }: RateLimitDecision,
  limit: number,
): Limited {
  headers.usedWeight = usage.usedWeight;
  headers.retryAfterSeconds = retryAfterSeconds;
  if (outcome === 'served') return undefined;
  return outcome === 'banned'
    ? reject('too-many-requests', { bannedUntilMs: ban?.bannedUntilMs ?? 0 })
    : reject('too-many-requests', { limit });
}
