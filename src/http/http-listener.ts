/**
 * One HTTP listener. It handles HTTP itself: sizes, timeouts and invalid requests. It does not interpret requests; its
 * routing does.
 *
 * Every request gets a reply with a status and a body from the routing or from `refuse`, even if it is not valid HTTP.
 */
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock/clock.ts';
import { createProxyTrust } from './client-address.ts';
import { ConnectionDrain } from './connection-drain.ts';
import type { CorsOrigins } from './cors.ts';
import { bind, type HttpBinding } from './http-binding.ts';
import { HttpConnection } from './http-connection.ts';
import type { Refuse } from './http-message.ts';
import { separatePlain } from './plain-on-tls.ts';
import { type HandleRaw, rawRouting } from './raw-routing.ts';
import { RequestTracker } from './request-tracker.ts';
import type { Routing } from './routing.ts';
import {
  answerConnectAndExpect,
  answerOnSocket,
  type Refusing,
  refuseBroken,
  refusePlain,
  replyOnSocket,
  surviveSocketErrors,
} from './socket-refusal.ts';
import { type UpgradeOptions, WebSockets } from './web-socket/web-sockets.ts';

// An import would evaluate every export and load Node's WebSocket client, which adds 60 ms to the startup time.
const { createServer } = process.getBuiltinModule('node:http');
const { createServer: createTlsServer } = process.getBuiltinModule('node:https');

export type ListenerOptions = {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** `localhost` stands for both loopback addresses. */
  readonly host: string;
  readonly port: number;
  readonly trustProxy: boolean | string;
  /** The origins whose pages may read the replies; default none. */
  readonly corsOrigins?: CorsOrigins;
  /** Request headers that these pages may send besides those of the API; default none. */
  readonly corsHeaders?: readonly string[];
  /** Certificate and key in PEM; without them the listener speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Maximum time for a request to arrive, head and body; default 30 s. */
  readonly requestTimeoutMs?: number;
  /** While draining, the maximum time for a request to arrive and for a reply to be read; default 10 s. */
  readonly drainTimeoutMs?: number;
  /** Maximum time for which a client may read nothing of a pending reply; default 60 s. */
  readonly readTimeoutMs?: number;
  /** Called for each connection if connections cannot be accepted, or soon cannot be; the message contains a remedy. */
  readonly onShortage?: (message: string) => void;
  readonly refuse: Refuse;
  /** The service over WebSocket; without it, an upgrade is answered like any request. */
  readonly upgrade?: UpgradeOptions;
};

/** `handle` receives every request as raw text. */
export type HttpListenerOptions = ListenerOptions &
  ({ readonly handle: HandleRaw } | { readonly routing: Routing });

const defaultRequestTimeoutMs = 30_000;
const keepAliveTimeoutMs = 72_000;
/** Late requests are checked for this many times per request timeout. */
const checksPerTimeout = 6;
const defaultDrainTimeoutMs = 10_000;
const defaultReadTimeoutMs = 60_000;

export class HttpListener {
  readonly #server: Server;
  readonly #options: ListenerOptions;
  readonly #refusing: Refusing;
  readonly #tracker: RequestTracker;
  readonly #routing: Routing;
  readonly #drain: ConnectionDrain;
  readonly #sockets: WebSockets | undefined;
  readonly #routed = Promise.withResolvers<void>();
  #isRouting = false;
  #app: FastifyInstance | undefined;
  #binding: HttpBinding | undefined;
  /** Requests wait until there are routes. */
  #serve: RequestListener = (request, response) =>
    void this.#routed.promise.then(() => this.#serve(request, response));

