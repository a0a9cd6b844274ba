/**
 * The operator API on Fastify: one route for each operation of the contract, and the probes and the OpenAPI document,
 * which are served without the token.
 *
 * Errors have the same body as in the customer API. An internal error returns 500 with an incident id and never reveals
 * its cause.
 */

import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { rejectionOfFault } from '../command/outcome.ts';
import { bindHandlers } from '../contract/bind-handlers.ts';
import { reject } from '../contract/errors.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import { operatorOperations } from '../contract/operator-operations.ts';
import { describeFailure, type FastifyFailure, type Routing, trackReplies } from '../http/routing.ts';
import { probes } from '../observability/probes.ts';
import { StoreFault } from '../store/port.ts';
import { callOf, sendRejection, sendText } from './call.ts';
import { addConsoleFiles } from './console/console-routes.ts';
import { addEventStream } from './console/event-stream.ts';
import { addGatekeeper } from './gatekeeper.ts';
import { implementations } from './implementations.ts';
import { addBodyParsers } from './json-body.ts';
import { addOperation } from './operation-route.ts';
import { invalidHttp, type OperatorApi } from './operator-api.ts';
import { RejectionError } from './rejection-error.ts';
import { compileValidator, parseQuery } from './validation.ts';
import { readWorldPrefix } from './world-header.ts';

/** Longer than any request line, so that the contract of the operation names the parameter. */
const longestParameter = 1_000_000;

export const handlerOf = bindHandlers(operatorOperations, implementations, 'src/operator/handlers/');

/**
 * @param api returns undefined while the server is starting.
 * @param operations those that have routes
 */
export function operatorRouting(
  api: () => OperatorApi | undefined,
  operations: readonly OperatorOperation[] = operatorOperations,
): Routing {
  return {
    options: {
      rewriteUrl: (request) => literalTarget(readWorldPrefix(request)),
      routerOptions: { maxParamLength: longestParameter, querystringParser: parseQuery },
    },
    async register(app, { tracker, timers }) {
      app.setValidatorCompiler(compileValidator);
      trackReplies(app, tracker);
      addGatekeeper(app, api, tracker);
      addBodyParsers(app);
      addMeter(app);
      addPrivacy(app);
      app.setErrorHandler(sendError);
      addPublicRoutes(app);
      addConsoleFiles(app);
      addEventStream(app, api, tracker, timers);
      for (const operation of operations) {
        addOperation(app, operation, handlerOf(operation));
        // Together they take a tenth of a start, in which the engine waits for answers.
        await turn();
      }
    },
  };
}

/**
 * Escapes a path so that the router compares and returns its segments as they were sent. Otherwise invalid
 * percent-encoding would be an error of the whole path, and the rejection could not name the parameter.
 */
function literalTarget(target: string): string {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const literal = path.replace(/[%#]/g, (character) => encodeURIComponent(character));
  return `${literal.startsWith('/') ? '' : '/'}${literal}${mark < 0 ? '' : target.slice(mark)}`;
}

function addMeter(app: FastifyInstance): void {
  app.addHook('onSend', ({ call }, { statusCode }, _payload, done) => {
    if (call !== null) call.api.meter.count(call.operation, statusCode, call.error, call.begunMs);
    done();
  });
}

/** No cache may keep data of customers, and no browser may guess another content type. */
function addPrivacy(app: FastifyInstance): void {
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done();
  });
}

const documentPath = '/openapi.json';
/** The paths outside of `/operator/v1` that need no authentication, besides the files of the console. */
export const publicPaths: readonly string[] = [...probes.keys(), documentPath];

function addPublicRoutes(app: FastifyInstance): void {
  const options = { config: { isPublic: true } } as const;
  for (const [path, probe] of probes)
    app.get(path, options, async (request, reply) =>
      sendText(reply, await probe(callOf(request).api.probes)),
    );
  app.get(documentPath, options, (request, reply) =>
    sendText(reply, { status: 200, body: callOf(request).api.openApi() }),
  );
}

function sendError(error: FastifyFailure, request: FastifyRequest, reply: FastifyReply): void {
  // Fastify closes the connection after an error in a body, which would drop the requests behind this one.
  reply.removeHeader('connection');
  if (error instanceof RejectionError) sendRejection(reply, error.rejection);
  else if (error instanceof StoreFault) sendRejection(reply, rejectionOfFault(error));
  else if (error.statusCode !== undefined && error.statusCode < 500) {
    // The client disconnected before sending the whole request.
    if (request.raw.socket.destroyed) request.call = null;
    sendRejection(reply, invalidHttp(describeFailure(error, request.routeOptions.bodyLimit)));
  } else {
    const incident = callOf(request).api.onBug(error);
    sendRejection(reply, reject('unknown', { incident }));
  }
}
