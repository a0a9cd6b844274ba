/** The words of the approval policy, which the operator API and the domain share. */
import type { OperatorRole } from './operator-permissions.ts';

/** `internal`: an address of this exchange; `whitelisted`: in the account's address book, and counting as such. */
export const destinationKinds = ['new', 'whitelisted', 'internal'] as const;
export type DestinationKind = (typeof destinationKinds)[number];

export const approvalDecisions = ['auto', 'approve', 'deny'] as const;

/** A rule of withdrawals: it matches if all of its conditions do. A condition that is absent matches everything. */
export type ApprovalRule = {
  readonly name: string;
  readonly assets?: readonly string[] | undefined;
  /** Decimal text. An asset without a price counts as more than any value. */
  readonly aboveUsd?: string | undefined;
  readonly destinations?: readonly DestinationKind[] | undefined;
  /** The account must have at least one of these tags. */
  readonly tags?: readonly string[] | undefined;
  readonly decision: (typeof approvalDecisions)[number];
  /** Number of people who must approve; present if and only if the decision is `approve`. */
  readonly approvers?: number | undefined;
  /** The role that approvers must have; absent: any role that may approve. */
  readonly role?: OperatorRole | undefined;
};

/** Changes by operators that can need a second person. */
export const changeKinds = [
  'credit',
  'debit',
  'dividend',
  'deposit',
  'assignment',
  'policy',
  'limits',
  'operators',
  'prices',
  'tags',
  'outcomes',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** The kinds of changes that move an amount, which has a value in USD. */
export const valuedChangeKinds = [
  'credit',
  'debit',
  'dividend',
  'deposit',
  'assignment',
  'outcomes',
] as const satisfies readonly ChangeKind[];

/** Changes of this kind need the approval of a second person. */
export type ChangeRule = {
  readonly kind: ChangeKind;
  /** Only for kinds with a value. */
  readonly aboveUsd?: string | undefined;
  readonly role?: OperatorRole | undefined;
};

export const maxApprovers = 9;
/** Maximum number of rules of a policy, and of entries of a condition. */
export const maxRules = 100;

/** The rule that matched a withdrawal, as stored with it: one of the policy, or the limit of the asset. */
export type MatchedRule =
  | ApprovalRule
  | { readonly name: typeof limitRuleName; readonly autoApprovalLimit: string | null };
export const limitRuleName = 'autoApprovalLimit';

export type ApprovalPolicy = {
  /** Counts from 1; 0: none was ever set. */
  readonly version: number;
  readonly rules: readonly ApprovalRule[];
  readonly changes: readonly ChangeRule[];
};

export const noPolicy: ApprovalPolicy = { version: 0, rules: [], changes: [] };
