/** Serves the console: its files, and its page at every address that is not of the operator API. */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { present } from '../../boundary/present.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import { originOf } from '../access/browser-guard.ts';
import { type Call, sendRejection } from '../call.ts';
import { type ConsoleFile, consoleFile, consolePage } from './console-files.ts';

/** Nothing but files of this server, no scripts in texts, and no page around it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  // A later version may be served at the same address.
  'cache-control': 'no-cache',
  vary: 'accept-encoding',
} as const;

export function addConsoleFiles(app: FastifyInstance): void {
  app.get('/console/*', { config: { isPublic: true } }, (request, reply) => {
    const file = consoleFile(pathOf(request));
    if (file === undefined) return sendRejection(reply, reject('path-unknown', { path: pathOf(request) }));
    return sendFile(request, reply, file);
  });
}

/** Whether a browser asks for a page at an address that has no route. */
export function asksForPage(request: FastifyRequest): boolean {
  const { method, headers: sent, is404 } = request;
  if (!is404 || (method !== 'GET' && method !== 'HEAD')) return false;
  return (sent.accept ?? '').includes('text/html') && !/^\/(operator|console)\//.test(pathOf(request));
}

export function sendPage(call: Call, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const origin = originOf(request, call.api.origins);
  if (isRejection(origin)) return sendRejection(reply, origin);
  const page = consolePage();
  if (page === undefined) return sendRejection(reply, reject('path-unknown', { path: pathOf(request) }));
  // Passkeys need a host with a name.
  if (['127.0.0.1', '[::1]'].includes(origin.hostname))
    return reply
      .code(302)
      .headers(headers)
      .header('location', `http://localhost:${origin.port || 80}${request.originalUrl}`)
      .send();
  return sendFile(request, reply, page);
}

const pathOf = ({ originalUrl }: FastifyRequest): string => present(originalUrl.split('?', 1)[0]);

function sendFile(request: FastifyRequest, reply: FastifyReply, file: ConsoleFile): FastifyReply {
  const { contentType, etag, bytes, gzipped } = file;
  reply.headers(headers).header('etag', etag);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const isGzipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  if (isGzipped) reply.header('content-encoding', 'gzip');
  return reply
    .code(200)
    .type(contentType)
    .send(isGzipped ? gzipped : bytes);
}
