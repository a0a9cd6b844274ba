/** The person who makes the request of an operation that only a session allows. */
import type { Operator } from '../../command/unit-of-work.ts';
import type { SignedInOperator } from '../../domain/operator/principal.ts';

/** @throws if the operation does not need a session. */
export function signedIn({ principal }: Operator): SignedInOperator {
  if (principal?.kind !== 'operator') throw new Error('an operation for a session was called without one');
  return principal;
}
