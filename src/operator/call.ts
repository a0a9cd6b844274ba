/** The state of a request of the operator API, and the replies that its hooks send. */
import type { FastifyReply } from 'fastify';
import { describeError } from '../contract/error-table.ts';
import type { ErrorId } from '../contract/errors.ts';
import { type OperatorRejection, operatorErrors } from '../contract/operator-errors.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
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
  /** The actor for the audit trail. */
  actor: string;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** null while the server is starting, and after the client has disconnected. */
    call: Call | null;
  }
  interface FastifyContextConfig {
    readonly operation?: OperatorOperation;
    /** Whether the route is served without the token. */
    readonly isPublic?: true;
  }
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
  return sendText(reply, { status, body: JSON.stringify(body) });
}
