/** Sends replies through Node's HTTP server. */
import type { ServerResponse } from 'node:http';
import type { RawReply } from './http-message.ts';

export const jsonType = 'application/json;charset=utf-8';

/** @param bytes the length of the body in UTF-8. */
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
  // An ASCII body does not have to be encoded as UTF-8.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

/** Calls back synchronously unless the value is a promise, which is the case only for a shared limiter. */
export function nowOrLater(
  reply: RawReply | Promise<RawReply>,
  use: (reply: RawReply) => void,
  giveUp: () => void,
): void {
  if (reply instanceof Promise) reply.then(use, giveUp);
  else use(reply);
}
