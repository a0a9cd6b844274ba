/** Withdrawals that wait for a person: approvals, obstacles, unknown outcomes and stuck transactions. */
import { approverOf } from '../../command/approver-of.ts';
import type { Operator } from '../../command/unit-of-work.ts';
import { approvalRefusals } from '../../contract/approval-texts.ts';
import { reportConfirmations, reportUnsent } from '../../contract/operator/claims.ts';
import * as operations from '../../contract/operator/withdrawals.ts';
import type { WaitingReason } from '../../contract/withdrawal-stages.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { refusalOf } from '../../domain/withdrawal/approver.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';
import { amountText, emailsOf } from '../handlers/subject.ts';
import {
  actionsOf,
  everyRow,
  type InboxItem,
  type InboxKind,
  inboxSource,
  maxSorted,
  oldestBehind,
  type Waiting,
} from './inbox-source.ts';

type Withdrawal = Row<'withdrawals'>;
type Detail = Pick<InboxItem, 'reason' | 'actions' | 'excluded'>;

/** A broadcast withdrawal that was submitted longer ago than this counts as stuck, ms. */
const stuckAfterMs = 3_600_000;

const submitted = (row: Withdrawal): Waiting<Withdrawal> => ({
  seq: row.seq,
  since: row.appliedAt,
  row,
});

export async function itemsOf(
  kind: InboxKind,
  parts: OperatorParts,
  waiting: readonly Waiting<Withdrawal>[],
  detailOf: (row: Withdrawal) => Detail,
): Promise<readonly InboxItem[]> {
  const emailOf = await emailsOf(
    parts.reads,
    waiting.map(({ row }) => row.accountId),
  );
  return waiting.map(({ row, since }) => ({
    id: `${kind}:${row.id}`,
    kind,
    since,
    subject: { kind: 'withdrawal', id: row.id, path: `/operator/v1/withdrawals/${row.id}` },
    account: row.accountId === unattributedAccountId ? null : emailOf(row.accountId),
    asset: row.asset,
    network: row.network,
    amount: amountText(parts, row.asset, row.amount),
    destination: `${row.address} ${row.addressTag}`.trim(),
    ...detailOf(row),
  }));
}

export const approvals = inboxSource<Withdrawal>({
  kind: 'approval',
  read: async ({ reads }, after, limit) =>
    (await reads.withdrawalsUnderWay('awaiting-approval', after.seq, limit)).map(submitted),
  async render(parts, viewer, waiting) {
    const ids = waiting.map(({ row }) => row.id);
    const quorums = new Map((await parts.reads.quorumsOf(ids)).map((row) => [row.withdrawalId, row]));
    const given = Map.groupBy(await parts.reads.approvalsOf(ids), ({ withdrawalId }) => withdrawalId);
    return itemsOf('approval', parts, waiting, (row) =>
      approvalDetail(viewer, row, quorums.get(row.id), given.get(row.id) ?? [], parts.clock.world.now()),
    );
  },
});

function approvalDetail(
  viewer: Operator,
  { id, accountId }: Withdrawal,
  quorum: Row<'withdrawal_quorums'> | undefined,
  given: readonly Row<'withdrawal_approvals'>[],
  nowMs: number,
): Detail {
  const operators = given.map(({ operator, person }) => person ?? operator);
  const refusal =
    quorum &&
    refusalOf(
      approverOf(viewer),
      { ...quorum, isReturn: accountId === unattributedAccountId },
      operators,
      nowMs,
    );
  const permitted = actionsOf(viewer, id, [
    { ...operations.approveWithdrawal, needsProof: approverOf(viewer).kind === 'operator' },
    operations.rejectWithdrawal,
    operations.cancelWithdrawal,
  ]);
  const approve = operations.approveWithdrawal.id;
  const mayApprove = permitted.some(({ operation }) => operation === approve);
  return {
    reason: describeQuorum(quorum, given.length),
    actions: permitted.filter(({ operation }) => refusal === undefined || operation !== approve),
    excluded: refusal && mayApprove ? approvalRefusals[refusal](id, quorum?.role ?? null) : null,
  };
}

