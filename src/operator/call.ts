/** The state of a request of the operator API, and the replies that its hooks send. */
import type { FastifyReply } from 'fastify';
import { describeError } from '../contract/error-table.ts';
import type { ErrorId, Rejection } from '../contract/errors.ts';
import { type OperatorRejection, operatorErrors } from '../contract/operator-errors.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import type { Principal } from '../domain/operator/principal.ts';
import type { RawReply } from '../http/http-message.ts';
import { jsonType } from '../http/http-reply.ts';
import type { OperatorApi } from './operator-api.ts';

/** One request. */
export type Call = {
  readonly api: OperatorApi;
  /** The start time, by the clock of the meter. */
  readonly begunMs: number;
  /** The address of the client. */
  readonly ip: string;
  /** The operation and the error that the meter counts. */
  operation?: string | undefined;
  error?: ErrorId;
  /** The principal that makes the request; null if the operation needs no authentication. */
  principal: Principal | null;
  /** The origin of a request that a browser may have made; null if a token authenticates it. */
  origin: URL | null;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** null while the server is starting, and after the client has disconnected. */
    call: Call | null;
  }
  interface FastifyContextConfig {
    readonly operation?: OperatorOperation;
    /** Whether the route is no operation and is served without authentication. */
    readonly isPublic?: true;
  }
}

/** The call of a request whose first hook has run. */
export function callOf({ call }: { readonly call: Call | null }): Call {
  // cast: the hook has set it.
  return call as Call;
}

export function sendText(
  reply: FastifyReply,
  { status, contentType = jsonType, body }: RawReply,
): FastifyReply {
  return reply.code(status).type(contentType).send(body);
}

export function sendRejection(reply: FastifyReply, rejection: OperatorRejection): FastifyReply {
  const { error, status, body } = describeError(rejection, operatorErrors);
  if (reply.request.call !== null) reply.request.call.error = error;
  if (rejection.rejected === 'sign-ins-too-many')
    // cast: its id says so.
    reply.header('retry-after', (rejection as Rejection<'sign-ins-too-many'>).details.retryAfterS);
  return sendText(reply, { status, body: JSON.stringify(body) });
}
