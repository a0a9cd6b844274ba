/**
 * Hands every request to one function as raw text: any path, any method, any content type. Fastify's routing, body
 * parsers and validation are not used, for three reasons: a signature covers the exact bytes of the query and the body;
 * bans and weights are checked before the path is interpreted; and the replies of one turn of the event loop are sent
 * together, which hooks and a serialiser for each reply would make slower.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isAllowedPreflight } from './cors.ts';
import type { RawReply, RawRequest } from './http-message.ts';
import { nowOrLater, send } from './http-reply.ts';
import { ReplyEndings } from './reply-ending.ts';
import {
  defaultMaxBodyBytes,
  describeFailure,
  type FastifyFailure,
  maxTargetBytes,
  type Routing,
  type RoutingContext,
  targetTooLong,
} from './routing.ts';

export type HandleRaw = (request: RawRequest) => Promise<RawReply>;

/** Fastify's error code for QUERY without a content type. */
const queryWithoutType = 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE';

export function rawRouting(handle: HandleRaw): Routing {
  return {
    // One route serves all targets.
    options: { bodyLimit: defaultMaxBodyBytes, rewriteUrl: () => '/' },
    register(app, context) {
      new RawRoutes(handle, context).addTo(app);
    },
  };
}

type Unsent = { readonly response: ServerResponse; readonly reply: RawReply; readonly bytes: number };

class RawRoutes {
  readonly #handleRaw: HandleRaw;
  readonly #context: RoutingContext;
  readonly #endings: ReplyEndings;
  #unsent: Unsent[] = [];

  constructor(handle: HandleRaw, context: RoutingContext) {
    this.#handleRaw = handle;
    this.#context = context;
    this.#endings = new ReplyEndings({
      ...context,
      send: (response, reply) => this.#sendAtEndOfTurn(response, reply),
    });
  }

  addTo(app: FastifyInstance): void {
    app.removeAllContentTypeParsers();
    // The body is decoded to one character per byte, so that signatures are verified over the exact bytes.
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      // cast: `parseAs` says so.
      done(null, (body as Buffer).toString('latin1')),
    );
    app.all('/', (request, reply) => this.#handle(request, reply));
    app.setNotFoundHandler((request, reply) => this.#handle(request, reply));
    app.setErrorHandler((error: FastifyFailure, request, reply) => {
      // The method is not supported anyway, so the missing content type does not matter.
      if (error.code === queryWithoutType) return this.#handle(request, reply);
      reply.hijack();
      // The client disconnected before sending the whole request.
      if (request.raw.socket.destroyed) return;
      nowOrLater(
        this.#refusal(error, this.#context.tracker.addressOf(request.raw), request.originalUrl),
        (refusal) => this.#sendNow(reply.raw, refusal),
        () => reply.raw.destroy(),
      );
    });
  }

  #handle({ raw, originalUrl: target, body: parsed }: FastifyRequest, reply: FastifyReply): void {
    const { tracker, refuse } = this.#context;
    reply.hijack();
    tracker.began();
    const { method = '', headers, rawHeaders } = raw;
    const ip = tracker.addressOf(raw);
    if (target.length > maxTargetBytes && !isAllowedPreflight(raw, tracker.cors.origins)) {
      this.#sendWhenKnown(reply.raw, refuse({ ...targetTooLong, ip, target }));
      return;
    }
    const body = typeof parsed === 'string' ? parsed : '';
    this.#handleRaw({ method, target, headers, rawHeaders, body, ip }).then(
      (rawReply) => {
        if (rawReply.ending === undefined) this.#sendAtEndOfTurn(reply.raw, rawReply);
        else this.#endings.carryOut(reply.raw, rawReply, rawReply.ending);
      },
      (error: Error) => this.#sendWhenKnown(reply.raw, this.#refusal(error, ip, target)),
    );
  }

  /**
   * Sends replies together at the end of a turn of the event loop. Writing each reply separately would wake its reader
   * every time, which costs more than computing the reply.
   */
  #sendAtEndOfTurn(response: ServerResponse, reply: RawReply): void {
    if (this.#unsent.length === 0) setImmediate(() => this.#flush());
    const bytes = Buffer.byteLength(reply.body);
    this.#context.tracker.replyKnown(response, bytes);
    this.#unsent.push({ response, reply, bytes });
  }

  #flush(): void {
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const { response, reply, bytes } of unsent) {
      this.#context.tracker.ended();
      this.#send(response, reply, bytes);
    }
  }

  #sendWhenKnown(response: ServerResponse, refusal: RawReply | Promise<RawReply>): void {
    const { tracker } = this.#context;
    nowOrLater(
      refusal,
      (reply) => {
        tracker.ended();
        this.#sendNow(response, reply);
      },
      () => {
        tracker.ended();
        response.destroy();
      },
    );
  }

  #sendNow(response: ServerResponse, reply: RawReply): void {
    const bytes = Buffer.byteLength(reply.body);
    this.#context.tracker.replyKnown(response, bytes);
    this.#send(response, reply, bytes);
  }

  #send(response: ServerResponse, reply: RawReply, bytes: number): void {
    const { tracker } = this.#context;
    const cors = tracker.prepare(response, reply.endsConnection);
    send(response, reply, bytes, cors);
    tracker.limitReading(response);
  }

  /** Renders an error of Fastify before the handler, or of the handler. */
  #refusal(error: FastifyFailure, ip: string, target: string): RawReply | Promise<RawReply> {
    return this.#context.refuse({ ...describeFailure(error, defaultMaxBodyBytes), ip, target });
  }
}
