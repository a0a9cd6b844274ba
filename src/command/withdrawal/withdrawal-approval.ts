/**
 * The approvals that a withdrawal needs by the policy. They are decided when it is submitted and never become fewer.
 *
 * A withdrawal that needs none costs nothing: neither a lookup nor a row.
 */
import type { DestinationKind } from '../../contract/approval-terms.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { type Approval, decideApproval, mayNeedApproval } from '../../domain/withdrawal/approval-policy.ts';
import { isWhitelisted } from '../../domain/withdrawal/whitelist.ts';
import { accountTagsOf } from '../../store/lookups.ts';
import type { AnyLookup, DecisionContext, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { entryLookups } from './account-rules.ts';
import type { Destination, Recipient } from './withdrawal-send.ts';

/** A withdrawal, or the request for one. */
type Asked = Destination & { readonly accountId: number; readonly amount: bigint };

export type NeededApproval = Approval & {
  /** Who created the key of the request; '' if nobody with a name did. */
  readonly keyOperator: string;
  /** Who edited the entry of the address book that is used; '' if nobody with a name did. */
  readonly entryOperator: string;
};

/** The lookups that `neededApproval` needs. */
export function approvalLookups(asked: Asked, context: DecisionContext): readonly AnyLookup[] {
  if (!mayNeedApproval(asked, context.catalog)) return [];
  const tags = hasTagRules(context) ? [accountTagsOf(asked.accountId)] : [];
  return [...tags, ...entryLookups(asked.accountId, asked, context)];
}

/** @returns undefined if the withdrawal needs no approval. */
export function neededApproval(
  asked: Asked,
  keyOperator: string | undefined,
  recipient: Recipient,
  rows: Rows,
  context: DecisionContext,
): NeededApproval | undefined | Rejection<'withdrawal-denied'> {
  if (!mayNeedApproval(asked, context.catalog)) return undefined;
  const tags = (hasTagRules(context) && rows.one(accountTagsOf(asked.accountId))?.tags) || [];
  const [lookup] = entryLookups(asked.accountId, asked, context);
  const entry = lookup && rows.one(lookup);
  const destination = destinationKind(recipient, entry, context);
  const approval = decideApproval({ ...asked, destination, tags }, context.catalog);
  if (approval.decision === 'auto') return undefined;
  if (approval.decision === 'deny') return reject('withdrawal-denied', { rule: approval.rule.name });
  return { ...approval, keyOperator: keyOperator ?? '', entryOperator: entry?.operator ?? '' };
}

const hasTagRules = ({ catalog }: DecisionContext) =>
  catalog.boundedRules.rules.some(({ rule }) => rule.tags !== undefined);

function destinationKind(
  recipient: Recipient,
  entry: Row<'address_book'> | undefined,
  { catalog, nowMs }: DecisionContext,
): DestinationKind {
  if (typeof recipient === 'object') return 'internal';
  return entry !== undefined && isWhitelisted(entry, catalog.settings, nowMs) ? 'whitelisted' : 'new';
}

/** Stores what the withdrawal needs. */
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
