/** Reads the bytes of a connection as text. */
import { once } from 'node:events';
import type { Socket } from 'node:net';

/** @returns everything received until the connection was closed, for whatever reason. */
export async function readAll(socket: Socket, encoding: BufferEncoding = 'utf8'): Promise<string> {
  let text = '';
  socket.setEncoding(encoding).on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}
