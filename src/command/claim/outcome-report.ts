/**
 * Records the outcome of a claimed withdrawal: the confirmations of its transaction, which complete it at the depth
 * that the asset requires, or that it was not sent.
 *
 * The owner of the claim reports it. Once a transaction is known, a person may do so instead, because the owner may be gone.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import { canonicalTransactionId } from '../../domain/address/address.ts';
import { assetNetworkOf } from '../../domain/catalog/catalog.ts';
import { attemptOfTransaction, attemptsOf, withdrawalById } from '../../store/lookups.ts';
import type {
  AnyLookup,
  Command,
  Decision,
  DecisionContext,
  Prefetch,
  Rows,
  Write,
} from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { approverOf } from '../approver-of.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { type ChainResult, settleWithdrawal } from '../withdrawal/withdrawal-settle.ts';
import {
  type ClaimError,
  type ClaimReply,
  claimedOf,
  claimLookups,
  claimReply,
  mayResolveClaims,
  rejectIfExpired,
} from './claim-access.ts';
import { endUnsent, unsentLookups } from './unsent.ts';

type Withdrawal = Row<'withdrawals'>;
type Claim = Row<'withdrawal_claims'>;

type OfWithdrawal = {
  readonly operator: Operator;
  readonly id: string;
};

export type ReportedConfirmations = OfWithdrawal & {
  readonly txId: string;
  /** May be lower than before, after a reorganisation. */
  readonly confirmations: number;
  /** Whether the payment is final, regardless of its confirmations. */
  readonly final: boolean;
};

export type UnsentReport = OfWithdrawal & {
  /** Generation of the claim; undefined: not given. */
  readonly generation?: number | undefined;
};

type OutcomeError =
  | ClaimError
  | 'withdrawal-stage-wrong'
  | 'withdrawal-transaction-unknown'
  | 'withdrawal-confirmed';

/** The lookups of `settleWithdrawal` without its first stage, which the caller's own first stage has already done. */
const settlePrefetch = (
  prefetch: Prefetch<ChainResult>,
  result: ChainResult,
  rows: Rows,
  context: DecisionContext,
) => prefetch.slice(1).flatMap((stage) => stage(result, rows, context));

export const reportConfirmations: Command<ReportedConfirmations, ClaimReply, OutcomeError> = {
  name: 'claim-report-confirmations',
  prefetch: [
    ({ id }) => [withdrawalById(id)],
    ({ id, txId }, rows, context): readonly AnyLookup[] => {
      const row = rows.one(withdrawalById(id));
      if (row === undefined) return [];
      const canonicalTxId = canonicalOf(row, txId, context);
      return [
        ...claimLookups(id, rows),
        attemptOfTransaction(row.network, canonicalTxId),
        ...settlePrefetch(settleWithdrawal.prefetch, { id, confirmed: true }, rows, context),
      ];
    },
  ],
  decide({ operator, id, txId, confirmations, final }, rows, context) {
    const claimed = claimedOf(id, rows);
    if ('rejected' in claimed) return claimed;
    const { row, claim } = claimed;
    const refused = refusalOf(operator, claim);
    if (refused !== undefined) return refused;
    const attempt = rows.one(attemptOfTransaction(row.network, canonicalOf(row, txId, context)));
    if (attempt?.withdrawalId !== id) return reject('withdrawal-transaction-unknown', { id });
    if (row.stage === 'completed' && row.txId === attempt.txId)
      return { reply: claimReply(claimed), writes: [] };
    if (row.stage !== 'broadcast')
      return reject('withdrawal-stage-wrong', { id, stage: row.stage, allowed: ['broadcast'] });
    const key = { withdrawalId: id, attempt: attempt.attempt };
    const update: Write = { update: 'withdrawal_attempts', key, set: { confirmations } };
    const isDeepEnough = confirmations >= assetNetworkOf(context.catalog, row.asset, row.network).minConfirm;
    if (isDeepEnough || final) return complete(claimed, attempt, update, { operator, final }, rows, context);
    return { reply: claimReply(claimed), writes: confirmations === attempt.confirmations ? [] : [update] };
  },
};

