/**
 * Detects plain HTTP on a TLS port by the first byte, so that the client gets an error message instead of a closed
 * connection.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { allowSilence, limitSilence } from './socket-silence.ts';

/** The first byte of every TLS connection: the type of a handshake record. */
const handshake = 0x16;

/** Passes connections that are not TLS to `answer`. A connection without data for `timeoutMs` is closed. */
export function separatePlain(server: Server, timeoutMs: number, answer: (socket: Socket) => void): void {
  // cast: those of this event take a socket.
  const serveTls = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    limitSilence(socket, timeoutMs, () => socket.destroy());
    socket.once('readable', () => {
      // cast: a socket without an encoding reads bytes.
      const first = socket.read(1) as Buffer | null;
      // The connection was closed before it sent anything.
      if (first === null) return void socket.destroy();
      allowSilence(socket);
      socket.unshift(first);
      if (first[0] !== handshake) return answer(socket);
      for (const serve of serveTls) serve.call(server, socket);
    });
  });
}
