/** The approver of a withdrawal or a change, as authentication has found out. */
import type { OperatorRole } from '../../contract/operator-permissions.ts';
import { isUnconfirmed } from '../operator/unconfirmed-access.ts';

export type Approver = {
  /** The id of an operator, `token:` and the id of an API token, or `bootstrap`. */
  readonly id: string;
  /** The person behind it: for an API token the operator who created it, or `bootstrap`; otherwise the same as `id`. */
  readonly person: string;
  /** `bootstrap`: one person, whatever name it claims. */
  readonly kind: 'operator' | 'token' | 'bootstrap';
  readonly roles: readonly OperatorRole[];
  /** The end of the unconfirmed access (`domain/operator/unconfirmed-access.ts`); null: it is confirmed. */
  readonly unconfirmedUntilMs: number | null;
};

/** Also stands for the server itself. */
export const bootstrapApprover: Approver = {
  id: 'bootstrap',
  person: 'bootstrap',
  kind: 'bootstrap',
  roles: [],
  unconfirmedUntilMs: null,
};

const tokenPrefix = 'token:';
export const tokenId = (id: string): string => `${tokenPrefix}${id}`;
/** The id of the API token that an approver is. */
export const tokenOf = (id: string): string => id.slice(tokenPrefix.length);

export function kindOfApprover(id: string): Approver['kind'] {
  if (id === bootstrapApprover.id) return 'bootstrap';
  return id.startsWith(tokenPrefix) ? 'token' : 'operator';
}

/** The requirements of a withdrawal for its approvers. */
export type Quorum = {
  readonly needed: number;
  /** null: any role. */
  readonly role: string | null;
  /** The operators who created its key and edited its address book entry; '' if none did. */
  readonly keyOperator: string;
  readonly entryOperator: string;
};

/** For the return of an unattributed deposit, `keyOperator` is the operator who returned it. */
type OfWithdrawal = { readonly isReturn: boolean };

/** Reasons why somebody may not approve. */
export type ApproverRefusal =
  | 'approved-already'
  | 'created-key'
  | 'returned-deposit'
  | 'edited-entry'
  | 'role-missing'
  | 'not-a-person'
  | 'unconfirmed';

/** @param given the persons who have approved. */
export function refusalOf(
  approver: Approver,
  quorum: Quorum & OfWithdrawal,
  given: readonly string[],
  nowMs: number,
): ApproverRefusal | undefined {
  if (given.includes(approver.person)) return 'approved-already';
  if (approver.person === quorum.keyOperator) return quorum.isReturn ? 'returned-deposit' : 'created-key';
  if (approver.person === quorum.entryOperator) return 'edited-entry';
  // The holder of a token may also have an account as an operator.
  if (quorum.needed > 1 && approver.kind !== 'operator') return 'not-a-person';
  if (quorum.needed > 1 && isUnconfirmed(approver.unconfirmedUntilMs, nowMs)) return 'unconfirmed';
  return hasRole(approver, quorum.role) ? undefined : 'role-missing';
}

/** The bootstrap token has every role: it is only valid until there is an administrator. */
export function hasRole({ kind, roles }: Approver, role: string | null): boolean {
  return role === null || kind === 'bootstrap' || roles.some((each) => each === role);
}

/**
 * @returns the reason why somebody may not be the second person of a proposed change. A token may propose one, but not
 *   approve: its holder may also be the other person. The proposer is the person who created the change.
 */
export function refusalOfSecond(
  { kind, person, roles, unconfirmedUntilMs }: Approver,
  { proposer, role }: { readonly proposer: string; readonly role: string | null },
  nowMs: number,
): 'proposer' | 'not-a-person' | 'role-missing' | 'unconfirmed' | undefined {
  if (person === proposer) return 'proposer';
  if (kind !== 'operator' || proposer === bootstrapApprover.id) return 'not-a-person';
  if (isUnconfirmed(unconfirmedUntilMs, nowMs)) return 'unconfirmed';
  return role === null || roles.some((each) => each === role) ? undefined : 'role-missing';
}
