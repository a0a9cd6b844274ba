/**
 * Records the transaction that pays a claimed withdrawal. From then on it is broadcast, and its claim no longer expires.
 *
 * A transaction is reported once, however often the report is repeated. Another transaction is a further attempt: it
 * must name the latest one, and can be confirmed only instead of it.
 *
 * The network is locked until the commit, so that no other process records the same transaction as a deposit meanwhile.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import {
  canonicalTransactionId,
  completeTransactionId,
  transactionIdRule,
} from '../../domain/address/address.ts';
import { networkNamed } from '../../domain/catalog/catalog.ts';
import {
  attemptOfTransaction,
  attemptsOf,
  depositOfTransaction,
  networkNamed as lockedNetwork,
  withdrawalById,
} from '../../store/lookups.ts';
import type { AnyLookup, Command, DecisionContext, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { nextAttempt } from '../withdrawal/withdrawal-attempt.ts';
import {
  type ClaimError,
  type ClaimReference,
  type ClaimReply,
  claimLookups,
  claimReply,
  ownClaimOf,
  rejectIfExpired,
  writeClaimed,
} from './claim-access.ts';

export type ReportedTransaction = {
  readonly txId: string;
  /** The bytes, in whatever form the owner has; "" if they are not given. */
  readonly signedTransaction: string;
  /** The latest transaction of the withdrawal, if this is a further one. */
  readonly replaces?: string | undefined;
};

export type ReportError =
  | 'transaction-id-invalid'
  | 'transaction-taken'
  | 'transaction-is-deposit'
  | 'transaction-reported'
  | 'transaction-differs'
  | 'withdrawal-stage-wrong';

type Attempt = Row<'withdrawal_attempts'>;

export const reportTransaction: Command<
  ClaimReference & ReportedTransaction,
  ClaimReply,
  ClaimError | ReportError
> = {
  name: 'claim-report-transaction',
  prefetch: [
    ({ id }) => [withdrawalById(id)],
    ({ id, txId }, rows, context) => [
      ...claimLookups(id, rows),
      ...transactionLookups(id, txId, rows, context),
    ],
  ],
  decide(input, rows, context) {
    const { id, generation, operator } = input;
    const claimed = ownClaimOf(input, rows);
    if ('rejected' in claimed) return claimed;
    const attempt = attemptFor(claimed.row, input, rows, context);
    if ('rejected' in attempt) return attempt;
    if ('known' in attempt) {
      // A repeated report means that its owner is about to send: a failed withdrawal was given back and must not be sent.
      const { stage } = claimed.row;
      return stage === 'failed'
        ? reject('withdrawal-stage-wrong', { id, stage, allowed: ['claimed', 'broadcast'] })
        : { reply: claimReply(claimed), writes: [] };
    }
    const expired = rejectIfExpired(claimed.claim, context.nowMs);
    if (expired !== undefined) return expired;
    const work = new UnitOfWork(rows, context);
    const { txId, attempt: number } = attempt.add;
    const sent = writeClaimed(work, claimed, { state: 'sent' }, { stage: 'broadcast', txId });
    work.write({ insert: 'withdrawal_attempts', row: attempt.add });
    work.audit(operator, 'claim-report', id, { generation, txId, attempt: number });
    return work.reply(claimReply(sent));
  },
};

/** The lookups of `attemptFor`, after the withdrawal. */
export function transactionLookups(
  id: string,
  txId: string,
  rows: Rows,
  { catalog }: DecisionContext,
): readonly AnyLookup[] {
  const row = rows.one(withdrawalById(id));
  const canonical = row && canonicalTransactionId(networkNamed(catalog, row.network), txId);
  if (!canonical) return [];
  const { network } = row;
  return [
    lockedNetwork(network),
    attemptsOf(id),
    attemptOfTransaction(network, canonical),
    depositOfTransaction(network, canonical),
  ];
}

/** @returns the attempt to store for a transaction of a withdrawal, or the one that is stored already. */
export function attemptFor(
  { id, network, stage, claim, txId: latest }: Row<'withdrawals'>,
  { txId: given, signedTransaction, replaces }: ReportedTransaction,
  rows: Rows,
  { catalog, nowMs: createdAt }: DecisionContext,
): { readonly add: Attempt } | { readonly known: Attempt } | Rejection<ReportError> {
  const rules = networkNamed(catalog, network);
  const txId = canonicalTransactionId(rules, given);
  const stored = txId === null ? undefined : rows.one(attemptOfTransaction(network, txId));
  // A stored transaction may be older than the rule that ids must be complete.
  if (txId === null || (stored === undefined && completeTransactionId(rules, given) === null))
    return reject('transaction-id-invalid', { txId: given, network, rule: transactionIdRule(rules) });
  if (stored !== undefined && stored.withdrawalId !== id) return reject('transaction-taken', { txId });
  if (stored !== undefined) {
    const isSame = signedTransaction === '' || signedTransaction === stored.signedTransaction;
    return isSame ? { known: stored } : reject('transaction-differs', { txId });
  }
  if (rows.one(depositOfTransaction(network, txId)) !== undefined)
    return reject('transaction-is-deposit', { txId });
  const earlier = rows.all(attemptsOf(id));
  const isFirst = earlier.length === 0;
  if (stage !== 'claimed' && stage !== 'unknown' && stage !== 'broadcast')
    return reject('withdrawal-stage-wrong', { id, stage, allowed: ['claimed', 'broadcast'] });
  if (!isFirst && canonicalTransactionId(rules, replaces ?? '') !== latest)
    return reject('transaction-reported', { id, txId: latest });
  const attempt = isFirst ? 1 : nextAttempt(earlier);
  const own = { withdrawalId: id, attempt, network, txId, signedTransaction, createdAt };
  return { add: { ...own, state: 'sent', claim, confirmations: 0 } };
}
