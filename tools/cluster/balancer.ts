/**
 * A small HTTP load balancer: each request goes to the next server that is ready; bodies are streamed both ways. A
 * WebSocket connection stays with the server that took it.
 *
 * A request is retried on another server only if that does no harm: the first accepted no connection, or the request is
 * a GET or HEAD without a body. If the connection of any other request breaks before the reply, the outcome is unknown
 * and the answer is 504, as from the servers themselves. The client's own X-Forwarded-For is replaced by its address.
 */
import { once } from 'node:events';
import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { commonErrors } from '../../src/contract/common-errors.ts';
import { describeError } from '../../src/contract/error-table.ts';
import { reject } from '../../src/contract/errors.ts';
import type { Member, Rotation } from './rotation.ts';
import {
  headOf,
  isWebSocketUpgrade,
  joinConnections,
  type RawHeaders,
  upgradeHeaders,
} from './web-socket-pass.ts';

/** Header that names the server that answered. */
const servedBy = 'x-served-by';
/** Longer than a server takes to report an unknown outcome. */
const answerTimeoutMs = 30_000;
const drainTimeoutMs = 10_000;
const host = '127.0.0.1';

/** Headers that belong to a single connection or are set anew. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'x-forwarded-for',
]);
const ownReplyHeaders: ReadonlySet<string> = new Set([...ownHeaders, 'transfer-encoding', servedBy]);

export class Balancer {
  readonly url: string;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  /** The clients of WebSocket connections. */
  readonly #upgraded = new Set<Socket>();
  #rotation: Rotation | undefined;

  /** Answers 503 until it has servers. */
  static async listen(port: number): Promise<Balancer> {
    const server = createServer({
      requireHostHeader: false,
      shouldUpgradeCallback: isWebSocketUpgrade,
    });
    server.listen(port, host);
    await once(server, 'listening');
    return new Balancer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://${host}:${(server.address() as AddressInfo).port}`;
    const take = (request: IncomingMessage, response: ServerResponse) =>
      this.#pass(request, response, new Set());
    server.on('request', take).on('checkExpectation', take);
    server.on('upgrade', (request, client, head) => this.#upgrade(request, client as Socket, head));
  }

  serve(rotation: Rotation): void {
    this.#rotation = rotation;
  }

  /** Completes requests in progress, ends WebSocket connections, and accepts no new ones. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeIdleConnections();
    for (const client of this.#upgraded) client.destroySoon();
    const timeout = setTimeout(() => this.#server.closeAllConnections(), drainTimeoutMs);
    await closed;
    clearTimeout(timeout);
    this.#agent.destroy();
  }

  #pass(request: IncomingMessage, response: ServerResponse, tried: Set<Member>): void {
    const member = this.#rotation?.next(tried);
    if (member === undefined) {
      refuse(response, 'not-done');
      return;
    }
    tried.add(member);
    const sent = forward(request, member, requestHeaders(request), this.#agent);
    let isConnected = false;
    sent.once('response', (reply) => passBack(reply, response, member));
    sent.once('error', () => {
      if (response.headersSent || response.destroyed) return response.destroy();
      if (!isConnected) this.#rotation?.takeOut(member);
      if (!isConnected || isRepeatable(request)) this.#pass(request, response, tried);
      else refuse(response, 'outcome-unknown');
    });
    response.once('close', () => {
      if (!response.writableFinished) sent.destroy();
    });
    onConnected(sent, () => {
      isConnected = true;
      request.pipe(sent);
    });
  }

  #upgrade(request: IncomingMessage, client: Socket, head: Buffer): void {
    this.#upgraded.add(client);
    client.on('error', () => client.destroy()).once('close', () => this.#upgraded.delete(client));
    this.#open(request, client, head, new Set());
  }

  /** Like a GET without a body, which may be repeated. */
  #open(request: IncomingMessage, client: Socket, head: Buffer, tried: Set<Member>): void {
    const member = this.#rotation?.next(tried);
    if (member === undefined) {
      const { status, headers, text } = refusalOf('not-done');
      client.end(headOf(status, [...headers, 'Connection', 'close']) + text);
      return;
    }
    tried.add(member);
    const sent = forward(request, member, [...requestHeaders(request), ...upgradeHeaders], false);
    const abort = () => sent.destroy();
    client.once('close', abort);
    sent.once('upgrade', (reply, server, first) => {
      client.off('close', abort);
      server.setTimeout(0);
      client.write(headOf(101, [...replyHeaders(reply, member), ...upgradeHeaders]));
      client.write(first);
      server.write(head);
      joinConnections(client, server);
    });
    sent.once('response', (reply) => {
      client.write(headOf(reply.statusCode ?? 502, [...replyHeaders(reply, member), 'Connection', 'close']));
      pipeline(reply, client, () => {});
    });
    sent.once('error', () => {
      if (!client.destroyed) this.#open(request, client, head, tried);
    });
    sent.end();
  }
}

/** Begins to send a request to a server. */
function forward(
  { method = 'GET', url: path = '/' }: IncomingMessage,
  { url }: Member,
  headers: string[],
  agent: Agent | false,
): ClientRequest {
  const { hostname, port } = new URL(url);
  const sent = sendRequest({ hostname, port, agent, method, path, headers });
  sent.setTimeout(answerTimeoutMs, () => sent.destroy(new Error('no answer in time')));
  return sent;
}

/** Calls `proceed` once connected; nothing of the request has been sent before. */
function onConnected(sent: ClientRequest, proceed: () => void): void {
  sent.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', proceed);
    else proceed();
  });
}

function passBack(reply: IncomingMessage, response: ServerResponse, member: Member): void {
  response.writeHead(reply.statusCode ?? 502, reply.statusMessage, replyHeaders(reply, member));
  pipeline(reply, response, () => {});
}

function replyHeaders(reply: IncomingMessage, { name }: Member): string[] {
  return [...keepHeaders(reply, ownReplyHeaders), servedBy, name];
}

function requestHeaders(request: IncomingMessage): string[] {
  const headers = keepHeaders(request, ownHeaders);
  headers.push('X-Forwarded-For', request.socket.remoteAddress ?? '');
  // Without it, Node would announce a body of unknown length.
  if (!hasBody(request)) headers.push('Content-Length', '0');
  return headers;
}

function keepHeaders({ rawHeaders }: IncomingMessage, dropped: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = [rawHeaders[index], rawHeaders[index + 1]];
    if (!dropped.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

function isRepeatable(request: IncomingMessage): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && !hasBody(request);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function refuse(response: ServerResponse, error: 'not-done' | 'outcome-unknown'): void {
  const { status, headers, text } = refusalOf(error);
  response.writeHead(status, [...headers]);
  response.end(text);
}

type Refusal = { readonly status: number; readonly headers: RawHeaders; readonly text: string };

function refusalOf(error: 'not-done' | 'outcome-unknown'): Refusal {
  const { status, body } = describeError(reject(error), commonErrors);
  const text = JSON.stringify(body);
  const length = `${Buffer.byteLength(text)}`;
  return {
    status,
    headers: ['Content-Type', 'application/json;charset=utf-8', 'Content-Length', length],
    text,
  };
}
