/** Converts the outcome of a command for its callers: the reply, or the rejection that the API returns. */
import { type ErrorId, type Rejection, reject } from '../contract/errors.ts';
import type { Outcome, StoreFault } from '../store/port.ts';

/** An internal error; the API returns 500 with an incident id. */
export class Bug extends Error {}

export type FaultId = 'not-done' | 'outcome-unknown';

/** @returns the reply of a command, or the rejection. @throws Bug for an internal error. */
export function unwrap<R, E extends ErrorId>(
  outcome: Outcome<R, E>,
): { readonly done: R } | Rejection<E | FaultId> {
  if ('done' in outcome || 'rejected' in outcome) return outcome;
  const { fault, message } = outcome;
  if (fault === 'bug') throw new Bug(message);
  return rejectionOfFault({ fault });
}

/** @returns the rejection that reports a fault of the store or the chain. */
export function rejectionOfFault({ fault }: Pick<StoreFault, 'fault'>): Rejection<FaultId> {
  return reject(fault === 'unknown' ? 'outcome-unknown' : 'not-done');
}
