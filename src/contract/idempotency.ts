/** The request header that makes retries safe, and the reply header that marks a replayed reply. */

/** A request that must be executed once. */
export type Idempotency = {
  /** Id of the operation; keys of different operations are independent. */
  readonly operation: string;
  readonly key: string;
  /** A digest of the request, which must be the same whenever the key is used again. */
  readonly content: string;
};

export const idempotencyKeyHeader = 'Idempotency-Key';
export const replayedHeader = 'Idempotent-Replayed';

/** 1 to 255 printable ASCII characters. */
export const idempotencyKeyPattern = '^[ -~]{1,255}$';

const pattern = new RegExp(idempotencyKeyPattern);

export function isIdempotencyKey(text: string): boolean {
  return pattern.test(text);
}

/** The request header in OpenAPI. */
export const idempotencyKeyParameter = {
  name: idempotencyKeyHeader,
  in: 'header',
  description:
    'Makes it safe to send the request again, for example after a timeout. Repeating a request (path and body) with the same key returns the first reply and does nothing else; a different request with that key is rejected with 409. Keys belong to the operation and never expire. A rejected request does not use up its key.',
  required: false,
  schema: {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    pattern: idempotencyKeyPattern,
    patternInWords: '1 to 255 printable ASCII characters',
  },
} as const;

/** The reply header in OpenAPI. */
export const replayedReplyHeader = {
  description: '`true` if this is the stored reply to an earlier request with the same key.',
  schema: { type: 'string', enum: ['true'] },
} as const;
