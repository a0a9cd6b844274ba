/**
 * The customer API: runs a raw request through the pipeline and its handler, and renders the reply. It does
 * not use Fastify's routing and validation: `http/raw-routing.ts` says why.
 *
 * All errors have the same body. An internal error returns 500 with an incident id and never reveals its cause.
 */

import { present } from '../boundary/present.ts';
import { rejectionOfFault } from '../command/outcome.ts';
import { bindHandlers } from '../contract/bind-handlers.ts';
import type { CustomerErrorId, CustomerRejection } from '../contract/customer-errors.ts';
import { customerOperations } from '../contract/customer-operations.ts';
import { api, bodyOfError, type Dialect } from '../contract/dialect.ts';
import { describeError, type ErrorReply } from '../contract/error-table.ts';
import { type ErrorId, isRejection, reject } from '../contract/errors.ts';
import { type CorsOrigins, isAllowedPreflight } from '../http/cors.ts';
import type { RawReply, RawRequest, Refusal } from '../http/http-message.ts';
import type { RequestMeter } from '../meter/request-meter.ts';
import { StoreFault } from '../store/port.ts';
import type { HandlerParts } from './handler.ts';
import { implementations } from './implementations.ts';
import type { LabPort } from './lab-port.ts';
import { type PipelineParts, runPipeline } from './pipeline.ts';
import { RequestContext, withSingleSlashes } from './request-context.ts';
import { createRouteFinder } from './routes.ts';
import { inMicroseconds } from './time-unit.ts';
import { arrivalAt, consumeWeight, countWeightAndRejectBanned } from './weights.ts';

/** `legacy200`: as in 2019, every rejection by an operation has HTTP status 200 and no code. */
export type ErrorStyle = 'spec' | 'legacy200';

export type CustomerApiParts = PipelineParts &
  HandlerParts & {
    readonly errorStyle: ErrorStyle;
    /** The origins whose pages may call the API. */
    readonly corsOrigins: CorsOrigins;
    readonly meter: RequestMeter;
    readonly lab?: LabPort | undefined;
    /** The OpenAPI document. */
    readonly openApi: () => string;
    /** Reports an internal error. @returns the incident id for the reply. */
    readonly onBug: (error: unknown) => string;
  };

const handlerOf = bindHandlers(customerOperations, implementations, 'src/customer/handlers/');

/** The reply to a preflight, even for a banned client: the page can then read the rejection of the actual request. */
export const preflightBody = '{}';

/** This status closes the connection: nothing more is read from a banned client. */
const bannedStatus = 418;

const documentPath = '/openapi.json';
const findRoute = createRouteFinder(customerOperations, [documentPath]);

/** The dialect of the reply to a request that is not run. */
export function dialectOfTarget(target: string): Dialect {
  return findRoute(present(target.split('?', 1)[0]), '').dialect;
}

export function createCustomerApi(parts: CustomerApiParts): (request: RawRequest) => Promise<RawReply> {
  return async (request) => {
    const begunMs = parts.meter.begin();
    const context = new RequestContext(request, parts.clock, findRoute);
    const { lab } = parts;
    if (lab !== undefined) lab.received(context);
    const result = await answer(context, parts);
    const error = isRejection(result) ? renderError(result, parts.errorStyle, context) : undefined;
    const usual =
      // cast: a result that is not a rejection is the text of a reply.
      error === undefined ? replyOf(context, result as string) : errorReply(context, result, error);
    const reply = lab === undefined ? usual : lab.finished(context, result, usual);
    parts.meter.count(context.route.operation?.id, reply.status, error?.error, begunMs);
    return reply;
  };
}

type Result = string | CustomerRejection;

function replyOf(context: RequestContext, body: string): RawReply {
  const endsConnection = context.retryAfterSeconds > 0;
  return { status: 200, headers: headersOf(context, body), body, endsConnection };
}

function errorReply(
  context: RequestContext,
  result: Result,
  { status, body }: ReturnType<typeof renderError>,
): RawReply {
  return { status, headers: headersOf(context, result), body, endsConnection: status === bannedStatus };
}

/** @returns the JSON body, or a rejection. */
async function answer(context: RequestContext, parts: CustomerApiParts): Promise<string | CustomerRejection> {
  try {
    const asksForDocument = context.path === documentPath && context.method === 'GET';
    const isOnlyCounted = asksForDocument || isAllowedPreflight(context.request, parts.corsOrigins);
    const result = isOnlyCounted ? countWeightAndRejectBanned(context, parts) : runPipeline(context, parts);
    const rejection = result instanceof Promise ? await result : result;
    if (isOnlyCounted && !asksForDocument) return preflightBody;
    if (rejection !== undefined) return rejection;
    if (asksForDocument) return parts.openApi();
    const { lab } = parts;
    if (lab === undefined) return bodyOf(await runHandler(context, parts), context);
    // Awaits only a promise: most requests are not hit by a fault.
    const before = lab.beforeHandler(context);
    const rejected = before instanceof Promise ? await before : before;
    if (rejected !== undefined) return rejected;
    const reply = await runHandler(context, partsInLab(context, parts, lab));
    const changed = isRejection(reply) ? reply : lab.afterHandler(context, reply);
    return bodyOf(changed instanceof Promise ? await changed : changed, context);
  } catch (error) {
    if (error instanceof StoreFault) return rejectionOfFault(error);
    return reject('unknown', { incident: parts.onBug(error) });
  }
}

