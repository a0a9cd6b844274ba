import { checkRules } from '../../command/approval/policy-put.ts';
import { ordinalOf } from '../../command/withdrawal/withdrawal-approval.ts';
import { formatDecimal } from '../../contract/decimal.ts';
import { reject } from '../../contract/errors.ts';
import { rehearsePolicy as operation } from '../../contract/operator/policies.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { type Example, type Rehearsal, rehearsePolicy as rehearse } from '../../query/policy-rehearsal.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { forReading } from '../lists/request-reads.ts';
import { amountText, emailsOf } from './subject.ts';

const dayMs = 86_400_000;
/** After this time the remaining withdrawals are left out, ms. */
const timeLimitMs = 60_000;
/** One at a time in the whole process, because each takes a share of its time. */
let isRunning = false;

export const rehearsePolicy = implement(
  operation,
  async ({ body: { rules, days = 30 } }, _operator, parts) => {
    const catalog = parts.catalog();
    const wrong = checkRules(rules, catalog);
    if (wrong !== undefined) return wrong;
    if (isRunning)
      return reject('operator-conflict', {
        reason: 'Another rehearsal is running; try again when it has ended.',
      });
    const to = parts.clock.world.now();
    const from = Math.max(0, to - days * dayMs);
    isRunning = true;
    try {
      const { parts: reading } = forReading(parts);
      const endMs = parts.clock.monotonic.now() + timeLimitMs;
      const step = async () => {
        await reading.pace.step();
        return parts.clock.monotonic.now() < endMs;
      };
      return await view(reading, await rehearse(reading.reads, catalog, rules, [from, to], step), to);
    } finally {
      isRunning = false;
    }
  },
);

async function view(parts: OperatorParts, rehearsal: Rehearsal, to: number) {
  const { fromMs, isComplete, totals, byRule, examples } = rehearsal;
  return {
    from: fromMs,
    to,
    isComplete,
    passed: viewTotal(totals.auto),
    waiting: viewTotal(totals.approve),
    denied: viewTotal(totals.deny),
    rules: [...byRule].map(([name, count]) => ({ name, count })),
    examples: await viewExamples(parts, examples),
  };
}

const viewTotal = ({ count, value }: Rehearsal['totals']['auto']) => ({
  count,
  valueUsd: formatDecimal(value),
});

async function viewExamples(parts: OperatorParts, examples: readonly Example[]) {
  const emailOf = await emailsOf(
    parts.reads,
    examples.map(({ row }) => row.accountId),
  );
  return examples.map(({ row, approval }) => ({
    id: row.id,
    email: row.accountId === unattributedAccountId ? null : emailOf(row.accountId),
    asset: row.asset,
    amount: amountText(parts, row.asset, row.amount),
    decision: approval.decision,
    rule: approval.rule.name,
    approvers: approval.decision === 'approve' ? approval.approvers : 0,
    approvalsNeeded: row.approvalNeeded === null ? 0 : ordinalOf(row.approvalNeeded),
  }));
}