  constructor(options: HttpListenerOptions) {
    const { refuse, readTimeoutMs = defaultReadTimeoutMs } = options;
    const isTrusted = createProxyTrust(options.trustProxy);
    const timers = options.clock.monotonic;
    const cors = { origins: options.corsOrigins ?? [], moreHeaders: options.corsHeaders ?? [] };
    const refusing = { refuse, timers, isTrusted, cors };
    this.#options = options;
    this.#refusing = refusing;
    this.#routing = 'routing' in options ? options.routing : rawRouting(options.handle);
    const server = createNodeServer(
      options,
      refusing,
      (request, response) => this.#serve(request, response),
      (request) => this.#sockets?.takes(request) ?? false,
    );
    this.#server = server;
    this.#drain = new ConnectionDrain(server, timers, options.drainTimeoutMs ?? defaultDrainTimeoutMs);
    // cast: connections of a server of `node:http` are sockets.
    server.on('clientError', (error, socket) => refuseBroken(error, socket as Socket, refusing));
    surviveSocketErrors(server, options.onShortage ?? (() => {}));
    answerConnectAndExpect(server, refusing);
    this.#tracker = new RequestTracker({ drain: this.#drain, isTrusted, cors, readTimeoutMs });
    this.#sockets = options.upgrade && openSockets(options.upgrade, server, timers, this.#tracker, refusing);
  }

  /** Listens, and adds the routes. @returns the port. */
  async start(): Promise<number> {
    const port = await this.listen();
    await this.route();
    return port;
  }

  /** Accepts connections; their requests wait for the routes. @returns the port. */
  async listen(): Promise<number> {
    this.#binding = await bind(this.#server, this.#options.host, this.#options.port);
    return this.#binding.port;
  }

  /** Adds the routes. Fastify is loaded here, so that a start can let other threads work meanwhile. */
  route(): Promise<void> {
    this.#isRouting = true;
    this.#addRoutes().then(this.#routed.resolve, this.#routed.reject);
    return this.#routed.promise;
  }

  async #addRoutes(): Promise<void> {
    const { refuse, timers } = this.#refusing;
    const { default: Fastify } = await import('fastify');
    let serve: RequestListener | undefined;
    this.#app = Fastify({
      schemaController: withoutSchemas,
      ...this.#routing.options,
      // Done since the server listens.
      clientErrorHandler: () => {},
      serverFactory: (handle) => {
        serve = handle;
        return this.#server;
      },
    });
    await this.#routing.register(this.#app, { tracker: this.#tracker, refuse, timers });
    await this.#app.ready();
    if (serve !== undefined) this.#serve = serve;
  }

  /** From now on each reply closes its connection; all requests are still answered. */
  startDraining(): void {
    this.#drain.begin();
    this.#sockets?.startDraining();
  }

  /** Stops accepting connections, and resolves when the requests that were sent are answered. */
  async close(): Promise<void> {
    // Without routes nothing can be answered.
    if (!this.#isRouting) this.#server.closeAllConnections();
    if (this.#binding !== undefined)
      await Promise.all([this.#drain.waitFor(this.#binding.close()), this.#sockets?.close()]);
    // Fastify cannot be closed before it has its routes.
    if (this.#isRouting) await this.#routed.promise.catch(() => {});
    await this.#app?.close();
  }
}

/**
 * Routes bring validators of their own, or have no schemas, so Fastify's compilers need not be loaded; they take a tenth
 * of the startup time.
 */
const compileNothing = () => () => {
  throw new Error('routes have no schemas that Fastify compiles');
};
const withoutSchemas = {
  compilersFactory: { buildValidator: compileNothing, buildSerializer: compileNothing },
};

function openSockets(
  upgrade: UpgradeOptions,
  server: Server,
  time: Clock['monotonic'],
  tracker: RequestTracker,
  refusing: Refusing,
): WebSockets {
  const sockets = new WebSockets({
    ...upgrade,
    time,
    tracker,
    refuse: (socket, request, reply) => replyOnSocket(socket, refusing, reply, request),
    refuseInvalid: (socket, request, reason) =>
      answerOnSocket(socket, refusing, { status: 400, reason, ip: tracker.addressOf(request) }, request),
  });
  sockets.listenTo(server);
  return sockets;
}

function createNodeServer(
  { requestTimeoutMs = defaultRequestTimeoutMs, tls }: ListenerOptions,
  refusing: Refusing,
  serve: RequestListener,
  shouldUpgradeCallback: (request: IncomingMessage) => boolean,
): Server {
  const options = {
    shouldUpgradeCallback,
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
