/**
 * The approval policy: which withdrawals are sent at once, which need the approval of people, and which are denied.
 *
 * The first rule that matches decides; without one, a withdrawal is sent at once. The limit of an asset
 * (`autoApprovalLimit`) is a rule before them that they can only make stricter: above it, one person approves at least.
 */

import { present } from '../../boundary/present.ts';
import {
  type ApprovalRule,
  type DestinationKind,
  limitRuleName,
  type MatchedRule,
} from '../../contract/approval-terms.ts';
import { type Decimal, formatUnits, isGreater } from '../../contract/decimal.ts';
import type { OperatorRole } from '../../contract/operator-permissions.ts';
import type { Bounded } from '../catalog/bounded-rules.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { valueInUsd } from './quota.ts';

type Amount = { readonly asset: string; readonly amount: bigint };
export type ApprovalFacts = Amount & {
  readonly destination: DestinationKind;
  /** The tags of the account. */
  readonly tags: readonly string[];
  /** The tags of all accounts of its family: the balance of each can be withdrawn from any of them. */
  readonly familyTags: readonly string[];
};

/** `role`: null: any. */
export type Approval = {
  readonly decision: 'approve';
  readonly approvers: number;
  readonly role: OperatorRole | null;
  readonly rule: MatchedRule;
};

export type ApprovalDecision =
  | { readonly decision: 'auto'; readonly rule: ApprovalRule | null }
  | { readonly decision: 'deny'; readonly rule: ApprovalRule }
  | Approval;

/** No rule matches. */
const unmatched: ApprovalDecision = { decision: 'auto', rule: null };
type Known = Pick<Catalog, 'assets' | 'prices' | 'boundedRules'>;

export function decideApproval(facts: ApprovalFacts, catalog: Known): ApprovalDecision {
  const { rules } = catalog.boundedRules;
  const limited = limitDecision(facts, catalog);
  if (rules.length === 0) return limited;
  const value = usdOf(facts, catalog);
  const found = rules.find((each) => matches(each, facts, value));
  return found === undefined ? limited : stricter(decisionOf(found.rule), limited);
}

/**
 * Whether any rule matches asset and amount, whatever the destination and the account. If not, nothing else about the
 * withdrawal has to be looked up.
 */
export function mayMatch(amount: Amount, catalog: Known): boolean {
  const { rules } = catalog.boundedRules;
  if (isAboveLimit(amount, catalog)) return true;
  if (rules.length === 0) return false;
  const value = usdOf(amount, catalog);
  return rules.some((each) => matchesAmount(each, amount, value));
}

/** A withdrawal that was accepted under an earlier version of the rules, which did not store them: one person approves. */
export const approvalWithoutRule: Approval = {
  decision: 'approve',
  approvers: 1,
  role: null,
  rule: { name: limitRuleName, autoApprovalLimit: null },
};

function isAboveLimit({ asset: code, amount }: Amount, { assets }: Known): boolean {
  const limit = assets.get(code)?.autoApprovalLimit ?? null;
  return limit !== null && amount > limit;
}

function limitDecision(amount: Amount, catalog: Known): ApprovalDecision {
  if (!isAboveLimit(amount, catalog)) return unmatched;
  const { autoApprovalLimit: limit, scale } = present(catalog.assets.get(amount.asset));
  // cast: an amount is above a limit only if there is one.
  const rule = { name: limitRuleName, autoApprovalLimit: formatUnits(limit as bigint, scale) } as const;
  return { decision: 'approve', approvers: 1, role: null, rule };
}

function decisionOf(rule: ApprovalRule): ApprovalDecision {
  if (rule.decision === 'auto') return { decision: 'auto', rule };
  if (rule.decision === 'deny') return { decision: 'deny', rule };
  return { decision: 'approve', approvers: rule.approvers ?? 1, role: rule.role ?? null, rule };
}

/** @returns the stricter of the two; the policy's if both need as many approvers, because it may name a role. */
function stricter(policy: ApprovalDecision, limit: ApprovalDecision): ApprovalDecision {
  return policy.decision === 'auto' && limit.decision !== 'auto' ? limit : policy;
}

/** A tag of another account of the family makes a withdrawal stricter, but not freer. */
function matches(each: Bounded<ApprovalRule>, facts: ApprovalFacts, value: Decimal | null): boolean {
  const { rule } = each;
  const tags = rule.decision === 'auto' ? facts.tags : facts.familyTags;
  return (
    matchesAmount(each, facts, value) &&
    (rule.destinations === undefined || rule.destinations.includes(facts.destination)) &&
    (rule.tags === undefined || rule.tags.some((tag) => tags.includes(tag)))
  );
}

function matchesAmount(
  { rule: { assets }, above }: Bounded<ApprovalRule>,
  { asset }: Amount,
  value: Decimal | null,
): boolean {
  return (assets === undefined || assets.includes(asset)) && isAbove(value, above);
}

/** @param value null: unknown, which counts as more than any limit. */
export function isAbove(value: Decimal | null, limit: Decimal | null): boolean {
  return limit === null || value === null || isGreater(value, limit);
}

/** The exact value of an amount at the current price; null if the asset has none. */
export function usdOf(amount: Amount, catalog: Pick<Catalog, 'assets' | 'prices'>): Decimal | null {
  return catalog.prices.has(amount.asset) ? valueInUsd([amount], catalog) : null;
}
