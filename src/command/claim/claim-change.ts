/** Changes the lease of a claim for which nothing is reported: its owner extends or releases it, or it expires. */
import { reject } from '../../contract/errors.ts';
import { claimById, custodyOf, withdrawalById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';
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

type ChangeError = ClaimError | 'withdrawal-stage-wrong';

/** Recorded as the actor when a lease expires. */
const actor = 'lease';

/** The lease runs for `leaseMs` from now on. */
export const extendClaim: Command<ClaimReference & { readonly leaseMs: number }, ClaimReply, ChangeError> = {
  name: 'claim-extend',
  prefetch: [({ id }) => [withdrawalById(id)], ({ id }, rows) => claimLookups(id, rows)],
  decide(input, rows, context) {
    const claimed = ownClaimOf(input, rows);
    if ('rejected' in claimed) return claimed;
    const rejection = notHeld(claimed.row) ?? rejectIfExpired(claimed.claim, context.nowMs);
    if (rejection !== undefined) return rejection;
    const work = new UnitOfWork(rows, context);
    const expiresAt = context.nowMs + input.leaseMs;
    const extended = writeClaimed(work, claimed, { expiresAt }, {});
    const { id, generation } = input;
    work.audit(input.operator, 'claim-extend', id, { generation, expiresAt });
    return work.reply(claimReply(extended));
  },
};

/** The owner declares that nothing was signed; the withdrawal is queued again. */
export const releaseClaim: Command<ClaimReference, ClaimReply, ChangeError> = {
  name: 'claim-release',
  prefetch: [
    ({ id }) => [withdrawalById(id)],
    ({ id }, rows) => {
      const row = rows.one(withdrawalById(id));
      return row === undefined ? [] : [custodyOf(row.asset), ...claimLookups(id, rows)];
    },
  ],
  decide(input, rows, context) {
    const claimed = ownClaimOf(input, rows);
    if ('rejected' in claimed) return claimed;
    const rejection = notHeld(claimed.row) ?? rejectIfExpired(claimed.claim, context.nowMs);
    if (rejection !== undefined) return rejection;
    const work = new UnitOfWork(rows, context);
    const { row } = claimed;
    work.custody.add(row, row.amount - row.fee);
    const end = { state: 'released', endedAt: context.nowMs } as const;
    const released = writeClaimed(work, claimed, end, { stage: 'queued', claim: null });
    const { id, generation } = input;
    work.audit(input.operator, 'claim-release', id, { generation });
    return work.reply(claimReply(released));
  },
};

const notHeld = ({ id, stage }: Row<'withdrawals'>) =>
  stage === 'claimed' || stage === 'unknown'
    ? undefined
    : reject('withdrawal-stage-wrong', { id, stage, allowed: ['claimed'] });

/** Makes the outcome of a withdrawal unknown whose lease has expired. Otherwise nothing is written. */
export const expireClaim: Command<{ readonly claimId: string }, object> = {
  name: 'claim-expire',
  prefetch: [
    ({ claimId }) => [claimById(claimId)],
    ({ claimId }, rows) => {
      const claim = rows.one(claimById(claimId));
      return claim === undefined ? [] : [withdrawalById(claim.withdrawalId)];
    },
  ],
  decide({ claimId }, rows, context) {
    const claim = rows.one(claimById(claimId));
    const row = claim && rows.one(withdrawalById(claim.withdrawalId));
    const isOver = claim?.state === 'held' && context.nowMs >= claim.expiresAt;
    if (row === undefined || !isOver) return { reply: {}, writes: [] };
    const work = new UnitOfWork(rows, context);
    writeClaimed(work, { row, claim }, { state: 'unknown' }, { stage: 'unknown' });
    const { generation, owner, expiresAt } = claim;
    const reason = 'The lease expired, and nothing was reported.';
    work.audit({ actor, reason }, 'claim-expire', row.id, { generation, owner, expiresAt });
    return work.reply({});
  },
};
