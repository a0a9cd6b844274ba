/** Proposed changes as requests of operations: their check, and their execution once they are approved. */
import { approverOf } from '../command/approver-of.ts';
import type { Operator } from '../command/unit-of-work.ts';
import type { ChangeKind } from '../contract/approval-terms.ts';
import { parseDecimal, splitUnits } from '../contract/decimal.ts';
import { type Rejection, reject } from '../contract/errors.ts';
import type { proposableOperations } from '../contract/operator/changes.ts';
import type { OperatorRejection } from '../contract/operator-errors.ts';
import { invalid } from '../contract/operator-rejections.ts';
import { createSchemaCheck } from '../contract/schema-check.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { isAllowed } from '../domain/operator/principal.ts';
import type { OperatorChange } from '../domain/withdrawal/change-rule.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import type { Implementation } from './handler.ts';
import { createOperator, createOperatorLink, updateOperator } from './handlers/access/operators.ts';
import { createToken } from './handlers/access/tokens.ts';
import { updateAccount } from './handlers/accounts.ts';
import { patchAsset, putAsset } from './handlers/assets.ts';
import { creditAccount, debitAccount } from './handlers/balances.ts';
import { reportUnsent, resolveWithdrawal } from './handlers/claims.ts';
import { assignDeposit } from './handlers/deposits.ts';
import { payDividend } from './handlers/dividends.ts';
import { reportDeposit } from './handlers/manual-deposits.ts';
import { putAccountTags, putPolicy } from './handlers/policies.ts';
import { putPrice } from './handlers/prices-and-symbols.ts';
import { putSettings } from './handlers/system.ts';

type ProposableId = (typeof proposableOperations)[number];

export type ProposedRequest = {
  readonly operation: ProposableId;
  readonly path: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
};

/** The request of a stored change. */
export function proposedRequestOf({ input }: Pick<Row<'pending_changes'>, 'input'>): ProposedRequest {
  // cast: only proposals write it.
  return input as ProposedRequest;
}

const proposable: Readonly<Record<ProposableId, Implementation>> = {
  creditAccount,
  debitAccount,
  payDividend,
  putPolicy,
  putAsset,
  patchAsset,
  updateAccount,
  putSettings,
  createOperator,
  updateOperator,
  createOperatorLink,
  createToken,
  putPrice,
  putAccountTags,
  resolveWithdrawal,
  reportUnsent,
  reportDeposit,
  assignDeposit,
};

const kinds: Readonly<Record<ProposableId, ChangeKind>> = {
  creditAccount: 'credit',
  debitAccount: 'debit',
  payDividend: 'dividend',
  putPolicy: 'policy',
  putAsset: 'limits',
  patchAsset: 'limits',
  updateAccount: 'limits',
  putSettings: 'limits',
  createOperator: 'operators',
  updateOperator: 'operators',
  createOperatorLink: 'operators',
  createToken: 'operators',
  putPrice: 'prices',
  putAccountTags: 'tags',
  resolveWithdrawal: 'outcomes',
  reportUnsent: 'outcomes',
  reportDeposit: 'deposit',
  assignDeposit: 'assignment',
};

export const implementationOf = ({ operation }: ProposedRequest): Implementation => proposable[operation];
export const kindOf = ({ operation }: ProposedRequest): ChangeKind => kinds[operation];

/** The proposer of a change must be allowed to make it. */
export function forbiddenBy(
  request: ProposedRequest,
  { principal }: Operator,
): Rejection<'operator-forbidden'> | undefined {
  const { permission } = implementationOf(request).operation;
  if (principal === undefined || isAllowed(principal, permission)) return undefined;
  const reason = `${request.operation} needs the permission ${permission}.`;
  return reject('operator-forbidden', { reason });
}

/** So must its approver, unless the policy names a role. */
export function forbiddenToApprove(
  request: ProposedRequest,
  role: string | null,
  operator: Operator,
): Rejection<'operator-forbidden'> | undefined {
  return role === null ? forbiddenBy(request, operator) : undefined;
}

/** A person who rejects it must have proposed it, have the role that the policy names, or be allowed to make it. */
export function forbiddenToReject(
  change: Pick<Row<'pending_changes'>, 'input' | 'role' | 'proposer'>,
  operator: Operator,
): Rejection<'operator-forbidden'> | undefined {
  const { person, roles } = approverOf(operator);
  if (person === change.proposer || roles.some((each) => each === change.role)) return undefined;
  return forbiddenBy(proposedRequestOf(change), operator);
}

/** What the change is about: the path parameter, or for operations without one, what the body names. */
export function subjectOf({ operation, path, body }: ProposedRequest): string {
  return String(
    path.email ?? path.asset ?? path.name ?? path.id ?? body.txId ?? body.asset ?? body.name ?? operation,
  );
}

/** What the change moves, for the rules of the policy by value. */
export async function movedBy(
  request: ProposedRequest,
  { assets }: Catalog,
  reads: Pick<Reads, 'row'>,
): Promise<OperatorChange['moved']> {
  const { operation, path, body } = request;
  const row = await rowMoved(request, String(path.id), reads);
  if (row !== undefined) return { asset: row.asset, amount: row.amount };
  const asset = assets.get(String(body.asset));
  const amount = parseDecimal(String(operation === 'payDividend' ? body.total : body.amount));
  if (asset === undefined || amount === null) return undefined;
  return { asset: asset.asset, amount: splitUnits(amount, asset.scale).units };
}

/** The row whose amount the change moves; undefined: its body has the amount, or it moves nothing. */
async function rowMoved({ operation }: ProposedRequest, id: string, reads: Pick<Reads, 'row'>) {
  if (operation === 'assignDeposit') return reads.row('deposits', { id });
  const isOfWithdrawal = operation === 'reportUnsent' || operation === 'resolveWithdrawal';
  return isOfWithdrawal ? reads.row('withdrawals', { id }) : undefined;
}

/** The body that is sent to the operation: the reason is that of the proposal. */
export const bodyOf = ({ body }: ProposedRequest, reason: string) =>
  reason === '' ? body : { ...body, reason };

/** @returns what is wrong with the request by the contract of its operation. */
export function problemOf(request: ProposedRequest, reason: string): OperatorRejection | undefined {
  const { pathParameters, body } = implementationOf(request).operation;
  const parts = [
    ['path', pathParameters, request.path],
    ['body', body, bodyOf(request, reason)],
  ] as const;
  for (const [part, schema, value] of parts) {
    const problem = createSchemaCheck(schema)(value);
    if (problem === null) continue;
    const at = problem.at === 'reason' ? ['reason'] : [part, problem.at];
    return invalid(`body.${at.filter(Boolean).join('.')}: ${problem.rule}`);
  }
  return undefined;
}