function complete(
  claimed: { readonly row: Withdrawal; readonly claim: Claim },
  { withdrawalId: id, txId }: Row<'withdrawal_attempts'>,
  update: Write,
  { operator, final }: { readonly operator: Operator; readonly final: boolean },
  rows: Rows,
  context: DecisionContext,
): Decision<ClaimReply, 'withdrawal-stage-wrong'> {
  const settled = settleWithdrawal.decide({ id, confirmed: true, txId }, rows, context);
  if ('rejected' in settled) throw new Error(`withdrawal ${id} cannot be completed: ${settled.rejected}`);
  const audit = new UnitOfWork(rows, context);
  audit.audit(operator, 'claim-complete', id, { txId, final });
  const claim = { ...claimed.claim, state: 'ended' } as const;
  const writes = [...settled.writes, update, ...audit.reply({}).writes];
  return { reply: claimReply({ row: settled.reply, claim }), writes };
}

/** Declares that the withdrawal was not sent, or can never be confirmed: it fails, and its hold is released. */
export const reportUnsent: Command<UnsentReport, ClaimReply, OutcomeError> = {
  name: 'claim-report-unsent',
  prefetch: [
    ({ id }) => [withdrawalById(id)],
    ({ id }, rows) => [...claimLookups(id, rows), ...unsentLookups(id, rows)],
  ],
  decide({ operator, id, generation }, rows, context) {
    const claimed = claimedOf(id, rows);
    if ('rejected' in claimed) return claimed;
    const { claim } = claimed;
    const refused =
      refusalOf(operator, claim) ??
      generationRejection(operator, claim, generation) ??
      rejectIfExpired(claim, context.nowMs);
    if (refused !== undefined) return refused;
    const { stage } = claimed.row;
    if (stage === 'failed') return { reply: claimReply(claimed), writes: [] };
    if (stage !== 'claimed' && stage !== 'broadcast')
      return reject('withdrawal-stage-wrong', { id, stage, allowed: ['claimed', 'broadcast'] });
    // A transaction that has confirmations may still pay the withdrawal.
    const attempts = rows.all(attemptsOf(id));
    if (attempts.some(({ confirmations }) => (confirmations ?? 0) > 0))
      return reject('withdrawal-confirmed', { id });
    const work = new UnitOfWork(rows, context);
    const ended = endUnsent(work, claimed, operator, rows);
    work.audit(operator, 'claim-unsent', id, { from: stage, attempts: attempts.length });
    return work.reply(claimReply(ended));
  },
};

/** Until a transaction is reported, only the owner may report, because nobody else knows whether one was sent. */
function refusalOf(operator: Operator, claim: Claim): Rejection<'claim-refused'> | undefined {
  if (claim.owner === approverOf(operator).id) return undefined;
  if (claim.state !== 'held' && claim.state !== 'unknown' && mayResolveClaims(operator)) return undefined;
  return reject('claim-refused', { id: claim.withdrawalId, why: 'other-owner' });
}

/**
 * Rejects a report that may be about an earlier claim of the same owner: another process of that owner may have claimed
 * the withdrawal since, and may have sent it.
 */
function generationRejection(
  operator: Operator,
  claim: Claim,
  generation: number | undefined,
): Rejection<'claim-refused'> | undefined {
  const id = claim.withdrawalId;
  if (generation !== undefined)
    return generation === claim.generation
      ? undefined
      : reject('claim-refused', { id, why: 'other-generation' });
  // A proposal may be approved long after its proposer saw the claim.
  const isOwner = claim.owner === approverOf(operator).id || operator.proposal !== undefined;
  const isAmbiguous = claim.generation > 1 && isOwner;
  return isAmbiguous ? reject('claim-refused', { id, why: 'generation-missing' }) : undefined;
}

/** @returns the canonical form; an id that is not valid on the network is unchanged, so that it matches no attempt. */
function canonicalOf({ network }: Withdrawal, txId: string, { catalog }: DecisionContext): string {
  const rules = catalog.networks.get(network);
  return (rules && canonicalTransactionId(rules, txId)) ?? txId;
}
