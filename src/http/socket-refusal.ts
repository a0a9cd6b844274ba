/**
 * What a listener does with sockets themselves: requests that HTTP could not parse, tunnels that nobody serves, and
 * errors. A reply written here is the last one of its connection.
 *
 * Promise: no error of a socket, at any stage, ends the process.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { clientAddress, type ProxyTrust } from './client-address.ts';
import { type CorsOrigins, corsHeaders } from './cors.ts';
import { HttpConnection } from './http-connection.ts';
import type { RawReply, Refusal, Refuse } from './http-message.ts';
import { jsonType } from './http-reply.ts';
import { describeShortage, howToRaise } from './open-files.ts';

/** A client gets this long to read the last reply and close. */
const lingerMs = 2000;

/** What refusing takes. */
export type Refusing = {
  readonly refuse: Refuse;
  readonly isTrusted: ProxyTrust;
  readonly corsOrigins: CorsOrigins;
};

/** Node removes its own error listener from a socket that it hands over, for example with CONNECT. */
export function surviveSocketErrors(server: Server, onShortage: (message: string) => void): void {
  // An error closes the socket, and that is all there is to do about it.
  for (const each of ['connection', 'secureConnection'])
    server.on(each, (socket: Socket) => socket.on('error', () => {}));
  server.on('connection', (socket: Socket) => {
    const shortage = describeShortage(socket);
    if (shortage !== undefined) onShortage(shortage);
  });
  // The next connection may be accepted again.
  server.on('error', ({ code, syscall }: NodeJS.ErrnoException) => {
    if (syscall === 'accept') onShortage(`a connection could not be accepted (${code}): ${howToRaise}`);
  });
}

/** Requests that Node would answer without a body, or not at all. */
export function answerConnectAndExpect(server: Server, refusing: Refusing): void {
  // An expectation that nobody knows may be ignored.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (request, stream) => {
    const connection = HttpConnection.of(request.socket);
    const ip = clientAddress(connection.peer, request.headers['x-forwarded-for'], refusing.isTrusted);
    const refusal = { status: 405, reason: 'this is no proxy', ip };
    connection.endWith(() => answerOnSocket(stream, refusing, refusal, request));
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

/** A request that could not even be parsed: there is only the socket to answer on. */
export function refuseBroken({ code = '' }: NodeJS.ErrnoException, socket: Socket, refusing: Refusing): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const connection = HttpConnection.of(socket);
  const status = statusOfParserError[code] ?? 400;
  const reason = reasonOfStatus[status] ?? 'the request is not valid HTTP';
  // A trusted proxy sends requests of others, and whose this one is cannot be read.
  const ip = refusing.isTrusted(connection.peer) ? {} : { ip: connection.peer };
  connection.endWith((cutOff) => answerOnSocket(socket, refusing, { status, reason, ...ip }, cutOff));
}

/** Plain HTTP on a port that speaks TLS. What the client sends is not read any further. */
export function refusePlain(socket: Socket, refusing: Refusing): void {
  const { peer } = HttpConnection.of(socket);
  const reason = 'this port speaks TLS: the URL must begin with https://';
  const ip = refusing.isTrusted(peer) ? {} : { ip: peer };
  // Bytes that are not read when a connection is closed would reset it, and the answer be lost.
  socket.resume();
  answerOnSocket(socket, refusing, { status: 400, reason, ...ip }, undefined);
}

/** @param request where its head could be parsed. */
function answerOnSocket(
  stream: Duplex,
  { refuse, corsOrigins }: Refusing,
  refusal: Refusal,
  request: IncomingMessage | undefined,
): void {
  const cors = request && corsHeaders(request, corsOrigins);
  const write = (reply: RawReply) => writeLast(stream, { ...reply, headers: { ...reply.headers, ...cors } });
  const reply = refuse(refusal);
  if (reply instanceof Promise) reply.then(write, () => stream.destroy());
  else write(reply);
}

function writeLast(
  stream: Duplex,
  { status, headers, body }: RawReply & Required<Pick<RawReply, 'headers'>>,
): void {
  const head = [
    `HTTP/1.1 ${status} Refused`,
    `content-type: ${jsonType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // A client that neither reads nor closes keeps nothing open.
  const timer = setTimeout(() => stream.destroy(), lingerMs).unref();
  stream.on('close', () => clearTimeout(timer));
}
