/**
 * The two ways in which a listener answers requests: as raw text (`raw-routing.ts`), or by the routes of Fastify, whose
 * replies are tracked here.
 */
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { Timers } from '../clock/clock.ts';
import type { Refusal, Refuse } from './http-message.ts';
import type { RequestTracker } from './request-tracker.ts';

/** The parts of a listener that its routes use. */
export type RoutingContext = {
  readonly tracker: RequestTracker;
  readonly refuse: Refuse;
  /** Monotonic. */
  readonly timers: Timers;
};

export type Routing = {
  readonly options: FastifyServerOptions;
  /** Adds the routes. Requests wait until all of them are there. */
  readonly register: (app: FastifyInstance, context: RoutingContext) => void | Promise<void>;
};

export const maxTargetBytes = 8192;
export const defaultMaxBodyBytes = 64 * 1024;

/** The reason for refusing a request that violates HTTP itself. */
type Failure = Pick<Refusal, 'status' | 'reason'>;

export const targetTooLong: Failure = {
  status: 414,
  reason: `the URL is longer than ${maxTargetBytes} bytes`,
};

/** An error of Fastify has a code and a status. */
export type FastifyFailure = Error & { readonly code?: string; readonly statusCode?: number };

/** Describes an error that Fastify found in the request, or any other error (500). */
export function describeFailure(
  { statusCode: status = 500, message: reason }: FastifyFailure,
  maxBodyBytes: number,
): Failure {
  if (status === 413) return { status, reason: `the body is longer than ${maxBodyBytes} bytes` };
  // Fastify returns 415 only for a malformed content type, because the parsers accept all others.
  if (status === 415) return { status: 400, reason: 'Content-Type is not valid' };
  return { status, reason };
}

/** Tracks requests whose replies are sent by Fastify, as text or as a stream. */
export function trackReplies(app: FastifyInstance, tracker: RequestTracker): void {
  app.addHook('onRequest', (_request, _reply, done) => {
    tracker.began();
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    // A stream waits for its reader, so that it never has more than a little unsent.
    const bytes = typeof payload === 'string' ? Buffer.byteLength(payload) : 0;
    tracker.replyKnown(reply.raw, bytes);
    tracker.ended();
    reply.headers(tracker.prepare(reply.raw));
    // Fastify writes the reply in this turn of the event loop.
    setImmediate(() => tracker.limitReading(reply.raw));
    done();
  });
}
