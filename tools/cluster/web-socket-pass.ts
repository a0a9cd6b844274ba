/**
 * The parts of the balancer for WebSocket connections: the handshake is a request like any other, and then the bytes of
 * both directions are passed on as they are.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

export function isWebSocketUpgrade({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket';
}

/** Names and values by turns. */
export type RawHeaders = readonly string[];

export const upgradeHeaders: RawHeaders = ['Connection', 'Upgrade', 'Upgrade', 'websocket'];

/** The beginning of a reply, as bytes on a connection. */
export function headOf(status: number, headers: RawHeaders, reason = STATUS_CODES[status] ?? ''): string {
  const lines = [`HTTP/1.1 ${status} ${reason}`];
  for (let index = 0; index < headers.length; index += 2)
    lines.push(`${headers[index]}: ${headers[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Passes on the bytes of both connections until one of them ends, and then ends the other. */
export function joinConnections(one: Socket, other: Socket): void {
  passOn(one, other);
  passOn(other, one);
}

function passOn(from: Socket, to: Socket): void {
  from.pipe(to);
  from.once('error', () => to.destroy());
  // Bytes that were read before are still sent.
  from.once('close', () => to.destroySoon());
}
