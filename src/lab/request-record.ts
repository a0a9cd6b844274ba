/** Makes the entry of the request log from what the pipeline and the lab know about an answered request. */
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { describeError } from '../contract/error-table.ts';
import { isRejection } from '../contract/errors.ts';
import { isSigned } from '../contract/operation.ts';
import type { RequestContext } from '../customer/request-context.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { RawReply } from '../http/http-message.ts';
import { contentOf } from './content.ts';
import { lookupOf, paymentOf } from './payment.ts';
import type { Fired } from './rejections.ts';
import type { Delivery, LoggedError, LoggedRequest } from './request-log.ts';
import type { Submission } from './withdrawal-of.ts';

export type Answered = {
  readonly number: number;
  readonly answeredAfter: number;
  readonly context: RequestContext;
  readonly result: string | CustomerRejection;
  readonly reply: RawReply;
  readonly fired: Fired | undefined;
  /** Whether the lab rejected it instead of its handler. */
  readonly rejectedByLab: boolean;
  /** What its handler has submitted; undefined: it has not succeeded. */
  readonly handled: Submission | undefined;
  readonly answeredAt: number;
  readonly delivery: Delivery;
};

/** @param hit the withdrawals that faults have hit, as keys */
export function recordOf(
  answered: Answered,
  catalog: () => Catalog,
  hit: ReadonlyMap<string, unknown>,
): LoggedRequest {
  const { context, result, reply, fired } = answered;
  const { request, route, key, rejectedBy } = context;
  const wasRead = route.operation !== undefined && rejectedBy === undefined;
  const ending = fired?.armed.fault.ending.kind ?? 'normal';
  const isWhole = reply.status === 200 && keepsReply.has(ending);
  return {
    number: answered.number,
    answeredAfter: answered.answeredAfter,
    at: context.wireMs,
    answeredAt: answered.answeredAt,
    worldAt: context.nowMs,
    ip: request.ip,
    key: key ?? null,
    operation: route.operation?.id ?? null,
    writes: route.operation?.writes ?? false,
    method: request.method,
    path: context.path,
    sent: { query: context.query, body: context.body },
    isSigned: route.operation !== undefined && isSigned(route.operation.security),
    rejectedBy: rejectingStepOf(answered),
    error: errorOf(answered),
    firing: fired?.firing ?? null,
    status: reply.status,
    ending,
    delivery: answered.delivery,
    retryAfterSeconds: context.retryAfterSeconds,
    ...outcomeOf(answered),
    payment: wasRead ? paymentOf(context, catalog()) : null,
    content: wasRead && route.operation?.writes === true ? contentOf(context) : null,
    lookup: wasRead && isWhole && typeof result === 'string' ? lookupOf(context, result, hit) : null,
  };
}

function rejectingStepOf({ context, result, rejectedByLab, handled }: Answered): string | null {
  if (context.rejectedBy !== undefined) return context.rejectedBy;
  if (rejectedByLab) return 'lab';
  return isRejection(result) || handled?.submitted === false ? 'operation' : null;
}

/** The endings that leave the reply of the exchange as it is. */
const keepsReply: ReadonlySet<string> = new Set(['normal', 'delay', 'rejections']);

function errorOf({ context, result, fired }: Answered): LoggedError | null {
  if (!isRejection<CustomerRejection['rejected']>(result)) return null;
  if (fired !== undefined && !keepsReply.has(fired.armed.fault.ending.kind)) return null;
  const { code, msg } = describeError(result as CustomerRejection, context.route.dialect.errors).body;
  return { code, msg };
}

/** The errors that leave it unknown whether the operation was carried out. */
const unknownOutcomes: ReadonlySet<string> = new Set(['outcome-unknown', 'unknown']);

function outcomeOf(answered: Answered): Pick<LoggedRequest, 'done' | 'withdrawalId'> {
  const { result, handled, context, rejectedByLab } = answered;
  if (handled !== undefined) {
    return handled.submitted
      ? { done: 'done', withdrawalId: handled.withdrawalId }
      : { done: 'not-done', withdrawalId: null };
  }
  const isCertain = context.rejectedBy !== undefined || rejectedByLab;
  const isUnknown = !isCertain && isRejection(result) && unknownOutcomes.has(result.rejected);
  return { done: isUnknown ? 'unknown' : 'not-done', withdrawalId: null };
}
