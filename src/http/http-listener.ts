/**
 * One HTTP listener: bytes in, text out. Everything about HTTP itself is decided here — sizes, timeouts, broken
 * requests — and nothing about what a request means; the handler sees the raw target and the raw body.
 *
 * Whatever arrives is answered with a status and a body of the handler's making, also where HTTP itself is broken.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { clientAddress, createProxyTrust, type ProxyTrust } from './client-address.ts';
import { ConnectionDrain } from './connection-drain.ts';
import { type CorsOrigins, corsHeaders, isPreflight } from './cors.ts';
import { bind, type HttpBinding } from './http-binding.ts';
import { HttpConnection } from './http-connection.ts';
import type { RawReply, RawRequest, Refuse } from './http-message.ts';
import { nowOrLater, send } from './http-reply.ts';
import { separatePlain } from './plain-on-tls.ts';
import {
  answerConnectAndExpect,
  type Refusing,
  refuseBroken,
  refusePlain,
  surviveSocketErrors,
} from './socket-refusal.ts';

// An import would read every export, and so load Node's WebSocket client: 60 ms of a start.
const { createServer } = process.getBuiltinModule('node:http');
const { createServer: createTlsServer } = process.getBuiltinModule('node:https');

export type HttpListenerOptions = {
  /** `localhost`: both loopback addresses. */
  readonly host: string;
  readonly port: number;
  readonly trustProxy: boolean | string;
  /** Whose pages may read the replies: none unless told otherwise. */
  readonly corsOrigins?: CorsOrigins;
  /** Certificate and key in PEM; without them the listener speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** 64 KiB unless told otherwise. */
  readonly maxBodyBytes?: number;
  /** How long a request may take to arrive, head and body: 30 s unless told otherwise. */
  readonly requestTimeoutMs?: number;
  /** At the end, how long a request may take to arrive and an answer to be read: 10 s unless told otherwise. */
  readonly drainTimeoutMs?: number;
  /** How long a client may read nothing of an answer that waits for it: 60 s unless told otherwise. */
  readonly readTimeoutMs?: number;
  /** Told of connections that cannot be accepted, or soon cannot, and what to do about it: with each one. */
  readonly onShortage?: (message: string) => void;
  readonly handle: (request: RawRequest) => Promise<RawReply>;
  readonly refuse: Refuse;
};

const maxTargetBytes = 8192;
const defaultMaxBodyBytes = 64 * 1024;
const defaultRequestTimeoutMs = 30_000;
const keepAliveTimeoutMs = 72_000;
/** Late requests are looked for this many times per request timeout. */
const checksPerTimeout = 6;
const defaultDrainTimeoutMs = 10_000;
const defaultReadTimeoutMs = 60_000;
/** Fastify's name for QUERY without a content type. */
const queryWithoutType = 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE';

export class HttpListener {
  readonly #app: FastifyInstance;
  readonly #options: HttpListenerOptions;
  readonly #isTrusted: ProxyTrust;
  readonly #corsOrigins: CorsOrigins;
  readonly #drain: ConnectionDrain;
  #binding: HttpBinding | undefined;
  #answers: { readonly response: ServerResponse; readonly answer: RawReply; readonly bytes: number }[] = [];