function runHandler(context: RequestContext, parts: CustomerApiParts): object | Promise<object> {
  const { operation, key, notAfterMs, values } = context;
  return handlerOf(operation)(values, { key, account: key?.account, notAfterMs }, parts);
}

function partsInLab(context: RequestContext, parts: CustomerApiParts, lab: LabPort): CustomerApiParts {
  const reads = lab.readsOf(context, parts.reads);
  return reads === parts.reads ? parts : { ...parts, reads };
}

function bodyOf(reply: object, context: RequestContext): Result {
  return isRejection<CustomerErrorId>(reply) ? reply : textOf(reply, context);
}

function textOf(reply: object, { timeUnit, operation }: RequestContext): string {
  return JSON.stringify(timeUnit === 'MICROSECOND' ? inMicroseconds(reply, operation.reply) : reply);
}

type Weighed = Pick<RequestContext, 'usedWeight' | 'ownWeightHeader' | 'retryAfterSeconds' | 'route'>;

function headersOf(weighed: Weighed, result: string | CustomerRejection): Record<string, string> {
  const { usedWeight, retryAfterSeconds, route } = weighed;
  const headers: Record<string, string> = {};
  for (const name of weightHeadersOf(weighed)) headers[name] = String(usedWeight);
  if (retryAfterSeconds > 0) headers['retry-after'] = String(retryAfterSeconds);
  if (isRejection(result) && result.rejected === 'method-not-allowed')
    headers.allow = route.allowedMethods.join(', ');
  return headers;
}

/**
 * deviation: a reply of /sapi shows the weight used in one counter, the last that has counted the request: that of the
 * account if there are two, and none if the request was rejected before it was counted.
 */
function weightHeadersOf({ ownWeightHeader, route: { operation } }: Weighed): readonly string[] {
  if (ownWeightHeader !== undefined) return [ownWeightHeader];
  if (operation === undefined) return api.weightHeaders;
  return operation.weights === null ? operation.dialect.weightHeaders : [];
}

/** Limits, faults and unknown operations keep their status in every style, because clients have always relied on it. */
const alwaysByStatus: ReadonlySet<ErrorId> = new Set([
  'path-unknown',
  'method-not-allowed',
  'too-many-requests',
  'not-done',
  'outcome-unknown',
  'unknown',
  'maintenance',
]);

function renderError(
  rejection: CustomerRejection,
  style: ErrorStyle,
  { route: { dialect }, path, nowMs }: Pick<RequestContext, 'route' | 'path' | 'nowMs'>,
): Omit<ErrorReply, 'body'> & { readonly body: string } {
  const { error, status, body } = describeError(rejection, dialect.errors);
  if (style === 'spec' || !dialect.hasLegacyErrors || alwaysByStatus.has(error))
    return { error, status, body: JSON.stringify(bodyOfError(dialect, { error, body }, { path, nowMs })) };
  return { error, status: 200, body: JSON.stringify({ success: false, msg: body.msg }) };
}

/** Replies to requests that violate HTTP itself. They count towards the limit of the client if its address is known. */
export function createCustomerRefuser({
  limiter,
  meter,
  clock,
}: Pick<CustomerApiParts, 'limiter' | 'meter' | 'clock'>): (
  refusal: Refusal,
) => RawReply | Promise<RawReply> {
  const count = (rejection: CustomerRejection, { target = '' }: Refusal) => {
    const path = withSingleSlashes(present(target.split('?', 1)[0]));
    const { error, ...reply } = renderError(rejection, 'spec', {
      route: findRoute(path, ''),
      path,
      nowMs: 0,
    });
    meter.count(undefined, reply.status, error, undefined);
    return reply;
  };
  return (refusal) => {
    const rejection = rejectionOf(refusal);
    if (refusal.ip === undefined) return count(rejection, refusal);
    const weighed: Weighed = {
      usedWeight: 0,
      ownWeightHeader: undefined,
      retryAfterSeconds: 0,
      route: findRoute('', ''),
    };
    const render = (limited: CustomerRejection | undefined) => ({
      ...count(limited ?? rejection, refusal),
      headers: headersOf(weighed, rejection),
      endsConnection: limited !== undefined && 'bannedUntilMs' in limited.details,
    });
    const limited = consumeWeight(weighed, refusal.ip, 1, arrivalAt(clock), limiter);
    return limited instanceof Promise ? limited.then(render) : render(limited);
  };
}

function rejectionOf({ status, reason }: Refusal): CustomerRejection {
  if (status >= 500) return reject('unknown');
  if (status === 405) return reject('method-not-allowed');
  return reject(lengthStatuses.has(status) ? 'parameters-too-many' : 'parameter-invalid', { status, reason });
}

const lengthStatuses: ReadonlySet<number> = new Set([413, 414, 431]);
