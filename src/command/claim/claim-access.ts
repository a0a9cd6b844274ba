/** The rules for access to the claim of a withdrawal, and helpers of all commands about claims. */
import { type Rejection, reject } from '../../contract/errors.ts';
import type { ClaimState, WithdrawalStage } from '../../contract/withdrawal-stages.ts';
import { permissionsOf } from '../../domain/operator/principal.ts';
import { claimById, withdrawalById } from '../../store/lookups.ts';
import type { Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { approverOf } from '../approver-of.ts';
import type { Operator, UnitOfWork } from '../unit-of-work.ts';

/** Identifies one claim of a withdrawal, for the operator who acts on it. */
export type ClaimReference = {
  readonly operator: Operator;
  /** The id of the withdrawal. */
  readonly id: string;
  /** The number of the claim. Any but the current one is rejected: the withdrawal has been claimed again since. */
  readonly generation: number;
};

/** A claim as shown; representable in JSON. Times in ms. */
export type ClaimReply = {
  /** The id of the withdrawal. */
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
  { operator, id, generation }: ClaimReference,
  rows: Rows,
): Claimed | Rejection<ClaimError> {
  const claimed = claimedOf(id, rows);
  if ('rejected' in claimed) return claimed;
  const { claim } = claimed;
  if (claim.owner !== approverOf(operator).id) return reject('claim-refused', { id, why: 'other-owner' });
  return claim.generation === generation ? claimed : reject('claim-refused', { id, why: 'other-generation' });
}

/** @returns a rejection once the lease has expired: until then the owner may report a transaction, or that none was sent. */
export function rejectIfExpired(
  { withdrawalId: id, state, expiresAt }: Claim,
  nowMs: number,
): Rejection<'claim-refused'> | undefined {
  const isOver = state === 'unknown' || (state === 'held' && nowMs >= expiresAt);
  return isOver ? reject('claim-refused', { id, why: 'expired' }) : undefined;
}

/**
 * Whether the operator may decide about the claims of others: a person with the permission, or the server itself. An API
 * token never may.
 */
export function mayResolveClaims({ principal }: Operator): boolean {
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
