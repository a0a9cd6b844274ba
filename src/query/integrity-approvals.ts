/**
 * The part of the integrity check that reads approvals: each withdrawal that needed some has a quorum, and was sent only
 * with as many approvals of different people as that says. Neither they nor the second people of changes had access that
 * was unconfirmed then. The policy in force is the latest version.
 */
import { isDeepStrictEqual } from 'node:util';
import type { getIntegrity } from '../contract/operator/integrity.ts';
import type { OperatorReply } from '../contract/operator-operation.ts';
import { approvalPolicySetting } from '../domain/catalog/catalog.ts';
import { wasUnconfirmed } from '../domain/operator/unconfirmed-access.ts';
import type { WithdrawalStage } from '../domain/withdrawal/withdrawal-stage.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import { pageSize, readInPages, type YieldNow } from './integrity-pages.ts';

type Report = (mismatch: OperatorReply<typeof getIntegrity>['mismatches'][number]) => void;

const sentStages: ReadonlySet<WithdrawalStage> = new Set([
  'queued',
  'waiting',
  'claimed',
  'unknown',
  'broadcast',
  'completed',
]);

/** Whether the access of an operator was unconfirmed at a time, ms of world time. */
type WasUnconfirmed = (operatorId: string | null, atMs: number) => boolean;

export async function checkApprovals(reads: Reads, report: Report, yieldNow: YieldNow): Promise<void> {
  const operators = await reads.rows('operators', {});
  const ends = new Map(operators.map(({ id, unconfirmedUntil }) => [id, unconfirmedUntil]));
  const was: WasUnconfirmed = (id, atMs) => wasUnconfirmed(ends.get(id ?? '') ?? null, atMs);
  const read = (last: Row<'withdrawal_quorums'> | undefined) =>
    reads.quorumsAfter(last?.withdrawalId ?? '', pageSize);
  for await (const page of readInPages(read, yieldNow)) {
    const ids = page.map(({ withdrawalId }) => withdrawalId);
    const withdrawals = new Map((await reads.withdrawalsNamed(ids)).map((row) => [row.id, row]));
    const approvals = Map.groupBy(await reads.approvalsOf(ids), ({ withdrawalId }) => withdrawalId);
    for (const quorum of page) {
      const { withdrawalId: id } = quorum;
      const problem = problemOf(quorum, withdrawals.get(id), approvals.get(id) ?? [], was);
      if (problem !== undefined) report({ check: 'approval', subject: `withdrawal ${id}`, ...problem });
    }
  }
  await checkChanges(reads, report, was);
  await checkPolicy(reads, report);
}

function problemOf(
  { lastApproval, needed, keyOperator, entryOperator }: Row<'withdrawal_quorums'>,
  withdrawal: Row<'withdrawals'> | undefined,
  approvals: readonly Row<'withdrawal_approvals'>[],
  was: WasUnconfirmed,
): { readonly expected: string; readonly found: string } | undefined {
  if (withdrawal?.approvalNeeded !== lastApproval)
    return { expected: lastApproval, found: withdrawal?.approvalNeeded ?? 'none' };
  const counted = approvals.filter(
    ({ operator, person, at }) => needed === 1 || (!was(operator, at) && !was(person, at)),
  );
  const operators = new Set(counted.map(({ operator, person }) => person ?? operator));
  for (const maker of [keyOperator, entryOperator]) operators.delete(maker);
  const isSent = sentStages.has(withdrawal.stage);
  if (!isSent || operators.size >= needed) return undefined;
  return { expected: `${needed} approvals`, found: `${operators.size}` };
}

async function checkChanges(reads: Reads, report: Report, was: WasUnconfirmed): Promise<void> {
  for (const { id, decidedBy, decidedAt } of await reads.rows('pending_changes', { state: 'approved' })) {
    if (decidedAt === null || !was(decidedBy, decidedAt)) continue;
    const expected = 'a second person whose access is confirmed';
    report({ check: 'approval', subject: `change ${id}`, expected, found: `unconfirmed: ${decidedBy}` });
  }
}

async function checkPolicy(reads: Reads, report: Report): Promise<void> {
  const [latest] = await reads.approvalPolicies({ limit: 1, offset: 0 });
  const setting = await reads.row('settings', { name: approvalPolicySetting });
  const kept = latest && { version: latest.version, rules: latest.rules, changes: latest.changes };
  if (isDeepStrictEqual(setting?.value, kept)) return;
  // cast: it may be anything; only its version is shown.
  const found = (setting?.value as { readonly version?: number } | undefined)?.version;
  const text = (version: number | undefined) => (version === undefined ? 'none' : `version ${version}`);
  report({
    check: 'approval',
    subject: 'approval policy',
    expected: text(latest?.version),
    found: found === latest?.version ? 'another content' : text(found),
  });
}
