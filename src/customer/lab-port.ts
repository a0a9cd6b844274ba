/**
 * The calls by which the rehearsal lab takes part in a request: before its handler, after its durable commit, and in
 * its reply.
 * Without the lab there is no port.
 */
import type { CustomerRejection } from '../contract/customer-errors.ts';
import type { RawReply } from '../http/http-message.ts';
import type { Reads } from '../store/reads.ts';
import type { RequestContext } from './request-context.ts';

/** Asks for a fault; has no effect without the lab. */
export const faultHeader = 'Bursar-Fault';

type Result = string | CustomerRejection;

export type LabPort = {
  /** The request has arrived; nothing has been checked. */
  received(context: RequestContext): void;
  /** Every check has passed. @returns a rejection, and then the handler does not run. */
  beforeHandler(
    context: RequestContext,
  ): CustomerRejection | undefined | Promise<CustomerRejection | undefined>;
  /** The reads of the handler. */
  readsOf(context: RequestContext, reads: Reads): Reads;
  /** The handler has succeeded, and its writes are durable. @returns the reply, which may be another one. */
  afterHandler(context: RequestContext, reply: object): object | Promise<object>;
  /** Called once for every request, also if it was rejected. @returns the reply that is sent. */
  finished(context: RequestContext, result: Result, reply: RawReply): RawReply;
};
