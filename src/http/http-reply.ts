/** Sends replies through Node's HTTP server. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { present } from '../boundary/present.ts';
import type { RawReply } from './http-message.ts';

export const jsonType = 'application/json;charset=utf-8';

/** @param bytes the length of the body in UTF-8. It is sent in the reply to HEAD too. */
export function send(
  response: ServerResponse,
  { status, headers, contentType, body }: RawReply,
  bytes: number,
  cors: Readonly<Record<string, string>>,
): void {
  const head = ['content-type', contentType ?? jsonType, 'content-length', String(bytes)];
  for (const name in headers) head.push(name, present(headers[name]));
  for (const name in cors) head.push(name, present(cors[name]));
  response.writeHead(status, head);
  // An ASCII body does not have to be encoded as UTF-8. Node leaves out the body of a reply to HEAD.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

/** @returns whether the reply must have the headers of a reply to GET, but no body. */
export function isHeadRequest({ method }: IncomingMessage): boolean {
  return method === 'HEAD';
}

/** Calls `use` synchronously, unless the reply is a promise, as it is with a shared rate limiter. */
export function nowOrLater(
  reply: RawReply | Promise<RawReply>,
  use: (reply: RawReply) => void,
  onFailure: () => void,
): void {
  if (reply instanceof Promise) reply.then(use, onFailure);
  else use(reply);
}
