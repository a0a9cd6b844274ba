/** The latest time at which a command may be committed: that of the signature of its request. */
import { type Rejection, reject } from '../contract/errors.ts';
import type { Execution } from './port.ts';

export const lateRejection: Rejection = reject('deadline-passed');

export function isLate({ notAfterMs }: Execution, wireMs: number): boolean {
  return notAfterMs !== undefined && wireMs > notAfterMs;
}
