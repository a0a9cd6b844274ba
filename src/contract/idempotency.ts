/** The header that makes a repeated request safe, and the one that marks a reply as the first one again. */

/** A request that must be executed once. */
export type Idempotency = {
  /** Id of the operation; keys of different operations have nothing to do with each other. */
  readonly operation: string;
  readonly key: string;
  /** What must be the same when the key comes again: a digest of the request. */
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

/** As a parameter and as a header of a reply in OpenAPI. */
export const idempotencyKeyParameter = {
  name: idempotencyKeyHeader,
  in: 'header',
  description:
    'Makes it safe to send the request again, after a timeout for example: under a key that was used before, the same request (path and body) is answered with the first reply and does nothing; another request is refused with 409. Keys belong to the operation and never expire. Refused requests leave the key unused.',
  required: false,
  schema: {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    pattern: idempotencyKeyPattern,
    patternInWords: '1 to 255 printable ASCII characters',
  },
} as const;

export const replayedReplyHeader = {
  description: '`true` when this is the reply to an earlier request with the same key.',
  schema: { type: 'string', enum: ['true'] },
} as const;
