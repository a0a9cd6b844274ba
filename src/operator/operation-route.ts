/** The route of one operation. */
import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Operator } from '../command/unit-of-work.ts';
import { isRejection } from '../contract/errors.ts';
import { replayedHeader } from '../contract/idempotency.ts';
import type { OperatorErrorId } from '../contract/operator-errors.ts';
import { isOfAccess, isOfWorlds, type OperatorOperation } from '../contract/operator-operation.ts';
import { actorOf } from '../domain/operator/principal.ts';
import { jsonType } from '../http/http-reply.ts';
import { prefers } from './accept.ts';
import { type Call, callOf, sendRejection } from './call.ts';
import { csvType } from './csv.ts';
import {
  type Implementation,
  type OperatorParts,
  Replayed,
  type RequestDetails,
  TextReply,
  WithCookie,
} from './handler.ts';
import { type ReadInput, readIdempotency } from './idempotency.ts';
import { csvOfPages } from './lists/csv-pages.ts';
import { RequestReads } from './lists/request-reads.ts';
import { auditRefusal } from './refusal-audit.ts';
import { headerOf } from './request-headers.ts';
import { worldNameIn, worldsNamed } from './world-header.ts';

export function addOperation(
  app: FastifyInstance,
  operation: OperatorOperation,
  handle: Implementation['handle'],
): void {
  app.withTypeProvider<TypeBoxTypeProvider>().route({
    method: operation.method,
    // Without the expression the router would accept an empty segment as a value.
    url: operation.path.replace(/\{(\w+)\}/g, ':$1(.+)'),
    config: { operation },
    bodyLimit: operation.maxBodyBytes,
    schema: schemaOf(operation),
    handler: (request, reply) => {
      const { raw, params: path, query, body } = request;
      return answer(
        { operation, handle },
        { call: callOf(request), raw, input: { path, query, body } },
        reply,
      );
    },
  });
}

function schemaOf({ method, pathParameters: params, query: querystring, body }: OperatorOperation) {
  const schema = { params, querystring, body };
  // cast: Fastify does not read the body of a GET, and allows no schema for it. The body is then an empty object.
  return method === 'GET' ? ({ params, querystring } as typeof schema) : schema;
}

/**
 * The columns, if the reply is asked for as CSV: by `format` in the query or, without it, by the header `Accept`, which
 * must prefer it to JSON.
 */
function askedCsv(
  { csv }: OperatorOperation,
  { query: { format } }: ReadInput,
  accept: string | undefined,
): OperatorOperation['csv'] {
  if (csv === undefined || format === 'json') return undefined;
  return format === 'csv' || prefers(accept, 'text/csv', 'application/json') ? csv : undefined;
}

/** Operations on worlds themselves are those of the exchange, whatever world is named. */
async function inWorld(
  api: OperatorParts,
  operation: OperatorOperation,
  world: string | undefined,
  work: (parts: OperatorParts) => unknown,
): Promise<unknown> {
  if (world === undefined || isOfWorlds(operation) || isOfAccess(operation)) return work(api);
  const worlds = await worldsNamed(api);
  return isRejection(worlds) ? worlds : worlds.operate(world, async (parts) => work(parts));
}

/** If the request has no principal, its handler finds out who acts. */
function operatorOf({ principal }: Call, reason: string): Operator {
  if (principal === null) return { actor: 'nobody', reason };
  return { actor: actorOf(principal), reason, principal };
}

function detailsOf({ ip, origin }: Call, raw: FastifyRequest['raw']): RequestDetails {
  return { ip, origin, userAgent: headerOf(raw, 'user-agent') ?? '' };
}

/** Sends the lines, or the rejection of the first page. */
function sendCsv(
  reply: FastifyReply,
  operation: OperatorOperation,
  lines: Awaited<ReturnType<typeof csvOfPages>>,
): FastifyReply {
  if (isRejection<OperatorErrorId>(lines)) return sendRejection(reply, lines);
  return asFile(reply, operation).send(Readable.from(lines, { objectMode: false, highWaterMark: 1 }));
}

/** A browser saves it under the name of its list. */
function asFile(reply: FastifyReply, { path, status }: OperatorOperation): FastifyReply {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return reply.code(status).type(csvType).header('content-disposition', `attachment; filename="${name}.csv"`);
}

/** A request that reads takes turns with others, from its first page to the last. */
class Reading {
  readonly #reads: boolean;
  #request: RequestReads | undefined;

  constructor({ method }: OperatorOperation) {
    this.#reads = method === 'GET';
  }

  of(parts: OperatorParts): OperatorParts {
    if (!this.#reads) return parts;
    this.#request ??= new RequestReads(parts.limitedReads, parts.readPace);
    this.#request.renew();
    return { ...parts, reads: this.#request.reads, pace: this.#request };
  }

  readonly work = <T>(make: () => T): T => (this.#request === undefined ? make() : this.#request.work(make));
}

type Validated = Pick<FastifyRequest, 'raw'> & { readonly call: Call; readonly input: ReadInput };

async function answer(
  { operation, handle }: Implementation,
  { call, raw, input }: Validated,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const idempotency = readIdempotency(headerOf(raw, 'idempotency-key'), operation, input);
  if (isRejection(idempotency)) return sendRejection(reply, idempotency);
  const reason = String(input.body.reason ?? input.query.reason ?? '');
  const given = { ...input, idempotency };
  const reading = new Reading(operation);
  const ask = (query: ReadInput['query']) =>
    inWorld(call.api, operation, worldNameIn(raw), (parts) =>
      handle({ ...given, query }, operatorOf(call, reason), reading.of(parts), detailsOf(call, raw)),
    );
  const csv = askedCsv(operation, input, headerOf(raw, 'accept'));
  if (csv !== undefined)
    return sendCsv(reply, operation, await csvOfPages(csv, operation, input.query, ask, reading.work));
  const result = await ask(input.query);
  if (isRejection<OperatorErrorId>(result)) {
    await auditRefusal(call, result, raw.url?.split('?', 1)[0] ?? '');
    return sendRejection(reply, result);
  }
  if (result instanceof WithCookie)
    return reply.code(operation.status).header('set-cookie', result.cookie).type(jsonType).send(result.reply);
  if (result instanceof TextReply)
    return reply.code(operation.status).type(result.contentType).send(result.text);
  reply.code(operation.status).type(jsonType);
  if (!(result instanceof Replayed)) return reading.work(() => reply.send(result));
  return reply.header(replayedHeader, 'true').send(result.reply);
}
