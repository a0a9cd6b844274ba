/** Bytes of a connection, as text. */
import { once } from 'node:events';
import type { Socket } from 'node:net';

/** @returns all that came until the connection was closed, whoever closed it and however. */
export async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}
