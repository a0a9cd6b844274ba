/** The `Idempotency-Key` of a request: what it may be, where it may stand, and what counts as the same request. */
import { createHash } from 'node:crypto';
import type { Rejection } from '../contract/errors.ts';
import { type Idempotency, idempotencyKeyHeader, isIdempotencyKey } from '../contract/idempotency.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import { invalid, type ReadInput } from './operator-input.ts';

/**
 * Undefined without a key. An operation that does not support keys refuses them: ignoring a key would let a repeated
 * request act twice.
 */
export function readIdempotency(
  key: string | undefined,
  { id: operation, idempotent }: OperatorOperation,
  input: ReadInput,
): Idempotency | undefined | Rejection {
  if (key === undefined) return undefined;
  if (!idempotent)
    return invalid(`${idempotencyKeyHeader}: is not taken by ${operation}; send the request without it`);
  if (!isIdempotencyKey(key)) {
    return invalid(`${idempotencyKeyHeader}: must be 1 to 255 printable ASCII characters`);
  }
  return { operation, key, content: digestOf(input) };
}

/** 32 bytes that depend only on the operation and the key, so that a repeated request generates the same values as the first. */
export function seedOf({ operation, key }: Idempotency): Uint8Array {
  return createHash('sha256').update(`${operation} ${key}`).digest();
}

/** Of the parameters and the body, whatever the order of their fields. The operator's name is not part of it. */
function digestOf({ path, query, body }: ReadInput): string {
  return createHash('sha256').update(JSON.stringify({ path, query, body }, withSortedKeys)).digest('hex');
}

function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  // Without a prototype, so that no name of a field means anything but itself.
  return Object.assign(Object.create(null), Object.fromEntries(sorted));
}
