/**
 * One HTTP listener: bytes in, text out. Everything about HTTP itself is decided here — sizes, timeouts, broken
 * requests — and nothing about what a request means; the handler sees the raw target and the raw body.
 *
 * Whatever arrives is answered with a status and a body of the handler's making, also where HTTP itself is broken.
 */
import type { ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Farewell } from './farewell.ts';
import type { RawReply, RawRequest, Refuse } from './http-message.ts';
import { refuseBroken, refuseWhatNodeKeepsBack, surviveSocketErrors } from './socket-refusal.ts';

export type HttpListenerOptions = {
  readonly host: string;
  readonly port: number;
  readonly trustProxy: boolean | string;
  /** 64 KiB unless told otherwise. */
  readonly maxBodyBytes?: number;
  /** How long a request may take to arrive, head and body: 30 s unless told otherwise. */
  readonly requestTimeoutMs?: number;
  /** At the end, how long a request may take to arrive and an answer to be read: 10 s unless told otherwise. */
  readonly farewellMs?: number;
  readonly handle: (request: RawRequest) => Promise<RawReply>;
  readonly refuse: Refuse;
};

const maxTargetBytes = 8192;
const defaultMaxBodyBytes = 64 * 1024;
const defaultRequestTimeoutMs = 30_000;
/** So often in that time is looked for requests that are late. */
const timeoutChecks = 6;
const defaultFarewellMs = 10_000;
/** Fastify's name for QUERY without a content type. */
const queryWithoutType = 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE';
const jsonType = 'application/json;charset=utf-8';

export class HttpListener {
  readonly #app: FastifyInstance;
  readonly #options: HttpListenerOptions;
  readonly #farewell: Farewell;
  #answers: { readonly response: ServerResponse; readonly answer: RawReply }[] = [];

  constructor(options: HttpListenerOptions) {
    this.#options = options;
    const { requestTimeoutMs = defaultRequestTimeoutMs } = options;
    this.#app = Fastify({
      trustProxy: options.trustProxy,
      bodyLimit: options.maxBodyBytes ?? defaultMaxBodyBytes,
      requestTimeout: requestTimeoutMs,
      forceCloseConnections: 'idle',
      // What arrives while it closes is answered by the handler too.
      return503OnClosing: false,
      http: {
        // Node itself would answer these without a body.
        requireHostHeader: false,
        // The longer of the two is what Node gives a body.
        headersTimeout: requestTimeoutMs,
        connectionsCheckingInterval: requestTimeoutMs / timeoutChecks,
      },
      // One route for all targets: what a path means is decided after bans and weights.
      rewriteUrl: () => '/',
      clientErrorHandler: (error, socket) => refuseBroken(error, socket, options.refuse),
    });
    this.#farewell = new Farewell(this.#app.server, options.farewellMs ?? defaultFarewellMs);
    surviveSocketErrors(this.#app.server);
    refuseWhatNodeKeepsBack(this.#app.server, options.refuse);
    this.#app.removeAllContentTypeParsers();
    // Bytes as they came, one character each, so that the signature covers exactly them.
    this.#app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, (body as Buffer).toString('latin1')),
    );
    this.#app.all('/', (request, reply) => this.#handle(request, reply));
    this.#app.setNotFoundHandler((request, reply) => this.#handle(request, reply));
    this.#app.setErrorHandler((error, request, reply) => {
      // A method that is not ours, whatever it lacks.
      if ((error as { code?: string }).code === queryWithoutType) return this.#handle(request, reply);
      const { ip, socket } = request;
      reply.hijack();
      // Who left before the request was whole is not waiting for an answer.
      if (socket.destroyed) return;
      whenKnown(
        this.#refusal(error as Error & { statusCode?: number }, ip),
        (refusal) => send(reply.raw, refusal),
        () => reply.raw.destroy(),
      );
    });
  }

  /** Starts listening. @returns the port. */
  async start(): Promise<number> {
    await this.#app.listen({ host: this.#options.host, port: this.#options.port });
    const address = this.#app.server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.port;
  }

  /** From now on each answer ends its connection; all requests are still answered. */
  takeLeave(): void {
    this.#farewell.begin();
  }

  /** Answers what is under way, takes nothing new. */
  async close(): Promise<void> {
    await this.#farewell.waitFor(this.#app.close());
  }

  #handle(request: FastifyRequest, reply: FastifyReply): void {
    const { method, originalUrl: target, headers, ip } = request;
    // Past Fastify's own serialisation: the reply is text already, and nothing hooks into it.
    reply.hijack();
    if (!this.#farewell.takes(reply.raw)) return;
    // Node goes on reading a connection that asked for an upgrade, but says nothing any more of what it cannot parse.
    if (headers.upgrade !== undefined) reply.raw.shouldKeepAlive = false;
    if (target.length > maxTargetBytes) {
      const reason = `the URL is longer than ${maxTargetBytes} bytes`;
      this.#sendWhenKnown(reply.raw, this.#options.refuse({ status: 414, reason, ip }));
      return;
    }
    const body = typeof request.body === 'string' ? request.body : '';
    this.#options.handle({ method, target, headers, body, ip }).then(
      (answer) => this.#sendAtEndOfTurn(reply.raw, answer),
      (error: Error) => this.#sendWhenKnown(reply.raw, this.#refusal(error, ip)),
    );
  }

  /**
   * Replies leave together at the end of a turn of the event loop: writing each between two requests would wake its
   * reader every time, which costs more than answering.
   */
  #sendAtEndOfTurn(response: ServerResponse, answer: RawReply): void {
    if (this.#answers.length === 0) setImmediate(() => this.#flush());
    this.#answers.push({ response, answer });
  }

  #flush(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (const { response, answer } of answers) this.#send(response, answer);
  }

  #sendWhenKnown(response: ServerResponse, refusal: RawReply | Promise<RawReply>): void {
    whenKnown(
      refusal,
      (reply) => this.#send(response, reply),
      () => {
        this.#farewell.answering(response);
        response.destroy();
      },
    );
  }

  #send(response: ServerResponse, answer: RawReply): void {
    this.#farewell.answering(response);
    send(response, answer);
  }

  /** What Fastify refused before the handler, or the handler failed at. */
  #refusal(
    { statusCode: status = 500, message }: Error & { statusCode?: number },
    ip: string,
  ): RawReply | Promise<RawReply> {
    const { maxBodyBytes = defaultMaxBodyBytes, refuse } = this.#options;
    if (status === 413)
      return refuse({ status, reason: `the body is longer than ${maxBodyBytes} bytes`, ip });
    // Only a content type that is none is refused with 415: all others are read.
    if (status === 415) return refuse({ status: 400, reason: 'Content-Type is not valid', ip });
    return refuse({ status, reason: message, ip });
  }
}

function send(response: ServerResponse, { status, headers, contentType, body }: RawReply): void {
  const bytes = Buffer.byteLength(body);
  const head = ['content-type', contentType ?? jsonType, 'content-length', String(bytes)];
  for (const name in headers) head.push(name, headers[name] as string);
  response.writeHead(status, head);
  // What is ASCII goes out without being encoded once more.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

/** Only a refusal whose weight is counted elsewhere has to be waited for. */
function whenKnown(
  reply: RawReply | Promise<RawReply>,
  use: (reply: RawReply) => void,
  giveUp: () => void,
): void {
  if (reply instanceof Promise) reply.then(use, giveUp);
  else use(reply);
}
