/**
 * The customer's edge: takes a raw request through the pipeline to its handler and renders what comes back.
 *
 * Every error has the same body; a bug answers 500 with an incident id and never with its cause.
 */

import { rejectionOfFault } from '../command/outcome.ts';
import { type CustomerOperationName, customerOperations } from '../contract/customer-operations.ts';
import { describeError, type ErrorId, isRejection, type Rejection, reject } from '../contract/errors.ts';
import type { Operation } from '../contract/operation.ts';
import { type CorsOrigins, isPreflight } from '../http/cors.ts';
import type { RawReply, RawRequest, Refusal } from '../http/http-message.ts';
import type { RequestMeter } from '../meter/request-meter.ts';
import { StoreFault } from '../store/port.ts';
import type { HandlerParts } from './handler.ts';
import { handlers } from './handlers/index.ts';
import { consumeWeight, countWeightAndRefuseBanned, type PipelineParts, walkPipeline } from './pipeline.ts';
import { RequestContext } from './request-context.ts';
import { createRouteFinder } from './routes.ts';

/** `legacy200`: the habit of 2019, every refusal of an operation as HTTP 200 without a code. */
export type ErrorStyle = 'spec' | 'legacy200';

export type CustomerEdgeParts = PipelineParts &
  HandlerParts & {
    readonly errorStyle: ErrorStyle;
    /** Whose pages may call the API. */
    readonly corsOrigins: CorsOrigins;
    readonly meter: RequestMeter;
    /** The document that describes the API. */
    readonly openApi: () => string;
    /** Reports a bug. @returns the incident id that the customer is told. */
    readonly onBug: (error: unknown) => string;
  };

type AnyHandler = (values: object, caller: object, parts: HandlerParts) => object | Promise<object>;

const handlerOf = new Map<Operation, AnyHandler>(
  Object.entries(customerOperations).map(([name, operation]) => [
    operation as Operation,
    handlers[name as CustomerOperationName] as AnyHandler,
  ]),
);

/** Of a preflight. A banned client gets it too: the request itself then says so, and the page can read it. */
export const preflightBody = '{}';

/** A banned client is not read any further. */
const bannedStatus = 418;

const documentPath = '/openapi.json';
const findRoute = createRouteFinder(Object.values(customerOperations), [documentPath]);

export function createCustomerEdge(parts: CustomerEdgeParts): (request: RawRequest) => Promise<RawReply> {
  return async (request) => {
    const begunMs = parts.meter.begin();
    const context = new RequestContext(request, parts.nowMs(), findRoute);
    const result = await answer(context, parts);
    const headers = headersOf(context, result);
    const operation = context.route.operation?.id;
    if (!isRejection(result)) {
      parts.meter.count(operation, 200, undefined, begunMs);
      return { status: 200, headers, body: result, endsConnection: context.retryAfterSeconds > 0 };
    }
    const { status, body } = renderError(result, parts.errorStyle);
    parts.meter.count(operation, status, result.rejected, begunMs);
    return { status, headers, body, endsConnection: status === bannedStatus };
  };
}

/** JSON, or why there is none. */
async function answer(context: RequestContext, parts: CustomerEdgeParts): Promise<string | Rejection> {
  try {
    const asksForDocument = context.path === documentPath && context.request.method === 'GET';
    const isOnlyCounted = asksForDocument || isPreflight(context.request, parts.corsOrigins);
    const verdict = isOnlyCounted ? countWeightAndRefuseBanned(context, parts) : walkPipeline(context, parts);
    const refusal = verdict instanceof Promise ? await verdict : verdict;
    if (isOnlyCounted && !asksForDocument) return preflightBody;
    if (refusal !== undefined) return refusal;
    if (asksForDocument) return parts.openApi();
    const handle = handlerOf.get(context.operation) as AnyHandler;
    const { key, notAfterMs, values } = context;
    const result = await handle(values, { account: key?.account, notAfterMs }, parts);
    return isRejection(result) ? result : JSON.stringify(result);
  } catch (error) {
    if (error instanceof StoreFault) return rejectionOfFault(error);
    return reject('unknown', { incident: parts.onBug(error) });
  }
}

type Weighed = Pick<RequestContext, 'usedWeight' | 'retryAfterSeconds' | 'route'>;

function headersOf(
  { usedWeight, retryAfterSeconds, route }: Weighed,
  result: string | Rejection,
): Record<string, string> {
  const headers: Record<string, string> = {
    'x-mbx-used-weight': String(usedWeight),
    'x-mbx-used-weight-1m': String(usedWeight),
  };
  if (retryAfterSeconds > 0) headers['retry-after'] = String(retryAfterSeconds);
  if (isRejection(result) && result.rejected === 'method-not-allowed')
    headers.allow = route.allowedMethods.join(', ');
  return headers;
}

/** Limits, faults and what is no operation keep their status in every style: clients have always relied on it. */
const alwaysByStatus: ReadonlySet<ErrorId> = new Set([
  'path-unknown',
  'method-not-allowed',
  'too-many-requests',
  'not-done',
  'outcome-unknown',
  'unknown',
  'maintenance',
]);

function renderError(rejection: Rejection, style: ErrorStyle): { status: number; body: string } {
  const { status, body } = describeError(rejection);
  if (style === 'spec' || alwaysByStatus.has(rejection.rejected))
    return { status, body: JSON.stringify(body) };
  return { status: 200, body: JSON.stringify({ success: false, msg: body.msg }) };
}

/** Answers what HTTP itself refused. It counts like any other request, where it is known whose it was. */
export function createCustomerRefuser({
  limiter,
  meter,
  nowMs,
}: Pick<CustomerEdgeParts, 'limiter' | 'meter' | 'nowMs'>): (
  refusal: Refusal,
) => RawReply | Promise<RawReply> {
  const count = (rejection: Rejection) => {
    const reply = renderError(rejection, 'spec');
    meter.count(undefined, reply.status, rejection.rejected, undefined);
    return reply;
  };
  return (refusal) => {
    const rejection = rejectionOf(refusal);
    if (refusal.ip === undefined) return count(rejection);
    const weighed = { usedWeight: 0, retryAfterSeconds: 0, route: findRoute('', '') };
    const render = (limited: Rejection | undefined) => ({
      ...count(limited ?? rejection),
      headers: headersOf(weighed, rejection),
      endsConnection: limited?.details.bannedUntilMs !== undefined,
    });
    const verdict = consumeWeight(weighed, refusal.ip, 1, nowMs(), limiter);
    return verdict instanceof Promise ? verdict.then(render) : render(verdict);
  };
}

function rejectionOf({ status, reason }: Refusal): Rejection {
  if (status >= 500) return reject('unknown');
  if (status === 405) return reject('method-not-allowed');
  return reject(lengthStatuses.has(status) ? 'parameters-too-many' : 'parameter-invalid', { status, reason });
}

const lengthStatuses: ReadonlySet<number> = new Set([413, 414, 431]);
