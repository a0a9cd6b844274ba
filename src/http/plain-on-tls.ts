/**
 * A port that speaks TLS, asked in plain HTTP: the first byte tells, and the client is told too, instead of being cut off
 * without a word.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The first byte of every TLS connection: a record of a handshake. */
const handshake = 0x16;

/** `answer` gets the connections that are not TLS; one that says nothing for `patienceMs` is closed. */
export function separatePlain(server: Server, patienceMs: number, answer: (socket: Socket) => void): void {
  const serveTls = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    socket.setTimeout(patienceMs, () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null;
      // Closed before it said anything.
      if (first === null) return void socket.destroy();
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.unshift(first);
      if (first[0] !== handshake) return answer(socket);
      for (const serve of serveTls) serve.call(server, socket);
    });
  });
}
