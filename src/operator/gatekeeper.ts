/**
 * The hooks that run before an operation: authentication, path and method, headers, permission. They run before the body
 * is read, so that a client that is not authenticated learns only that. The first failure is returned. A body may take
 * long to arrive, so authentication and permission are checked again after it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { isRejection, reject } from '../contract/errors.ts';
import type { OperatorRejection } from '../contract/operator-errors.ts';
import { limitScope } from '../domain/ip-address.ts';
import type { Principal } from '../domain/operator/principal.ts';
import { describeUnknownOperatorPath } from '../http/path-hints.ts';
import type { RequestTracker } from '../http/request-tracker.ts';
import { maxTargetBytes, targetTooLong } from '../http/routing.ts';
import { probeWhileStarting } from '../observability/probes.ts';
import { type Call, sendRejection, sendText } from './call.ts';
import { asksForPage, sendPage } from './console/console-routes.ts';
import { identify } from './identification.ts';
import { rejectUnpermitted } from './operation-permission.ts';
import { invalidHttp, type OperatorApi } from './operator-api.ts';
import { auditRefusal } from './refusal-audit.ts';
import { readOperatorName, rejectRepeatedKey } from './request-headers.ts';

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** @param api returns undefined while the server is starting. */
export function addGatekeeper(
  app: FastifyInstance,
  api: () => OperatorApi | undefined,
  tracker: RequestTracker,
): void {
  app.decorateRequest('call', null);
  app.addHook('onRequest', (request, reply, done) => {
    const current = api();
    if (current === undefined) return void rejectWhileStarting(request, reply);
    const call: Call = {
      api: current,
      begunMs: current.meter.begin(),
      ip: tracker.addressOf(request.raw),
      principal: null,
      origin: null,
    };
    request.call = call;
    if (request.originalUrl.length > maxTargetBytes)
      return void sendRejection(reply, invalidHttp(targetTooLong));
    if (request.routeOptions.config.isPublic) return done();
    if (asksForPage(request)) return void sendPage(call, request, reply);
    admit(app, call, request, reply).then((isAdmitted) => {
      if (isAdmitted) done();
    }, done);
  });
  app.addHook('preHandler', (request, reply, done) => {
    const { call, routeOptions } = request;
    const hasBody = routeOptions.config.operation !== undefined && request.method !== 'GET';
    if (call === null || !hasBody) return done();
    admit(app, call, request, reply).then((isAdmitted) => {
      if (isAdmitted) done();
    }, done);
  });
}

function rejectWhileStarting({ method, originalUrl }: FastifyRequest, reply: FastifyReply): void {
  const probe = probeWhileStarting({ method, target: originalUrl });
  if (probe === undefined) sendRejection(reply, reject('not-done'));
  else sendText(reply, probe);
}

/** @returns false if it has sent a rejection. */
async function admit(
  app: FastifyInstance,
  call: Call,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { operation } = request.routeOptions.config;
  const identified = await identify(call, request);
  if (identified === 'unauthenticated') await rejectUnauthenticated(call, request, reply);
  else if (isRejection(identified)) sendRejection(reply, identified);
  else if (request.is404) rejectRoute(app, request, reply);
  else {
    call.operation = operation?.id;
    const problem = readNames(call, request, identified) ?? (operation && rejectUnpermitted(operation, call));
    if (problem === undefined) return true;
    await auditRefusal(call, problem, pathOf(request));
    sendRejection(reply, problem);
  }
  return false;
}

/** Sets the principal. @returns the rejection of headers that must not be repeated, or are malformed. */
function readNames(
  call: Call,
  { raw }: FastifyRequest,
  identified: Principal | 'anybody',
): OperatorRejection | undefined {
  const repeated = rejectRepeatedKey(raw);
  if (repeated !== undefined || identified === 'anybody') return repeated;
  call.principal = identified;
  // Other principals have proved their name.
  if (identified.kind !== 'bootstrap') return undefined;
  const name = readOperatorName(raw);
  if (isRejection(name)) return name;
  call.principal = { ...identified, name };
  return undefined;
}

/** A missing token does not count as an attempt. */
async function rejectUnauthenticated(
  { api, ip }: Call,
  { headers }: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const isAttempt = (headers.authorization ?? '') !== '';
  const staysOpen = !isAttempt || (await api.wrongTokens.delayRejection(limitScope(ip)));
  reply.header('www-authenticate', 'Bearer');
  if (!staysOpen) reply.header('connection', 'close');
  sendRejection(reply, reject('operator-unauthorized'));
}

function rejectRoute(app: FastifyInstance, { url, originalUrl }: FastifyRequest, reply: FastifyReply): void {
  const allowed = methods.filter((method) => app.findRoute({ method, url }) !== null);
  if (allowed.length > 0) {
    sendRejection(reply.header('allow', allowed.join(', ')), reject('method-not-allowed'));
    return;
  }
  const path = pathOf({ originalUrl });
  sendRejection(reply, reject('path-unknown', describeUnknownOperatorPath(path)));
}

const pathOf = ({ originalUrl }: Pick<FastifyRequest, 'originalUrl'>) => originalUrl.split('?', 1)[0] ?? '';
