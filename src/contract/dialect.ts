/**
 * The dialects of the customer API. The rules that all operations of a dialect share are here; names, envelopes,
 * numbers and order are in the contract of each operation. The pipeline asks the dialect of the operation; if there is
 * no operation, `dialectOfPath` chooses one.
 */
import { apiErrors, type CustomerErrorId } from './customer-errors.ts';
import type { ErrorReply, ErrorTable } from './error-table.ts';
import type { OwnWeights } from './own-weights.ts';
import { sapiErrors } from './sapi-errors.ts';
import { wapiErrors } from './wapi-errors.ts';

/** The rules of a dialect for the times in requests and replies. */
export type Timing = {
  /** Whether times from `firstMicroseconds` on are microseconds. */
  readonly microseconds: boolean;
  /** The number of decimals that recvWindow may have. */
  readonly recvWindowDecimals: 0 | 3;
  /** Whether the header X-MBX-TIME-UNIT selects the unit of the times in replies; otherwise it is ignored. */
  readonly hasTimeUnit: boolean;
};

/** `message` names the path, and says what to do if that is known. */
export type UnknownPath = { readonly path: string; readonly message: string; readonly nowMs: number };

export type Dialect = {
  /** The first part of its paths, and the tag in the OpenAPI document. */
  readonly name: string;
  readonly timing: Timing;
  /** Code, status and text of each error. */
  readonly errors: ErrorTable<CustomerErrorId>;
  readonly errorBody: (error: ErrorReply['body']) => object;
  /** The body of the reply to a path that is not served, if it differs from that of other errors. */
  readonly unknownPathBody?: (unknown: UnknownPath) => object;
  /** Whether `True` and `FALSE` are booleans too, not only `true` and `false`. */
  readonly booleansInAnyCase: boolean;
  /** Whether BURSAR_ERROR_STYLE=legacy200 applies: a rejection has status 200 and no code. */
  readonly hasLegacyErrors: boolean;
  /** The weights of an operation that declares none, if operations have counters of their own; null: the shared pool. */
  readonly defaultWeights: OwnWeights | null;
  /** The headers that show the weight of the shared pool used by the client's address in this minute. */
  readonly weightHeaders: readonly string[];
};

const today: Timing = { microseconds: true, recvWindowDecimals: 3, hasTimeUnit: false };

/** spec: every error body is `{success:false, msg}`. */
const specified = {
  errorBody: (error: ErrorReply['body']) => error,
  booleansInAnyCase: false,
  hasLegacyErrors: true,
  defaultWeights: null,
  weightHeaders: ['x-mbx-used-weight', 'x-mbx-used-weight-1m'],
} as const;

/** Current clients send the same values to /api and /sapi. */
export const api: Dialect = {
  ...specified,
  name: 'api',
  timing: { ...today, hasTimeUnit: true },
  errors: apiErrors,
  booleansInAnyCase: true,
};

export const wapi: Dialect = {
  ...specified,
  name: 'wapi',
  // spec: whole milliseconds.
  timing: { microseconds: false, recvWindowDecimals: 0, hasTimeUnit: false },
  errors: wapiErrors,
};

/** The reply of the exchange's gateway. It has no `code` and `msg`, so no client takes it for an error of a key. */
function gatewayBody({ path, message, nowMs }: UnknownPath): object {
  return { timestamp: nowMs, status: 404, error: 'Not Found', message, path };
}

/** The wallet API that the exchange has today. */
export const sapi: Dialect = {
  name: 'sapi',
  timing: today,
  errors: sapiErrors,
  errorBody: ({ code, msg }) => ({ code, msg }),
  unknownPathBody: gatewayBody,
  // python-binance sends `True` and `False`.
  booleansInAnyCase: true,
  hasLegacyErrors: false,
  defaultWeights: { address: 1 },
  weightHeaders: ['x-mbx-used-weight', 'x-mbx-used-weight-1m'],
};

/** The body of the reply with an error, in a dialect. */
export function bodyOfError(
  { errorBody, unknownPathBody }: Dialect,
  { error, body }: Pick<ErrorReply, 'error' | 'body'>,
  { path, nowMs }: Omit<UnknownPath, 'message'>,
): object {
  return error === 'path-unknown' && unknownPathBody !== undefined
    ? unknownPathBody({ path, message: body.msg, nowMs })
    : errorBody(body);
}

/** The dialect in which a path is rejected that no operation has. */
export function dialectOfPath(path: string): Dialect {
  return /^\/sapi(\/|$)/.test(path) ? sapi : api;
}

/** The two operations of the specification whose paths begin with /sapi; they follow its rules like the others. */
export const specifiedSapi: Dialect = {
  ...specified,
  name: 'sapi',
  timing: today,
  errors: apiErrors,
  unknownPathBody: gatewayBody,
};
