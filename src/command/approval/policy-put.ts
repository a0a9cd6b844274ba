/**
 * Replaces the approval policy. Every version is kept; the setting that the catalog contains is the latest one.
 * Withdrawals keep the rule that matched when they were submitted.
 */

import { isDeepStrictEqual } from 'node:util';
import { parseJson } from '../../boundary/json.ts';
import {
  type ApprovalPolicy,
  type ApprovalRule,
  type ChangeRule,
  valuedChangeKinds,
} from '../../contract/approval-terms.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { approvalPolicySetting, type Catalog } from '../../domain/catalog/catalog.ts';
import type { Command } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type ApprovalPolicyPut = {
  readonly operator: Operator;
  readonly rules: readonly ApprovalRule[];
  readonly changes: readonly ChangeRule[];
};

/** The reply is the policy in force after it. */
export const putApprovalPolicy: Command<ApprovalPolicyPut, ApprovalPolicy, 'approval-rule-invalid'> = {
  name: 'approval-policy-put',
  // Otherwise two changes at a time could both take the next version.
  needsLatest: true,
  changesLatest: true,
  prefetch: [],
  decide({ operator, rules, changes }, rows, context) {
    const rejection = checkRules(rules, context.catalog) ?? checkChanges(changes);
    if (rejection !== undefined) return rejection;
    const before = context.catalog.approvalPolicy;
    const version = before.version + 1;
    const policy = parseJson<ApprovalPolicy>(JSON.stringify({ version, rules, changes }));
    if (isDeepStrictEqual({ ...policy, version: before.version }, before))
      return { reply: before, writes: [] };
    const { actor, reason } = operator;
    const work = new UnitOfWork(rows, context);
    work.write(
      { insert: 'approval_policies', row: { ...policy, actor, reason, createdAt: context.nowMs } },
      { put: 'settings', row: { name: approvalPolicySetting, value: policy } },
    );
    work.audit(operator, 'approval-policy-put', `${version}`, { from: before, to: policy });
    return work.reply(policy);
  },
};

type RuleProblem = Rejection<'approval-rule-invalid'>;

/** @returns the first problem. */
export function checkRules(rules: readonly ApprovalRule[], { assets }: Catalog): RuleProblem | undefined {
  for (const [index, { name, assets: named = [], decision, approvers, role }] of rules.entries()) {
    const wrong = (problem: RuleProblem['details']['problem']) =>
      reject('approval-rule-invalid', { index, problem });
    if (rules.findIndex((each) => each.name === name) < index) return wrong({ kind: 'name-used', name });
    const asset = named.find((each) => !assets.has(each));
    if (asset !== undefined) return wrong({ kind: 'asset-unknown', asset });
    if (decision === 'approve' && approvers === undefined) return wrong({ kind: 'approvers-missing' });
    if (decision !== 'approve' && (approvers ?? role) !== undefined)
      return wrong({ kind: 'approvers-superfluous' });
  }
  return undefined;
}

const kindsWithValue = new Set<ChangeRule['kind']>(valuedChangeKinds);

function checkChanges(changes: readonly ChangeRule[]): RuleProblem | undefined {
  const index = changes.findIndex(
    ({ kind, aboveUsd }) => aboveUsd !== undefined && !kindsWithValue.has(kind),
  );
  const change = changes[index]?.kind;
  return change && reject('approval-rule-invalid', { index, problem: { kind: 'value-superfluous', change } });
}
