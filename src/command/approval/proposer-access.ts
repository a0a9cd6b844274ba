/** Checks whether the proposer of a change may still make such a change, as of the commit that carries it out. */
import { rolesAllow } from '../../domain/operator/principal.ts';
import { kindOfApprover } from '../../domain/withdrawal/approver.ts';
import { operatorById, operatorTokenById } from '../../store/operator-lookups.ts';
import type { AnyLookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import type { ApprovedProposal } from '../unit-of-work.ts';

export function proposerLookups({ proposer, token }: ApprovedProposal): readonly AnyLookup[] {
  const isOperator = kindOfApprover(proposer) === 'operator';
  return [
    ...(isOperator ? [operatorById(proposer)] : []),
    ...(token === null ? [] : [operatorTokenById(token)]),
  ];
}

/** @param actor the proposer, as in the audit trail. */
export function mayStillPropose(actor: string, proposal: ApprovedProposal, rows: Rows): boolean {
  const { proposer, token, needs, by } = proposal;
  const isOperator = kindOfApprover(proposer) === 'operator';
  const operator = isOperator ? rows.one(operatorById(proposer)) : undefined;
  if (isOperator && operator?.state !== 'active') return false;
  if (token !== null) {
    const row = rows.one(operatorTokenById(token));
    return row !== undefined && isValidAt(row, by.atMs) && rolesAllow(row.roles, needs);
  }
  // An earlier version did not store which token it was.
  if (actor.startsWith('token:')) return false;
  return operator === undefined || rolesAllow(operator.roles, needs);
}

function isValidAt({ revokedAt, expiresAt }: Row<'operator_tokens'>, nowMs: number): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > nowMs);
}
