/** The `Idempotency-Key` of a request: its validation, and the digest that identifies a repeated request. */
import { createHash } from 'node:crypto';
import { type Idempotency, idempotencyKeyHeader, isIdempotencyKey } from '../contract/idempotency.ts';
import type { OperatorRejection } from '../contract/operator-errors.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import { invalid } from '../contract/operator-rejections.ts';

type Values = Readonly<Record<string, unknown>>;
/** The validated parts of a request. */
export type ReadInput = { readonly path: Values; readonly query: Values; readonly body: Values };

/**
 * @returns undefined if there is no key. An operation that does not support keys rejects them, because ignoring a key
 * would let a repeated request act twice.
 */
export function readIdempotency(
  key: string | undefined,
  { id: operation, idempotent }: OperatorOperation,
  input: ReadInput,
): Idempotency | undefined | OperatorRejection {
  if (key === undefined) return undefined;
  if (!idempotent)
    return invalid(`${idempotencyKeyHeader}: is not supported by ${operation}; send the request without it`);
  if (!isIdempotencyKey(key)) {
    return invalid(`${idempotencyKeyHeader}: must be 1 to 255 printable ASCII characters`);
  }
  return { operation, key, content: digestOf(input) };
}

/** @returns 32 bytes derived from operation and key, so that a repeated request generates the same values. */
export function seedOf({ operation, key }: Idempotency): Uint8Array {
  return createHash('sha256').update(`${operation} ${key}`).digest();
}

/** @returns a digest of parameters and body that does not depend on the order of fields or on the operator. */
function digestOf({ path, query, body }: ReadInput): string {
  return createHash('sha256').update(JSON.stringify({ path, query, body }, withSortedKeys)).digest('hex');
}

function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  // The object has no prototype, so that a field named `__proto__` is an ordinary field.
  return Object.assign(Object.create(null), Object.fromEntries(sorted));
}
