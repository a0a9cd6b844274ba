/**
 * One HTTP listener. It handles HTTP itself: sizes, timeouts and invalid requests. It does not interpret requests; the
 * handler receives the raw target and the raw body.
 *
 * Every request gets a reply with a status and a body from the handler or from `refuse`, even if it is not valid HTTP.
 */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../clock/clock.ts';
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

// An import would evaluate every export and load Node's WebSocket client, which adds 60 ms to the startup time.
const { createServer } = process.getBuiltinModule('node:http');
const { createServer: createTlsServer } = process.getBuiltinModule('node:https');

export type HttpListenerOptions = {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** `localhost` stands for both loopback addresses. */
  readonly host: string;
  readonly port: number;
  readonly trustProxy: boolean | string;
  /** The origins whose pages may read the replies; default none. */
  readonly corsOrigins?: CorsOrigins;
  /** Certificate and key in PEM; without them the listener speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Default 64 KiB. */
  readonly maxBodyBytes?: number;
  /** Maximum time for a request to arrive, head and body; default 30 s. */
  readonly requestTimeoutMs?: number;
  /** While draining, the maximum time for a request to arrive and for a reply to be read; default 10 s. */
  readonly drainTimeoutMs?: number;
  /** Maximum time for which a client may read nothing of a pending reply; default 60 s. */
  readonly readTimeoutMs?: number;
  /** Called for each connection if connections cannot be accepted, or soon cannot be; the message contains a remedy. */
  readonly onShortage?: (message: string) => void;
  readonly handle: (request: RawRequest) => Promise<RawReply>;
  readonly refuse: Refuse;
};

const maxTargetBytes = 8192;
const defaultMaxBodyBytes = 64 * 1024;
const defaultRequestTimeoutMs = 30_000;
const keepAliveTimeoutMs = 72_000;
/** Late requests are checked for this many times per request timeout. */
const checksPerTimeout = 6;
const defaultDrainTimeoutMs = 10_000;
const defaultReadTimeoutMs = 60_000;
/** Fastify's error code for QUERY without a content type. */
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
    const timers = options.clock.monotonic;
    const refusing = {
      refuse: options.refuse,
      timers,
      isTrusted: this.#isTrusted,
      corsOrigins: this.#corsOrigins,
    };
    this.#app = Fastify({
      bodyLimit: options.maxBodyBytes ?? defaultMaxBodyBytes,
      // One route serves all targets, because the path is interpreted only after bans and weights are checked.
      rewriteUrl: () => '/',
      clientErrorHandler: (error, socket) => refuseBroken(error, socket, refusing),
      schemaController: withoutSchemas,
      serverFactory: (serve) => createNodeServer(options, refusing, serve),
    });
    const { server } = this.#app;
    this.#drain = new ConnectionDrain(server, timers, options.drainTimeoutMs ?? defaultDrainTimeoutMs);
    surviveSocketErrors(server, options.onShortage ?? (() => {}));
    answerConnectAndExpect(server, refusing);
    this.#app.removeAllContentTypeParsers();
    // The body is decoded to one character per byte, so that signatures are verified over the exact bytes.
    this.#app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, (body as Buffer).toString('latin1')),
    );
    this.#app.all('/', (request, reply) => this.#handle(request, reply));
    this.#app.setNotFoundHandler((request, reply) => this.#handle(request, reply));
    this.#app.setErrorHandler((error, request, reply) => {
      // The method is not supported anyway, so the missing content type does not matter.
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

  /** From now on each reply closes its connection; all requests are still answered. */
  startDraining(): void {
    this.#drain.begin();
  }

  /** Stops accepting connections, and resolves when the requests that were sent are answered. */
  async close(): Promise<void> {
    if (this.#binding !== undefined) await this.#drain.waitFor(this.#binding.close());
    await this.#app.close();
  }

  #handle({ raw, originalUrl: target, body: parsed }: FastifyRequest, reply: FastifyReply): void {
    // Bypasses Fastify's serialisation, because the reply is already text and there are no hooks.
    reply.hijack();
    this.#drain.started();
    const { method = '', headers, rawHeaders } = raw;
    const ip = this.#addressOf(raw);
    if (target.length > maxTargetBytes && !isPreflight(raw, this.#corsOrigins)) {
      const reason = `the URL is longer than ${maxTargetBytes} bytes`;
      this.#sendWhenKnown(reply.raw, this.#options.refuse({ status: 414, reason, ip }));
      return;
    }
    const body = typeof parsed === 'string' ? parsed : '';
    this.#options.handle({ method, target, headers, rawHeaders, body, ip }).then(
      (answer) => this.#sendAtEndOfTurn(reply.raw, answer),
      (error: Error) => this.#sendWhenKnown(reply.raw, this.#refusal(error, ip)),
    );
  }

  #addressOf({ socket, headers }: IncomingMessage): string {
    return clientAddress(HttpConnection.of(socket).peer, headers['x-forwarded-for'], this.#isTrusted);
  }

  /**
   * Sends replies together at the end of a turn of the event loop. Writing each reply separately would wake its reader
   * every time, which costs more than computing the reply.
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

  /** Node restarts the timeout whenever the client reads, and ends it when everything is read. */
  #disconnectLateReader({ req: { socket } }: ServerResponse): void {
    if (socket.writableLength > 0) socket.setTimeout(this.#options.readTimeoutMs ?? defaultReadTimeoutMs);
  }

  /** Renders an error of Fastify before the handler, or of the handler. */
  #refusal(
    { statusCode: status = 500, message }: Error & { statusCode?: number },
    ip: string,
  ): RawReply | Promise<RawReply> {
    const { maxBodyBytes = defaultMaxBodyBytes, refuse } = this.#options;
    if (status === 413)
      return refuse({ status, reason: `the body is longer than ${maxBodyBytes} bytes`, ip });
    // Fastify returns 415 only for a malformed content type, because the parser accepts all others.
    if (status === 415) return refuse({ status: 400, reason: 'Content-Type is not valid', ip });
    return refuse({ status, reason: message, ip });
  }
}

/** Routes have no Fastify schemas, so its compilers need not be loaded; they take a tenth of the startup time. */
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
    // Node uses the longer of the two as the timeout of the body.
    headersTimeout: requestTimeoutMs,
    connectionsCheckingInterval: requestTimeoutMs / checksPerTimeout,
    keepAliveTimeout: keepAliveTimeoutMs,
    // Node itself would reply without a body.
    requireHostHeader: false,
  };
  const onRequest: RequestListener = (request, response) => {
    const connection = HttpConnection.of(request.socket);
    const run = () => serve(request, response);
    // After an upgrade request Node keeps reading the connection but no longer reports parse errors.
    if (request.headers.upgrade === undefined) connection.take(response, run);
    else connection.takeLast(response, run);
  };
  if (tls === undefined) return createServer(options, onRequest);
  const server = createTlsServer({ ...options, ...tls, handshakeTimeout: requestTimeoutMs }, onRequest);
  separatePlain(server, requestTimeoutMs, (socket) => refusePlain(socket, refusing));
  return server;
}
