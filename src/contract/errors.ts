/**
 * Errors as values: the id of each error, and the details of a rejection with it.
 *
 * An error names a state; it has no code and no text. Each API renders the errors that it can return by its own
 * table: `customer-errors.ts`, `operator-errors.ts`.
 */
import type { CustomerCommandErrors } from './command-errors.ts';
import type { OperatorCommandErrors } from './operator-command-errors.ts';
import type { CustomerRequestErrors, OperatorRequestErrors, StreamRequestErrors } from './request-errors.ts';

type AllErrors = CustomerCommandErrors &
  OperatorCommandErrors &
  CustomerRequestErrors &
  StreamRequestErrors &
  OperatorRequestErrors;
export type ErrorId = keyof AllErrors;

/** The details that a rejection with this error must have. */
export type DetailsOf<I extends ErrorId> = AllErrors[I];

/** The details of any error. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/** The errors of the commands that operators give. */
export type OperatorCommandErrorId = keyof OperatorCommandErrors;

/** A rejection as a value: the request or the current state does not allow the operation, and nothing was written. */
export type Rejection<I extends ErrorId = ErrorId> = {
  readonly rejected: I;
  readonly details: DetailsOf<I>;
};

/** May be left out if the error has no details, or no mandatory ones. */
type DetailsArgument<I extends ErrorId> =
  Readonly<Record<never, never>> extends DetailsOf<I> ? [details?: DetailsOf<I>] : [details: DetailsOf<I>];

export function reject<I extends ErrorId>(rejected: I, ...[details]: DetailsArgument<I>): Rejection<I> {
  // cast: details may be left out only if there are none.
  return { rejected, details: details ?? ({} as DetailsOf<I>) };
}

/** @typeParam I the errors with which the value can be a rejection. */
export function isRejection<I extends ErrorId = ErrorId>(value: unknown): value is Rejection<I> {
  return typeof value === 'object' && value !== null && 'rejected' in value;
}
