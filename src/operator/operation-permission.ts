/** Whether the principal of a request may call an operation. */
import { reject } from '../contract/errors.ts';
import type { OperatorRejection } from '../contract/operator-errors.ts';
import type { OperatorOperation } from '../contract/operator-operation.ts';
import { actorOf, isAllowed, isProved, type Principal } from '../domain/operator/principal.ts';
import type { Call } from './call.ts';

/** @returns undefined if the principal may. */
export function rejectUnpermitted(
  { permission, needsProof }: Pick<OperatorOperation, 'permission' | 'needsProof'>,
  { principal }: Pick<Call, 'principal'>,
): OperatorRejection | undefined {
  if (principal === null) return undefined;
  if (!isAllowed(principal, permission))
    return reject('operator-forbidden', { reason: describe(principal, permission) });
  return needsProof && !isProved(principal) ? reject('proof-missing') : undefined;
}

function describe(principal: Principal, permission: OperatorOperation['permission']): string {
  const actor = actorOf(principal);
  if (permission === 'session') return `This is for a person who has signed in, which ${actor} is not.`;
  if (principal.kind === 'bootstrap')
    return 'There is an administrator, so the bootstrap token is only for recovery: it can manage operators and API tokens. Sign in, or use an API token, which `bursar token new` makes.';
  const roles = principal.roles.length === 0 ? 'no role' : principal.roles.join(', ');
  return `This needs the permission ${permission}, which ${actor} (${roles}) does not have.`;
}
