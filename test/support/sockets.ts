/** Reads the bytes of a connection as text. */
import { once } from 'node:events';
import type { Socket } from 'node:net';

/** @returns everything received until the connection was closed, for whatever reason. */
export async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}
