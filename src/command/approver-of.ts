/** The acting person, for approvals: the operator of a command, or the proposer of the change that it carries out. */
import type { Principal } from '../domain/operator/principal.ts';
import { type Approver, bootstrapApprover, kindOfApprover, tokenId } from '../domain/withdrawal/approver.ts';
import { operatorById, operatorSessionById, operatorTokenById } from '../store/operator-lookups.ts';
import type { AnyLookup, Rows } from '../store/port.ts';
import type { Operator } from './unit-of-work.ts';

export function approverOf({ principal, proposal }: Operator): Approver {
  if (proposal !== undefined) {
    const { proposer } = proposal;
    return {
      id: proposer,
      person: proposer,
      kind: kindOfApprover(proposer),
      roles: [],
      unconfirmedUntilMs: null,
    };
  }
  if (principal === undefined || principal.kind === 'bootstrap') return bootstrapApprover;
  const { kind, roles } = principal;
  if (kind === 'operator') {
    const { operatorId: id, unconfirmedUntilMs } = principal;
    return { id, person: id, kind, roles, unconfirmedUntilMs };
  }
  const id = tokenId(principal.tokenId);
  const person = principal.createdBy ?? bootstrapApprover.person;
  return { id, person, kind, roles, unconfirmedUntilMs: null };
}

/** The person to store with what an operator makes; null: the server itself has made it. */
export function makerOf(operator: Operator): string | null {
  const isServer = operator.principal === undefined && operator.proposal === undefined;
  return isServer ? null : approverOf(operator).person;
}

/** The operator who creates an API token, by id; null: the bootstrap token. A token cannot create one. */
export function creatorOf(operator: Operator): string | null {
  const { kind, person } = approverOf(operator);
  return kind === 'operator' ? person : null;
}

/** The latest proof of identity of a person, for the audit trail. */
export const proofOf = ({ principal }: { readonly principal?: Principal | undefined }) =>
  principal?.kind === 'operator' ? { proof: { by: principal.proof.by, at: principal.proof.atMs } } : {};

/** The lookups that `hasAuthority` needs. */
export function authorityLookups(principal: Principal | undefined): readonly AnyLookup[] {
  if (principal?.kind === 'operator')
    return [operatorById(principal.operatorId), operatorSessionById(principal.sessionId)];
  if (principal?.kind !== 'token') return [];
  const { tokenId: id, createdBy } = principal;
  return [operatorTokenById(id), ...(createdBy === null ? [] : [operatorById(createdBy)])];
}

/**
 * Whether the principal still has, as of the commit, the access that authentication found when the request arrived: a
 * session of an active operator, or a valid token whose creator is not disabled, with the same roles.
 */
export function hasAuthority(principal: Principal | undefined, rows: Rows): boolean {
  if (principal === undefined || principal.kind === 'bootstrap') return true;
  if (principal.kind === 'token') {
    const token = rows.one(operatorTokenById(principal.tokenId));
    const { createdBy } = principal;
    const isCreatorDisabled = createdBy !== null && rows.one(operatorById(createdBy))?.state === 'disabled';
    return token?.revokedAt === null && !isCreatorDisabled && sameRoles(token.roles, principal.roles);
  }
  const operator = rows.one(operatorById(principal.operatorId));
  return (
    operator?.state === 'active' &&
    sameRoles(operator.roles, principal.roles) &&
    rows.one(operatorSessionById(principal.sessionId)) !== undefined
  );
}

const sameRoles = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((role) => other.includes(role));
