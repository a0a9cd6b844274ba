/** How replies leave by Node's HTTP server. */
import type { ServerResponse } from 'node:http';
import type { RawReply } from './http-message.ts';

export const jsonType = 'application/json;charset=utf-8';

/** @param bytes the length of the body in UTF-8 */
export function send(
  response: ServerResponse,
  { status, headers, contentType, body }: RawReply,
  bytes: number,
  cors: Readonly<Record<string, string>>,
): void {
  const head = ['content-type', contentType ?? jsonType, 'content-length', String(bytes)];
  for (const name in headers) head.push(name, headers[name] as string);
  for (const name in cors) head.push(name, cors[name] as string);
  response.writeHead(status, head);
  // What is ASCII goes out without being encoded once more.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

/** Only a refusal whose weight is counted elsewhere has to be waited for. */
export function nowOrLater(
  reply: RawReply | Promise<RawReply>,
  use: (reply: RawReply) => void,
  giveUp: () => void,
): void {
  if (reply instanceof Promise) reply.then(use, giveUp);
  else use(reply);
}
