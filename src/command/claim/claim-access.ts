/** Who may use the claim of a withdrawal, and what claims have in common. */
import { type Rejection, reject } from '../../contract/errors.ts';
import type { ClaimState, WithdrawalStage } from '../../contract/withdrawal-stages.ts';
import { permissionsOf } from '../../domain/operator/principal.ts';
import { claimById, withdrawalById } from '../../store/lookups.ts';
import type { Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { approverOf } from '../approver-of.ts';
import type { Operator, UnitOfWork } from '../unit-of-work.ts';

/** What an operation about a claim names. */
export type OfClaim = {
  readonly operator: Operator;
  /** The id of the withdrawal. */
  readonly id: string;
  /** The number of the claim. A number other than that of the present claim is refused: the claim was released since. */
  readonly generation: number;
};

/** A claim as shown; representable in JSON. Times in ms. */
export type ClaimReply = {
  readonly id: string;
  readonly generation: number;
  readonly owner: string;
  readonly state: ClaimState;
  readonly claimedAt: number;
  readonly expiresAt: number;
  readonly stage: WithdrawalStage;
  readonly txId: string;
};

type Withdrawal = Row<'withdrawals'>;
type Claim = Row<'withdrawal_claims'>;
type Claimed = { readonly row: Withdrawal; readonly claim: Claim };
export type ClaimError = 'withdrawal-unknown' | 'claim-refused';

/** The second stage of a prefetch, after the withdrawal. */
export function claimLookups(id: string, rows: Rows): readonly Lookup<'withdrawal_claims'>[] {
  const claim = rows.one(withdrawalById(id))?.claim ?? null;
  return claim === null ? [] : [claimById(claim)];
}

/** @returns the withdrawal and its claim, which may have any owner. */
export function claimedOf(id: string, rows: Rows): Claimed | Rejection<ClaimError> {
  const row = rows.one(withdrawalById(id));
  if (row === undefined) return reject('withdrawal-unknown', { id });
  const claim = row.claim === null ? undefined : rows.one(claimById(row.claim));
  return claim === undefined ? reject('claim-refused', { id, why: 'not-claimed' }) : { row, claim };
}

/** @returns the withdrawal with its claim, which the operator has. Its lease may have expired. */
export function ownClaimOf(
  { operator, id, generation }: OfClaim,
  rows: Rows,
): Claimed | Rejection<ClaimError> {
  const claimed = claimedOf(id, rows);
  if ('rejected' in claimed) return claimed;
  const { claim } = claimed;
  if (claim.owner !== approverOf(operator).id) return reject('claim-refused', { id, why: 'other-owner' });
  return claim.generation === generation ? claimed : reject('claim-refused', { id, why: 'other-generation' });
}

/** @returns undefined while the owner may say that nothing was sent, or what. */
export function expiryOf(
  { withdrawalId: id, state, expiresAt }: Claim,
  nowMs: number,
): Rejection<'claim-refused'> | undefined {
  const isOver = state === 'unknown' || (state === 'held' && nowMs >= expiresAt);
  return isOver ? reject('claim-refused', { id, why: 'expired' }) : undefined;
}

/** Whether it is a person who may decide about the claims of others. */
export function mayResolve({ principal }: Operator): boolean {
  if (principal === undefined) return true;
  return principal.kind !== 'token' && permissionsOf(principal).has('resolve-withdrawals');
}

export function claimReply({ row, claim }: Claimed): ClaimReply {
  const { generation, owner, state, claimedAt, expiresAt } = claim;
  const { id, stage, txId } = row;
  return { id, generation, owner, state, claimedAt, expiresAt, stage, txId };
}

/** Changes a claim and its withdrawal. @returns them as written. */
export function writeClaimed(
  work: UnitOfWork,
  { row, claim }: Claimed,
  setClaim: Partial<Claim>,
  set: Partial<Withdrawal>,
): Claimed {
  // The claim first, because the store checks the withdrawal against it.
  work.write({ update: 'withdrawal_claims', key: { id: claim.id }, set: setClaim });
  if (Object.keys(set).length > 0) work.write({ update: 'withdrawals', key: { id: row.id }, set });
  return { row: { ...row, ...set }, claim: { ...claim, ...setClaim } };
}
