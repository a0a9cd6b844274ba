/** Proposed changes, and a failing integrity report. */
import { approverOf } from '../../command/approver-of.ts';
import type { IntegrityRecord } from '../../command/settings/integrity-record.ts';
import type { Operator } from '../../command/unit-of-work.ts';
import { proposalRefusals } from '../../contract/approval-texts.ts';
import * as changes from '../../contract/operator/changes.ts';
import { getIntegrity } from '../../contract/operator/integrity.ts';
import { isoTime } from '../../contract/text.ts';
import { refusalOfSecond } from '../../domain/withdrawal/approver.ts';
import type { Row } from '../../store/tables.ts';
import { forbiddenBy, forbiddenToApprove, proposedRequestOf } from '../proposals.ts';
import { actionsOf, type InboxItem, inboxSource } from './inbox-source.ts';

type Change = Row<'pending_changes'>;

export const pendingChanges = inboxSource<Change>({
  kind: 'change',
  read: async ({ reads }, after, limit) =>
    (await reads.pendingChangesAfter(after.seq, limit)).map((row) => ({
      seq: row.seq,
      since: row.proposedAt,
      row,
    })),
  render: async ({ clock }, viewer, waiting) =>
    waiting.map(({ row }) => changeItem(viewer, row, clock.world.now())),
});

function changeItem(viewer: Operator, row: Change, nowMs: number): InboxItem {
  const { id, proposer, role, reason } = row;
  const request = proposedRequestOf(row);
  const mayApprove = forbiddenToApprove(request, role, viewer) === undefined;
  const refusal = mayApprove ? refusalOfSecond(approverOf(viewer), { proposer, role }, nowMs) : undefined;
  const permitted = [
    ...(mayApprove && refusal === undefined ? [changes.approveChange] : []),
    ...(forbiddenBy(request, viewer) === undefined || mayApprove ? [changes.rejectChange] : []),
  ];
  // cast: of a change of any kind.
  const { asset, amount } = request.body as { asset?: unknown; amount?: unknown };
  const isBooking = typeof asset === 'string' && typeof amount === 'string';
  return {
    id: `change:${id}`,
    kind: 'change',
    since: row.proposedAt,
    subject: { kind: 'change', id, path: `/operator/v1/changes/${id}` },
    account: typeof request.path.email === 'string' ? request.path.email : null,
    reason: `${row.actor} has proposed ${request.operation} of ${row.subject}${reason === '' ? '' : ` (${reason})`}; another person must approve it.`,
    asset: isBooking ? asset : null,
    network: null,
    amount: isBooking ? amount : null,
    destination: null,
    actions: actionsOf(viewer, id, permitted),
    excluded: refusal === undefined ? null : proposalRefusals[refusal](id, role),
  };
}

export const failingIntegrity = inboxSource<IntegrityRecord>({
  kind: 'integrity',
  async read({ lastIntegrity }, after) {
    const row = after.seq > 0 ? null : await lastIntegrity();
    return row === null || row.failingSince === null ? [] : [{ seq: 1, since: row.failingSince, row }];
  },
  render: async (_parts, viewer, waiting) =>
    waiting.map(({ row, since }) => ({
      id: 'integrity:ledger',
      kind: 'integrity',
      since,
      subject: { kind: 'ledger', id: 'ledger', path: getIntegrity.path },
      account: null,
      reason: `${whatFails(row)} That is as of ${isoTime(row.at)}.`,
      asset: null,
      network: null,
      amount: null,
      destination: null,
      actions: actionsOf(viewer, 'ledger', [getIntegrity]),
      excluded: null,
    })),
});

const whatFails = ({ ok, mismatches }: IntegrityRecord): string =>
  ok
    ? 'Custody does not cover the balances of customers in every asset.'
    : `The integrity report has ${mismatches} mismatches, or the hash chain is broken.`;
