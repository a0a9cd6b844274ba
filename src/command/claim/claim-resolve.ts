/**
 * Resolves a withdrawal whose lease expired before its owner reported an outcome, so that it is unknown whether it was
 * sent. Only a person may do so: the withdrawal was sent by the given transaction, or it was not sent, and then it is
 * queued again or fails.
 */
import { reject } from '../../contract/errors.ts';
import { withdrawalById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { approverOf } from '../approver-of.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import {
  type ClaimError,
  type ClaimReply,
  claimedOf,
  claimLookups,
  claimReply,
  mayResolveClaims,
  writeClaimed,
} from './claim-access.ts';
import { attemptFor, type ReportError, transactionLookups } from './transaction-report.ts';
import { endUnsent, unsentLookups } from './unsent.ts';

export type Resolution =
  | { readonly outcome: 'sent'; readonly txId: string }
  | { readonly outcome: 'not-sent'; readonly next: 'queue' | 'fail' };

export type ClaimResolution = {
  readonly operator: Operator;
  readonly id: string;
  readonly resolution: Resolution;
};

export const resolveClaim: Command<ClaimResolution, ClaimReply, ClaimError | ReportError> = {
  name: 'claim-resolve',
  prefetch: [
    ({ id }) => [withdrawalById(id)],
    ({ id, resolution }, rows, context) => [
      ...claimLookups(id, rows),
      ...unsentLookups(id, rows),
      ...('txId' in resolution ? transactionLookups(id, resolution.txId, rows, context) : []),
    ],
  ],
  decide({ operator, id, resolution }, rows, context) {
    if (!mayResolveClaims(operator)) return reject('claim-refused', { id, why: 'not-a-person' });
    const claimed = claimedOf(id, rows);
    if ('rejected' in claimed) return claimed;
    const { row, claim } = claimed;
    const { stage } = row;
    if (stage !== 'unknown') return reject('withdrawal-stage-wrong', { id, stage, allowed: ['unknown'] });
    const work = new UnitOfWork(rows, context);
    // A proposed change is decided by its approver, not by its proposer.
    const decidedBy = operator.proposal?.by.approver.id ?? approverOf(operator).id;
    const { generation, owner } = claim;
    work.audit(operator, 'claim-resolve', id, { generation, owner, ...resolution });
    if (resolution.outcome === 'sent') {
      const { txId } = resolution;
      const attempt = attemptFor(row, { txId, signedTransaction: '' }, rows, context);
      if ('rejected' in attempt) return attempt;
      // A withdrawal in stage 'unknown' has no transaction, so this one cannot be stored already.
      if ('known' in attempt)
        throw new Error(`withdrawal ${id} has a transaction, although its stage is 'unknown'`);
      const set = { stage: 'broadcast', txId: attempt.add.txId } as const;
      const sent = writeClaimed(work, claimed, { state: 'sent', decidedBy }, set);
      work.write({ insert: 'withdrawal_attempts', row: attempt.add });
      return work.reply(claimReply(sent));
    }
    if (resolution.next === 'fail')
      return work.reply(claimReply(endUnsent(work, claimed, operator, rows, { decidedBy })));
    work.custody.add(row, row.amount - row.fee);
    const end = { state: 'released', endedAt: context.nowMs, decidedBy } as const;
    return work.reply(claimReply(writeClaimed(work, claimed, end, { stage: 'queued', claim: null })));
  },
};
