/** The request headers of the operator API: the name of the operator, and headers that must not be repeated. */
import type { IncomingMessage } from 'node:http';
import { idempotencyKeyHeader } from '../contract/idempotency.ts';
import { invalid, type OperatorRejection } from '../contract/operator-errors.ts';

/** Node joins repeated lines with commas, which would change the meaning of these headers. */
const single = [idempotencyKeyHeader, 'X-Operator'];

/** @returns the name that the holder of the bootstrap token gives; null: none. */
export function readOperatorName(
  request: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
): string | null | OperatorRejection {
  const repeated = findRepeated(request.rawHeaders);
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

function findRepeated(rawHeaders: readonly string[]): OperatorRejection | undefined {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  for (const header of single) {
    const lines = names.filter((name) => name === header.toLowerCase()).length;
    if (lines > 1) return invalid(`${header}: must be sent once, not ${lines} times`);
  }
  return undefined;
}