  constructor(options: HttpListenerOptions) {
    this.#options = options;
    this.#isTrusted = createProxyTrust(options.trustProxy);
    this.#corsOrigins = options.corsOrigins ?? [];
    const refusing = { refuse: options.refuse, isTrusted: this.#isTrusted, corsOrigins: this.#corsOrigins };
    this.#app = Fastify({
      bodyLimit: options.maxBodyBytes ?? defaultMaxBodyBytes,
      // One route for all targets: what a path means is decided after bans and weights.
      rewriteUrl: () => '/',
      clientErrorHandler: (error, socket) => refuseBroken(error, socket, refusing),
      schemaController: withoutSchemas,
      serverFactory: (serve) => createNodeServer(options, refusing, serve),
    });
    const { server } = this.#app;
    this.#drain = new ConnectionDrain(server, options.drainTimeoutMs ?? defaultDrainTimeoutMs);
    surviveSocketErrors(server, options.onShortage ?? (() => {}));
    answerConnectAndExpect(server, refusing);
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
      reply.hijack();
      // The client disconnected before sending the whole request.
      if (request.raw.socket.destroyed) return;
      nowOrLater(
        this.#refusal(error as Error & { statusCode?: number }, this.#addressOf(request.raw)),
        (refusal) => this.#sendNow(reply.raw, refusal),
        () => reply.raw.destroy(),
      );
    });
  }

  /** Starts listening. @returns the port. */
  async start(): Promise<number> {
    await this.#app.ready();
    this.#binding = await bind(this.#app.server, this.#options.host, this.#options.port);
    return this.#binding.port;
  }

  /** From now on each answer ends its connection; all requests are still answered. */
  startDraining(): void {
    this.#drain.begin();
  }

  /** Answers the requests that have been sent, accepts no connections. */
  async close(): Promise<void> {
    if (this.#binding !== undefined) await this.#drain.waitFor(this.#binding.close());
    await this.#app.close();
  }

  #handle({ raw, originalUrl: target, body: parsed }: FastifyRequest, reply: FastifyReply): void {
    // Past Fastify's own serialisation: the reply is text already, and nothing hooks into it.
    reply.hijack();
    this.#drain.started();
    const { method = '', headers } = raw;
    const ip = this.#addressOf(raw);
    if (target.length > maxTargetBytes && !isPreflight(raw, this.#corsOrigins)) {
      const reason = `the URL is longer than ${maxTargetBytes} bytes`;
      this.#sendWhenKnown(reply.raw, this.#options.refuse({ status: 414, reason, ip }));
      return;
    }
    const body = typeof parsed === 'string' ? parsed : '';
    this.#options.handle({ method, target, headers, body, ip }).then(
      (answer) => this.#sendAtEndOfTurn(reply.raw, answer),
      (error: Error) => this.#sendWhenKnown(reply.raw, this.#refusal(error, ip)),
    );
  }

  #addressOf({ socket, headers }: IncomingMessage): string {
    return clientAddress(HttpConnection.of(socket).peer, headers['x-forwarded-for'], this.#isTrusted);
  }

  /**
   * Replies leave together at the end of a turn of the event loop: writing each between two requests would wake its
   * reader every time, which costs more than answering.
   */
  #sendAtEndOfTurn(response: ServerResponse, answer: RawReply): void {
    if (this.#answers.length === 0) setImmediate(() => this.#flush());
    const bytes = Buffer.byteLength(answer.body);
    HttpConnection.of(response.req.socket).answered(response, bytes);
    this.#answers.push({ response, answer, bytes });
  }

  #flush(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (const { response, answer, bytes } of answers) {
      this.#drain.answered();
      this.#send(response, answer, bytes);
    }
  }

  #sendWhenKnown(response: ServerResponse, refusal: RawReply | Promise<RawReply>): void {
    nowOrLater(
      refusal,
      (reply) => {
        this.#drain.answered();
        this.#sendNow(response, reply);
      },
      () => {
        this.#drain.answered();
        response.destroy();
      },
    );
  }

  #sendNow(response: ServerResponse, answer: RawReply): void {
    const bytes = Buffer.byteLength(answer.body);
    HttpConnection.of(response.req.socket).answered(response, bytes);
    this.#send(response, answer, bytes);
  }

  #send(response: ServerResponse, answer: RawReply, bytes: number): void {
    const connection = HttpConnection.of(response.req.socket);
    if (answer.endsConnection) connection.dropOthers();
    if (connection.endsWith(response, this.#drain.hasBegun)) response.setHeader('connection', 'close');
    send(response, answer, bytes, corsHeaders(response.req, this.#corsOrigins));
    this.#disconnectLateReader(response);
  }

  /** Node ends the timeout when the answers are read, and begins it anew whenever something is. */
  #disconnectLateReader({ req: { socket } }: ServerResponse): void {
    if (socket.writableLength > 0) socket.setTimeout(this.#options.readTimeoutMs ?? defaultReadTimeoutMs);
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

/** No route has a schema for Fastify: it need not load its compilers, which are a tenth of a start. */
const compileNothing = () => () => {
  throw new Error('routes have no schemas for Fastify');
};
const withoutSchemas = {
  compilersFactory: { buildValidator: compileNothing, buildSerializer: compileNothing },
};

function createNodeServer(
  { requestTimeoutMs = defaultRequestTimeoutMs, tls }: HttpListenerOptions,
  refusing: Refusing,
  serve: RequestListener,
): Server {
  const options = {
    requestTimeout: requestTimeoutMs,
    // The longer of the two is what Node gives a body.
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: requestTimeoutMs / checksPerTimeout,
    keepAliveTimeout: keepAliveTimeoutMs,
    // Node itself would answer these without a body.
    requireHostHeader: false,
  };
  const onRequest: RequestListener = (request, response) => {
    const connection = HttpConnection.of(request.socket);
    const run = () => serve(request, response);
    // Node goes on reading a connection that asked for an upgrade, but says nothing any more of what it cannot parse.
    if (request.headers.upgrade === undefined) connection.take(response, run);
    else connection.takeLast(response, run);
  };
  if (tls === undefined) return createServer(options, onRequest);
  const server = createTlsServer({ ...options, ...tls, handshakeTimeout: requestTimeoutMs }, onRequest);
  separatePlain(server, requestTimeoutMs, (socket) => refusePlain(socket, refusing));
  return server;
}
