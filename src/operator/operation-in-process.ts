/** Calls an operation without a request over HTTP, for scenarios that are played within the process. */
import { rejectionOfFault } from '../command/outcome.ts';
import { describeError } from '../contract/error-table.ts';
import { isRejection } from '../contract/errors.ts';
import { type OperatorRejection, operatorErrors } from '../contract/operator-errors.ts';
import { isOfAccess, isOfWorlds, type OperatorOperation } from '../contract/operator-operation.ts';
import { invalid } from '../contract/operator-rejections.ts';
import { createSchemaCheck } from '../contract/schema-check.ts';
import { StoreFault } from '../store/port.ts';
import { type OperatorParts, Replayed, TextReply, WithCookie } from './handler.ts';
import type { ReadInput } from './idempotency.ts';
import { forReading } from './lists/request-reads.ts';
import { handlerOf } from './operator-routing.ts';
import { RejectionError } from './rejection-error.ts';

const details = { ip: '127.0.0.1', origin: null, userAgent: '' };

/** @returns the answer that a request would get. */
export async function callOperation(
  operation: OperatorOperation,
  input: ReadInput,
  parts: OperatorParts,
): Promise<{ readonly status: number; readonly reply: unknown }> {
  const result = await resultOf(operation, input, parts);
  if (isRejection(result)) {
    // cast: handlers reject with errors of this API.
    const { status, body } = describeError(result as OperatorRejection, operatorErrors);
    return { status, reply: body };
  }
  const reply =
    result instanceof Replayed || result instanceof WithCookie
      ? result.reply
      : result instanceof TextReply
        ? result.text
        : result;
  return { status: operation.status, reply };
}

async function resultOf(
  operation: OperatorOperation,
  input: ReadInput,
  parts: OperatorParts,
): Promise<unknown> {
  if (isOfWorlds(operation) || isOfAccess(operation))
    return invalid(`${operation.id} is not an operation within a world.`);
  for (const [part, schema] of [
    ['query', operation.query],
    ['body', operation.body],
  ] as const) {
    const problem = createSchemaCheck(schema)(input[part]);
    if (problem !== null) return invalid(`${[part, problem.at].filter(Boolean).join('.')}: ${problem.rule}`);
  }
  const operator = { actor: 'lab', reason: String(input.body.reason ?? 'a scenario') };
  try {
    const given = operation.method === 'GET' ? forReading(parts).parts : parts;
    return await handlerOf(operation).call(undefined, input, operator, given, details);
  } catch (error) {
    if (error instanceof StoreFault) return rejectionOfFault(error);
    if (error instanceof RejectionError) return error.rejection;
    throw error;
  }
}
