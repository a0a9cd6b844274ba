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
import type { OperatorParts } from '../handler.ts';
import { amountText } from '../handlers/subject.ts';
import { forbiddenToApprove, forbiddenToReject, movedBy, proposedRequestOf } from '../proposals.ts';
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
  render: (parts, viewer, waiting) => Promise.all(waiting.map(({ row }) => changeItem(parts, viewer, row))),
});

async function changeItem(parts: OperatorParts, viewer: Operator, row: Change): Promise<InboxItem> {
  const { id, proposer, role, reason } = row;
  const nowMs = parts.clock.world.now();
  const request = proposedRequestOf(row);
  const moved = await movedBy(request, parts.catalog(), parts.reads);
  const mayApprove = forbiddenToApprove(request, role, viewer) === undefined;
  const refusal = mayApprove ? refusalOfSecond(approverOf(viewer), { proposer, role }, nowMs) : undefined;
  const permitted = [
    ...(mayApprove && refusal === undefined ? [changes.approveChange] : []),
    ...(forbiddenToReject(row, viewer) === undefined ? [changes.rejectChange] : []),
  ];
  return {
    id: `change:${id}`,
    kind: 'change',
    since: row.proposedAt,
    subject: { kind: 'change', id, path: `/operator/v1/changes/${id}` },
    account: typeof request.path.email === 'string' ? request.path.email : null,
    reason: `${row.actor} has proposed ${request.operation} of ${row.subject}${reason === '' ? '' : ` (${reason})`}; another person must approve it.`,
    asset: moved?.asset ?? null,
    network: null,
    amount: moved === undefined ? null : amountText(parts, moved.asset, moved.amount),
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
