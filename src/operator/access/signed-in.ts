/** The signed-in person of a request whose operation requires a session. */
import type { Operator } from '../../command/unit-of-work.ts';
import type { SignedInOperator } from '../../domain/operator/principal.ts';

/** @throws if the request has no session: its operation must require one. */
export function signedIn({ principal }: Operator): SignedInOperator {
  if (principal?.kind !== 'operator')
    throw new Error('the operation requires a session, but the request has none');
  return principal;
}
