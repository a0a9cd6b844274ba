/** Who acts, for approvals: the operator of a command, or the proposer of the change that it carries out. */
import { type Approver, bootstrapApprover, kindOfApprover, tokenId } from '../domain/withdrawal/approver.ts';
import type { Operator } from './unit-of-work.ts';

export function approverOf({ principal, proposal }: Operator): Approver {
  if (proposal !== undefined)
    return { id: proposal.proposer, kind: kindOfApprover(proposal.proposer), roles: [] };
  if (principal === undefined || principal.kind === 'bootstrap') return bootstrapApprover;
  const { kind, roles } = principal;
  const id = principal.kind === 'operator' ? principal.operatorId : tokenId(principal.tokenId);
  return { id, kind, roles };
}

/** The id to store with what an operator makes; null if it names nobody. */
export function makerOf(operator: Operator): string | null {
  const { kind, id } = approverOf(operator);
  return kind === 'bootstrap' ? null : id;
}
