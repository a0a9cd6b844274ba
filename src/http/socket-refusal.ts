/**
 * The socket-level part of a listener: requests that cannot be parsed, CONNECT requests, and socket errors. A reply
 * that is written here is the last one of its connection.
 *
 * No socket error, at any stage, ends the process.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Timers } from '../clock/clock.ts';
import { clientAddress, type ProxyTrust } from './client-address.ts';
import { type CorsPolicy, corsHeaders } from './cors.ts';
import { HttpConnection } from './http-connection.ts';
import type { RawReply, Refusal, Refuse } from './http-message.ts';
import { isHeadRequest, jsonType } from './http-reply.ts';
import { describeShortage, raiseLimitHint } from './open-files.ts';

/** Time for the client to read the last reply and close the connection. */
const lingerMs = 2000;

/** Dependencies of the functions that refuse requests. */
export type Refusing = {
  readonly refuse: Refuse;
  /** Monotonic. */
  readonly timers: Timers;
  readonly isTrusted: ProxyTrust;
  readonly cors: CorsPolicy;
};

/** Adds error listeners, because Node removes its own from a socket that it hands over, for example with CONNECT. */
export function surviveSocketErrors(server: Server, onShortage: (message: string) => void): void {
  // Node closes the socket after an error; nothing else is needed.
  for (const each of ['connection', 'secureConnection'])
    server.on(each, (socket: Socket) => socket.on('error', () => {}));
  server.on('connection', (socket: Socket) => {
    const shortage = describeShortage(socket);
    if (shortage !== undefined) onShortage(shortage);
  });
  // An error of accept affects one connection only; later ones may be accepted.
  server.on('error', ({ code, syscall }: NodeJS.ErrnoException) => {
    if (syscall === 'accept') onShortage(`a connection could not be accepted (${code}): ${raiseLimitHint}`);
  });
}

/** Replies to requests that Node would answer without a body, or not at all. */
export function answerConnectAndExpect(server: Server, refusing: Refusing): void {
  // HTTP permits ignoring an unknown expectation.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (request, stream) => {
    const connection = HttpConnection.of(request.socket);
    const ip = clientAddress(connection.peer, request.headers['x-forwarded-for'], refusing.isTrusted);
    const refusal = { status: 405, reason: 'this server is not a proxy', ip };
    connection.endAfterReplies(() => answerOnSocket(stream, refusing, refusal, request));
  });
}

const reasonOfStatus: Record<number, string> = {
  408: 'the request did not arrive in time',
  431: 'the head of the request is too large',
};
const statusOfParserError: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Replies on the socket to a request that could not be parsed. */
export function refuseBroken({ code = '' }: NodeJS.ErrnoException, socket: Socket, refusing: Refusing): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const connection = HttpConnection.of(socket);
  if (connection.endsAnyway) return;
  const status = statusOfParserError[code] ?? 400;
  const reason = reasonOfStatus[status] ?? 'the request is not valid HTTP';
  // If the peer is a trusted proxy, the client of an unparsable request is not known.
  const ip = refusing.isTrusted(connection.peer) ? {} : { ip: connection.peer };
  connection.endAfterReplies((cutOff) => answerOnSocket(socket, refusing, { status, reason, ...ip }, cutOff));
}

/** Replies to plain HTTP on a TLS port. Nothing more is processed from this client. */
export function refusePlain(socket: Socket, refusing: Refusing): void {
  const { peer } = HttpConnection.of(socket);
  const reason = 'this port speaks TLS: the URL must begin with https://';
  const ip = refusing.isTrusted(peer) ? {} : { ip: peer };
  // Closing a connection with unread bytes would reset it, and the client would lose the reply.
  socket.resume();
  answerOnSocket(socket, refusing, { status: 400, reason, ...ip }, undefined);
}

/** Replies to a request for an upgrade, whose socket the HTTP parser has left. */
export function replyOnSocket(
  stream: Duplex,
  { timers, cors }: Pick<Refusing, 'timers' | 'cors'>,
  reply: RawReply,
  request: IncomingMessage,
): void {
  writeLast(stream, timers, { ...reply, headers: { ...reply.headers, ...corsHeaders(request, cors) } }, true);
}

/** @param request present if its head could be parsed. */
export function answerOnSocket(
  stream: Duplex,
  { refuse, timers, cors }: Refusing,
  refusal: Refusal,
  request: IncomingMessage | undefined,
): void {
  const headers = request && corsHeaders(request, cors);
  const hasBody = request === undefined || !isHeadRequest(request);
  const write = (reply: RawReply) =>
    writeLast(stream, timers, { ...reply, headers: { ...reply.headers, ...headers } }, hasBody);
  const reply = refuse(refusal);
  if (reply instanceof Promise) reply.then(write, () => stream.destroy());
  else write(reply);
}

function writeLast(
  stream: Duplex,
  timers: Timers,
  { status, headers, body }: RawReply & Required<Pick<RawReply, 'headers'>>,
  hasBody: boolean,
): void {
  const head = [
    `HTTP/1.1 ${status} Refused`,
    `content-type: ${jsonType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  stream.end(`${head.join('\r\n')}\r\n\r\n${hasBody ? body : ''}`);
  // A client that neither reads nor closes must not keep the socket open.
  const cancel = timers.after(lingerMs, () => stream.destroy(), { ref: false });
  stream.on('close', cancel);
}
