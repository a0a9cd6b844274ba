/**
 * The edge of the operator API: token, route, input, handler, JSON. Only the OpenAPI document and the probes are
 * available without the token.
 *
 * Errors have the same body as in the customer API. An internal error returns 500 with an incident id and never reveals
 * its cause.
 */

import { rejectionOfFault } from '../command/outcome.ts';
import type { Operator } from '../command/unit-of-work.ts';
import { describeError, type ErrorId, isRejection, type Rejection, reject } from '../contract/errors.ts';
import { replayedHeader } from '../contract/idempotency.ts';
import type { OperatorInput, OperatorOperation } from '../contract/operator-operation.ts';
import { type OperatorOperationName, operatorOperations } from '../contract/operator-operations.ts';
import { limitScope } from '../domain/ip-address.ts';
import type { RawReply, RawRequest, Refusal } from '../http/http-message.ts';
import { describeUnknownOperatorPath } from '../http/path-hints.ts';
import type { RequestMeter } from '../meter/request-meter.ts';
import { findProbe, type ProbeParts } from '../observability/probes.ts';
import { StoreFault } from '../store/port.ts';
import { type OperatorParts, Replayed } from './handler.ts';
import { operatorHandlers } from './handlers/index.ts';
import { readIdempotency } from './idempotency.ts';
import {
  createOperatorRoute,
  invalid,
  type OperatorRoute,
  type ReadInput,
  readInput,
} from './operator-input.ts';
import { createOperatorRoutes } from './operator-route.ts';
import { createTokenCheck } from './operator-token.ts';
import { refuseRepeated } from './single-headers.ts';
import type { WrongTokens } from './wrong-tokens.ts';

/** The largest body is a batch of order events. */
export const operatorMaxBodyBytes = 4 * 1024 * 1024;

export type OperatorEdgeParts = OperatorParts & {
  readonly token: string;
  readonly openApi: () => string;
  readonly probes: ProbeParts;
  readonly meter: RequestMeter;
  readonly wrongTokens: WrongTokens;
  /** Reports an internal error. @returns the incident id for the reply. */
  readonly onBug: (error: unknown) => string;
};

type AnyHandler = (
  input: ReadInput & Pick<OperatorInput<OperatorOperation>, 'idempotency'>,
  operator: Operator,
  parts: OperatorParts,
) => unknown;
type HandledRoute = OperatorRoute & { readonly handle: AnyHandler };
type Answer = Pick<RawReply, 'status' | 'headers'> & { readonly reply: unknown };
/** A reply, with the operation and error that the meter counts. */
type Metered = { readonly reply: RawReply; readonly operation?: string; readonly refusal?: ErrorId };

const routes = Object.entries(operatorOperations).map(
  ([name, operation]): HandledRoute => ({
    ...createOperatorRoute(operation as OperatorOperation),
    handle: operatorHandlers[name as OperatorOperationName] as AnyHandler,
  }),
);
const findRoute = createOperatorRoutes(routes);

export function createOperatorEdge(parts: OperatorEdgeParts): (request: RawRequest) => Promise<RawReply> {
  const holdsToken = createTokenCheck(parts.token);
  return async (request) => {
    const begunMs = parts.meter.begin();
    const { reply, operation, refusal } = await serve(request, holdsToken, parts);
    parts.meter.count(operation, reply.status, refusal, begunMs);
    return reply;
  };
}

async function serve(
  request: RawRequest,
  holdsToken: ReturnType<typeof createTokenCheck>,
  parts: OperatorEdgeParts,
): Promise<Metered> {
  const [path = '', query = ''] = splitOnce(request.target, '?');
  const probe = findProbe(path, request);
  if (probe !== undefined) return { reply: await probe(parts.probes) };
  if (path === '/openapi.json' && request.method === 'GET')
    return { reply: { status: 200, body: parts.openApi() } };
  if (!holdsToken(headerOf(request, 'authorization'))) return refuseToken(request, parts);
  const found = findRoute(path, request.method);
  if ('rejected' in found) return renderRejection(found);
  if ('allowedMethods' in found) return refuseMethod(path, found.allowedMethods);
  const operation = found.route.operation.id;
  const answer = await answerTo(request, query, found, parts);
  if (isRejection(answer)) return { ...renderRejection(answer), operation };
  const { reply, ...head } = answer;
  return { reply: { ...head, body: JSON.stringify(reply) }, operation };
}

/** A missing token does not count as an attempt. */
async function refuseToken(request: RawRequest, { wrongTokens }: OperatorEdgeParts): Promise<Metered> {
  const isAttempt = (headerOf(request, 'authorization') ?? '') !== '';
  const staysOpen = !isAttempt || (await wrongTokens.delayRefusal(limitScope(request.ip)));
  return renderRejection(reject('operator-unauthorized'), {
    'www-authenticate': 'Bearer',
    ...(!staysOpen && { connection: 'close' }),
  });
}

async function answerTo(
  request: RawRequest,
  query: string,
  { route, values }: { readonly route: HandledRoute; readonly values: Readonly<Record<string, string>> },
  parts: OperatorEdgeParts,
): Promise<Answer | Rejection> {
  try {
    const repeated = refuseRepeated(request);
    if (repeated !== undefined) return repeated;
    const actor = actorOf(headerOf(request, 'x-operator'));
    if (actor === null) return invalid('x-operator: must be 1 to 64 printable ASCII characters');
    const contentType = headerOf(request, 'content-type');
    const input = readInput({ path: values, query, contentType, body: request.body }, route);
    if (isRejection(input)) return input;
    const idempotency = readIdempotency(headerOf(request, 'idempotency-key'), route.operation, input);
    if (isRejection(idempotency)) return idempotency;
    const reason = String(input.body.reason ?? input.query.reason ?? '');
    const reply = await route.handle({ ...input, idempotency }, { actor, reason }, parts);
    if (isRejection(reply)) return reply;
    const { status } = route.operation;
    return reply instanceof Replayed
      ? { status, reply: reply.reply, headers: { [replayedHeader]: 'true' } }
      : { status, reply };
  } catch (error) {
    if (error instanceof StoreFault) return rejectionOfFault(error);
    return reject('unknown', { incident: parts.onBug(error) });
  }
}

/** The actor for the audit trail: every operator uses the same token, and a header may name the person. */
function actorOf(name: string | undefined): string | null {
  if (name === undefined) return 'operator';
  return /^[!-~]([ -~]{0,62}[!-~])?$/.test(name) ? `operator:${name}` : null;
}

function headerOf({ headers }: RawRequest, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function refuseMethod(path: string, allowed: readonly string[]): Metered {
  if (allowed.length === 0) return renderRejection(reject('path-unknown', describeUnknownOperatorPath(path)));
  return renderRejection(reject('method-not-allowed'), { allow: allowed.join(', ') });
}

function renderRejection(rejection: Rejection, headers: Readonly<Record<string, string>> = {}): Metered {
  const { status, body } = describeError(rejection);
  return { reply: { status, headers, body: JSON.stringify(body) }, refusal: rejection.rejected };
}

/** Replies to requests that violate HTTP itself. */
export function createOperatorRefuser({
  meter,
}: Pick<OperatorEdgeParts, 'meter'>): (refusal: Refusal) => RawReply {
  return ({ status, reason }) => {
    const rejection = invalid(`The request was rejected: ${reason}.`);
    meter.count(undefined, status, rejection.rejected, undefined);
    return { status, body: JSON.stringify(describeError(rejection).body) };
  };
}
