/** A message of a client: `{id, method, params}` in JSON. */
import { reject } from '../../contract/errors.ts';
import type { StreamRejection } from '../../contract/stream/stream-errors.ts';
import type { RawPair, RawParameters } from '../../http/raw-parameters.ts';

declare global {
  interface JSON {
    isRawJSON(value: unknown): value is { readonly rawJSON: string };
  }
}

/** An id is returned as it was sent; a number is kept as its digits. */
export type MessageId = string | { readonly rawJSON: string } | null;

export type StreamMessage = {
  readonly id: MessageId;
  /** Without a leading `v3/`. */
  readonly method: string;
  /** Values as text: numbers as they were written. In the order of the names. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
};

/** A message that cannot be executed, with its id if it has one. */
export type InvalidMessage = { readonly id: MessageId; readonly rejection: StreamRejection };

const maxIdLength = 256;

export function readMessage(text: string): StreamMessage | InvalidMessage {
  const message = parse(text);
  if (message === undefined) return invalid(null, 'the message is not valid JSON');
  if (!isObject(message)) return invalid(null, 'the message must be an object with id, method and params');
  const { id = null, method, params = {} } = message;
  if (!isId(id))
    return invalid(null, `id must be a number, a text of at most ${maxIdLength} characters, or null`);
  if (typeof method !== 'string') return invalid(id, 'method must be a text');
  const parameters = isObject(params) || params === null ? readParams(params ?? {}) : undefined;
  if (parameters === undefined) return invalid(id, 'params must be an object of texts, numbers and booleans');
  return { id, method: method.replace(/^v3\//, ''), parameters };
}

/** The parameters as if they had been sent in a query, so that the same rules apply. */
export function rawParametersOf({ parameters }: Pick<StreamMessage, 'parameters'>): RawParameters {
  const pair = ([name, value]: readonly [string, string]): RawPair => ({
    name,
    value: encodeURIComponent(value.toWellFormed()),
    hasValue: true,
  });
  return { query: parameters.map(pair), body: [] };
}

/** spec: the signature covers all parameters but itself, in the order of their names, not percent-encoded. */
export function signedTextOf({ parameters }: Pick<StreamMessage, 'parameters'>): string {
  return parameters
    .filter(([name]) => name !== 'signature')
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function invalid(id: MessageId, reason: string): InvalidMessage {
  return { id, rejection: reject('message-invalid', { reason }) };
}

type JsonObject = Readonly<Record<string, unknown>>;
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Numbers become raw JSON, because a signature covers them as they were written. */
const keepNumbers: Reviver = (_key, value, { source = '' }) =>
  typeof value === 'number' ? JSON.rawJSON(source) : value;

/** @returns undefined if it is not JSON. */
function parse(text: string): unknown {
  try {
    // cast: JSON.parse passes the source of a value as a third argument.
    return JSON.parse(text, keepNumbers as (key: string, value: unknown) => unknown);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
}

function isId(value: unknown): value is MessageId {
  return (
    value === null || JSON.isRawJSON(value) || (typeof value === 'string' && value.length <= maxIdLength)
  );
}

/** @returns undefined if a value is neither text, number nor boolean. */
function readParams(params: JsonObject): StreamMessage['parameters'] | undefined {
  const read: [string, string][] = [];
  for (const [name, value] of Object.entries(params)) {
    if (typeof value === 'string' || typeof value === 'boolean') read.push([name, String(value)]);
    else if (JSON.isRawJSON(value)) read.push([name, value.rawJSON]);
    else return undefined;
  }
  return read.sort(([one], [other]) => (one < other ? -1 : 1));
}
