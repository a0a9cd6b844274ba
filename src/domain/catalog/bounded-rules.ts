/** The rules of the approval policy with their bounds parsed, once when the policy is read. */
import type { ApprovalPolicy, ApprovalRule, ChangeRule } from '../../contract/approval-terms.ts';
import { type Decimal, parseDecimal } from '../../contract/decimal.ts';

/** `above`: the rule matches values above it; null: any value. */
export type Bounded<R> = { readonly rule: R; readonly above: Decimal | null };

export type BoundedRules = {
  readonly rules: readonly Bounded<ApprovalRule>[];
  readonly changes: readonly Bounded<ChangeRule>[];
};

/** @throws Error if a bound is not a decimal. */
export function boundedRules({ rules, changes }: Pick<ApprovalPolicy, 'rules' | 'changes'>): BoundedRules {
  return { rules: rules.map(bounded), changes: changes.map(bounded) };
}

function bounded<R extends { readonly aboveUsd?: string | undefined }>(rule: R): Bounded<R> {
  const { aboveUsd } = rule;
  if (aboveUsd === undefined) return { rule, above: null };
  const above = parseDecimal(aboveUsd);
  if (above === null) throw new Error(`'${aboveUsd}' is not a decimal`);
  return { rule, above };
}
