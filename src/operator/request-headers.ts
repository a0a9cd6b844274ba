/** The request headers of the operator API: the name of the operator, and headers that must not be repeated. */
import type { IncomingMessage } from 'node:http';
import { idempotencyKeyHeader } from '../contract/idempotency.ts';
import type { OperatorRejection } from '../contract/operator-errors.ts';
import { invalid } from '../contract/operator-rejections.ts';

/** @returns the name that the holder of the bootstrap token gives; null: none. */
export function readOperatorName(
  request: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
): string | null | OperatorRejection {
  const repeated = rejectRepeated('X-Operator', request);
  if (repeated !== undefined) return repeated;
  const name = headerOf(request, 'x-operator');
  if (name === undefined) return null;
  if (!/^[!-~]([ -~]{0,62}[!-~])?$/.test(name))
    return invalid('x-operator: must be 1 to 64 printable ASCII characters');
  return name;
}

export function headerOf({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

export const rejectRepeatedKey = (request: Pick<IncomingMessage, 'rawHeaders'>) =>
  rejectRepeated(idempotencyKeyHeader, request);

/** Node joins repeated lines with commas, which would change the meaning of the header. */
function rejectRepeated(
  header: string,
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
): OperatorRejection | undefined {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const lines = names.filter((name) => name === header.toLowerCase()).length;
  return lines > 1 ? invalid(`${header}: must be sent once, not ${lines} times`) : undefined;
}
