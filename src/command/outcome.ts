/** What callers of commands make of an outcome: the reply, or the rejection that the API answers. */
import { type Rejection, reject } from '../contract/errors.ts';
import type { Outcome, StoreFault } from '../store/port.ts';

/** An error of this program; it is answered 500 with an incident id. */
export class Bug extends Error {}

/** The reply of a command, or why there is none. */
export function unwrap<R>(outcome: Outcome<R>): { readonly done: R } | Rejection {
  if ('done' in outcome || 'rejected' in outcome) return outcome;
  const { fault, message } = outcome;
  if (fault === 'bug') throw new Bug(message);
  return rejectionOfFault({ fault });
}

/** The rejection that stands for a fault of the store or the chain. */
export function rejectionOfFault({ fault }: Pick<StoreFault, 'fault'>): Rejection {
  return reject(fault === 'unknown' ? 'outcome-unknown' : 'not-done');
}
