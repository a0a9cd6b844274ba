/**
 * The dialects of the customer API. What all operations of a dialect have in common is here; names, envelopes, numbers
 * and order are in the contract of each operation. The pipeline knows no dialect by name.
 */
import { apiErrors, type CustomerErrorId, wapiErrors } from './customer-errors.ts';
import type { ErrorReply, ErrorTable } from './error-table.ts';

/** How a dialect writes the time of a request. */
export type Timing = {
  /** Whether times from `firstMicroseconds` on are microseconds. */
  readonly microseconds: boolean;
  /** The number of decimals that recvWindow may have. */
  readonly recvWindowDecimals: 0 | 3;
};

export type Dialect = {
  /** The first part of its paths, and the tag in the OpenAPI document. */
  readonly name: string;
  readonly timing: Timing;
  /** Code, status and text of each error. */
  readonly errors: ErrorTable<CustomerErrorId>;
  readonly errorBody: (error: ErrorReply['body']) => object;
  /** Whether BURSAR_ERROR_STYLE=legacy200 applies: a rejection has status 200 and no code. */
  readonly hasLegacyErrors: boolean;
  /** The headers that show the weight used by the client's address in this minute. */
  readonly weightHeaders: readonly string[];
};

const today: Timing = { microseconds: true, recvWindowDecimals: 3 };

/** spec: every error body is `{success:false, msg}`. */
const specified = {
  errorBody: (error: ErrorReply['body']) => error,
  hasLegacyErrors: true,
  weightHeaders: ['x-mbx-used-weight', 'x-mbx-used-weight-1m'],
} as const;

export const api: Dialect = { ...specified, name: 'api', timing: today, errors: apiErrors };

export const wapi: Dialect = {
  ...specified,
  name: 'wapi',
  // spec: whole milliseconds.
  timing: { microseconds: false, recvWindowDecimals: 0 },
  errors: wapiErrors,
};

/** The two operations of the specification whose paths begin with /sapi; they follow its rules like the others. */
export const specifiedSapi: Dialect = { ...specified, name: 'sapi', timing: today, errors: apiErrors };