function describeQuorum(quorum: Row<'withdrawal_quorums'> | undefined, given: number): string {
  if (quorum === undefined) return 'It is above the automatic approval limit of its asset.';
  const { needed, role, rule } = quorum;
  const people = `${needed} ${needed === 1 ? 'person' : 'people'}`;
  const whose = role === null ? people : `${people} with the role ${role}`;
  return `By the rule ${rule.name}, ${whose} must approve it; ${given} ${given === 1 ? 'has' : 'have'}.`;
}

const obstacles: Readonly<Record<WaitingReason, (row: Withdrawal) => string>> = {
  liquidity: ({ asset, network }) =>
    `Custody of ${asset} on ${network} does not cover it: move coins there, reject it or cancel it.`,
  'network-closed': ({ asset, network }) => `Withdrawals of ${asset} on ${network} are closed.`,
  'account-disabled': () => 'Its account is disabled.',
  'own-address': ({ asset }) =>
    `Its address now belongs to this exchange, and ${asset} cannot be credited there.`,
};

export const waitingWithdrawals = inboxSource<Withdrawal>({
  kind: 'waiting-withdrawal',
  read: async ({ reads }, after, limit) =>
    (await reads.withdrawalsUnderWay('waiting', after.seq, limit)).map(submitted),
  render: (parts, viewer, waiting) =>
    itemsOf('waiting-withdrawal', parts, waiting, (row) => ({
      reason: row.waitingFor === null ? 'It cannot be sent now.' : obstacles[row.waitingFor](row),
      actions: actionsOf(viewer, row.id, [operations.rejectWithdrawal, operations.cancelWithdrawal]),
      excluded: null,
    })),
});

export const unknownOutcomes = inboxSource<Withdrawal>({
  kind: 'unknown-outcome',
  async read({ reads }, after, limit) {
    const rows = await everyRow((...page) => reads.failingWithdrawals(...page));
    const ids = rows.map(({ id }) => id);
    const decisions =
      rows.length === 0
        ? []
        : (
            await reads.listedAudit(
              { action: 'withdrawal-fail', subjects: ids },
              { limit: 2 * maxSorted, scan: 2 * maxSorted },
            )
          ).rows;
    // They are newest first; of those that were revoked and made again, the last one counts.
    const decided = new Map(decisions.toReversed().map(({ subject, at }) => [subject, at]));
    const waiting = rows.map((row) => ({ seq: row.seq, since: decided.get(row.id) ?? row.appliedAt, row }));
    return oldestBehind(waiting, after, limit);
  },
  render: (parts, viewer, waiting) =>
    itemsOf('unknown-outcome', parts, waiting, (row) => ({
      reason: `An operator is failing it (${row.failure}), and it is not known yet whether one of its transactions was confirmed.`,
      actions: actionsOf(viewer, row.id, [operations.failWithdrawal]),
      excluded: null,
    })),
});

export const stuckTransactions = inboxSource<Withdrawal>({
  kind: 'stuck-transaction',
  async read({ reads, clock }, after, limit) {
    const latest = clock.world.now() - stuckAfterMs;
    const found: Waiting<Withdrawal>[] = [];
    for (let place = after.seq; found.length < limit; ) {
      const rows = await reads.withdrawalsUnderWay('broadcast', place, limit);
      const old = rows.filter(({ appliedAt }) => appliedAt <= latest);
      found.push(...old.filter(({ failure }) => failure === null).map(submitted));
      // They are in the order of submission.
      if (rows.length < limit || old.length < rows.length) break;
      place = rows.at(-1)?.seq ?? place;
    }
    return found.slice(0, limit);
  },
  render: (parts, viewer, waiting) =>
    itemsOf('stuck-transaction', parts, waiting, (row) => ({
      reason: `Its transaction ${row.txId} was broadcast and is not confirmed, more than an hour after the withdrawal was submitted.`,
      actions: actionsOf(
        viewer,
        row.id,
        row.claim === null
          ? [operations.resendWithdrawal, operations.failWithdrawal]
          : [reportConfirmations, reportUnsent],
      ),
      excluded: null,
    })),
});
