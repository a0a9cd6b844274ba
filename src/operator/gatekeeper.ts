/**
 * The hooks that run before an operation: token, path and method, headers. They run before the body is read, so that a
 * client without the token learns only that it lacks the token. The first failure is returned.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { isRejection, reject } from '../contract/errors.ts';
import { limitScope } from '../domain/ip-address.ts';
import { describeUnknownOperatorPath } from '../http/path-hints.ts';
import type { RequestTracker } from '../http/request-tracker.ts';
import { maxTargetBytes, targetTooLong } from '../http/routing.ts';
import { probeWhileStarting } from '../observability/probes.ts';
import { type Call, sendRejection, sendText } from './call.ts';
import { invalidHttp, type OperatorApi } from './operator-api.ts';
import { readActor } from './request-headers.ts';

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
      actor: '',
    };
    request.call = call;
    const { config } = request.routeOptions;
    if (request.originalUrl.length > maxTargetBytes)
      return void sendRejection(reply, invalidHttp(targetTooLong));
    if (config.isPublic) return done();
    if (!current.holdsToken(request.headers.authorization)) {
      rejectToken(call, request, reply).catch(done);
      return;
    }
    if (request.is404) return void rejectRoute(app, request, reply);
    call.operation = config.operation?.id;
    const actor = readActor(request.raw);
    if (isRejection(actor)) return void sendRejection(reply, actor);
    call.actor = actor;
    done();
  });
}

function rejectWhileStarting({ method, originalUrl }: FastifyRequest, reply: FastifyReply): void {
  const probe = probeWhileStarting({ method, target: originalUrl });
  if (probe === undefined) sendRejection(reply, reject('not-done'));
  else sendText(reply, probe);
}

/** A missing token does not count as an attempt. */
async function rejectToken(
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
  const [path = ''] = originalUrl.split('?', 1);
  sendRejection(reply, reject('path-unknown', describeUnknownOperatorPath(path)));
}
