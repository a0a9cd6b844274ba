/**
 * The decision of the policy about a withdrawal when it is submitted: the rule that matches is stored with it. The
 * number of approvals that it needs never decreases.
 *
 * A withdrawal that no rule can match costs nothing: neither a lookup nor a row.
 */
import type { DestinationKind } from '../../contract/approval-terms.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { type Approval, decideApproval, mayMatch } from '../../domain/withdrawal/approval-policy.ts';
import { isWhitelisted } from '../../domain/withdrawal/whitelist.ts';
import { accountTagsOf, familyTagsOf } from '../../store/lookups.ts';
import type { AnyLookup, DecisionContext, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { entryLookups } from './account-rules.ts';
import type { Destination, Recipient } from './withdrawal-send.ts';

/** A withdrawal, or the request for one. */
type Asked = Destination & {
  readonly accountId: number;
  /** See `domain/account-family.ts`. */
  readonly family: number;
  readonly amount: bigint;
};

/** The columns of a withdrawal that name the rule. */
export type PolicyMark = Pick<Row<'withdrawals'>, 'policyVersion' | 'policyRule'>;
export type PolicyDecision = {
  /** Undefined if it needs no approval. */
  readonly needed: NeededApproval | undefined;
  readonly mark: PolicyMark;
};

export type NeededApproval = Approval & {
  /** The operator who created the key of the request; '' if none did. */
  readonly keyOperator: string;
  /** The operator who edited the entry of the address book that is used; '' if none did. */
  readonly entryOperator: string;
};

/** The lookups that `decideByPolicy` needs. */
export function approvalLookups(asked: Asked, context: DecisionContext): readonly AnyLookup[] {
  if (!mayMatch(asked, context.catalog)) return [];
  const tags = hasTagRules(context) ? [accountTagsOf(asked.accountId), familyTagsOf(asked.family)] : [];
  return [...tags, ...entryLookups(asked.accountId, asked, context)];
}

export function decideByPolicy(
  asked: Asked,
  keyOperator: string | undefined,
  recipient: Recipient,
  rows: Rows,
  context: DecisionContext,
): PolicyDecision | Rejection<'withdrawal-denied'> {
  const policyVersion = context.catalog.approvalPolicy.version || null;
  if (!mayMatch(asked, context.catalog))
    return { needed: undefined, mark: { policyVersion, policyRule: null } };
  const [lookup] = entryLookups(asked.accountId, asked, context);
  const entry = lookup && rows.one(lookup);
  const destination = destinationKind(recipient, entry, context);
  const facts = { ...asked, destination, ...tagsOf(asked, rows, context) };
  const approval = decideApproval(facts, context.catalog);
  if (approval.decision === 'deny') return reject('withdrawal-denied', { rule: approval.rule.name });
  const mark = { policyVersion, policyRule: approval.rule?.name ?? null };
  if (approval.decision === 'auto') return { needed: undefined, mark };
  const makers = { keyOperator: keyOperator ?? '', entryOperator: entry?.operator ?? '' };
  return { needed: { ...approval, ...makers }, mark };
}

export const hasTagRules = ({ catalog }: Pick<DecisionContext, 'catalog'>): boolean =>
  catalog.boundedRules.rules.some(({ rule }) => rule.tags !== undefined);

function tagsOf({ accountId, family }: Asked, rows: Rows, context: DecisionContext) {
  if (!hasTagRules(context)) return { tags: [], familyTags: [] };
  const tags = rows.one(accountTagsOf(accountId))?.tags ?? [];
  return { tags, familyTags: [...tags, ...rows.all(familyTagsOf(family)).flatMap((row) => row.tags)] };
}

function destinationKind(
  recipient: Recipient,
  entry: Row<'address_book'> | undefined,
  { catalog, nowMs }: DecisionContext,
): DestinationKind {
  if (typeof recipient === 'object') return 'internal';
  return entry !== undefined && isWhitelisted(entry, catalog.settings, nowMs) ? 'whitelisted' : 'new';
}

/** Stores the quorum that the withdrawal needs. */
export function openQuorum(
  work: UnitOfWork,
  withdrawalId: string,
  { approvers: needed, role, rule, keyOperator, entryOperator }: NeededApproval,
  { catalog, nowMs: createdAt }: DecisionContext,
): Row<'withdrawal_quorums'> {
  const lastApproval = approvalId(withdrawalId, needed);
  const policyVersion = catalog.approvalPolicy.version;
  const makers = { keyOperator, entryOperator };
  const row = { withdrawalId, needed, lastApproval, role, policyVersion, rule, ...makers, createdAt };
  work.write({ insert: 'withdrawal_quorums', row });
  return row;
}

/** The id of an approval says which one of its withdrawal it is. */
export const approvalId = (withdrawalId: string, ordinal: number): string => `${withdrawalId}:${ordinal}`;
export const ordinalOf = (id: string): number => Number(id.slice(id.indexOf(':') + 1));
