/** The `Idempotency-Key` of a request: what it may be, where it may stand, and what counts as the same request. */
import { createHash } from 'node:crypto';
import type { Rejection } from '../contract/errors.ts';
import { type Idempotency, idempotencyKeyHeader, isIdempotencyKey } from '../contract/idempotency.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import { invalid, type ReadInput } from './operator-input.ts';

/**
 * Undefined without a key. A key where none is taken is refused: ignored, it would promise what the operation does not
 * keep.
 */
export function readIdempotency(
  key: string | undefined,
  { id: operation, idempotent }: OperatorOperation,
  input: ReadInput,
): Idempotency | undefined | Rejection {
  if (key === undefined) return undefined;
  if (!idempotent) return invalid(`${idempotencyKeyHeader}: is not taken by ${operation}`);
  if (!isIdempotencyKey(key)) {
    return invalid(`${idempotencyKeyHeader}: must be 1 to 255 printable ASCII characters`);
  }
  return { operation, key, content: digestOf(input) };
}

/** 32 bytes that are the same for the same key: what a repeated request makes up is what the first has made up. */
export function seedOf({ operation, key }: Idempotency): Uint8Array {
  return createHash('sha256').update(`${operation} ${key}`).digest();
}

/** Of the parameters and the body, whatever the order of their fields. Who asks does not count. */
function digestOf({ path, query, body }: ReadInput): string {
  return createHash('sha256').update(JSON.stringify({ path, query, body }, withSortedKeys)).digest('hex');
}

function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  // Without a prototype, so that no name of a field means anything but itself.
  return Object.assign(Object.create(null), Object.fromEntries(sorted));
}
