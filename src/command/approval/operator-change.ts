/** Finds, in the writes of an operator's command, a change that can need a second person. */
import { present } from '../../boundary/present.ts';
import type { WithdrawalStage } from '../../contract/withdrawal-stages.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { approvalPolicySetting } from '../../domain/catalog/catalog.ts';
import { customerOf } from '../../domain/ledger/ledger.ts';
import type { OperatorChange } from '../../domain/withdrawal/change-rule.ts';
import { depositById, withdrawalById } from '../../store/lookups.ts';
import type { Rows, Write } from '../../store/port.ts';

/** @param rows as before the writes. */
export function changeOf(writes: readonly Write[], rows: Rows, catalog: Catalog): OperatorChange | undefined {
  for (const write of writes) {
    const change = changeBy(write, catalog) ?? settlementBy(write, rows);
    if (change !== undefined) return change;
  }
  return undefined;
}

function changeBy(write: Write, catalog: Catalog): OperatorChange | undefined {
  if ('insert' in write && write.insert === 'transfers' && write.row.kind === 'adjustment') {
    const { asset, amount, credit } = write.row;
    return { kind: customerOf(credit) === null ? 'debit' : 'credit', moved: { asset, amount } };
  }
  if ('insert' in write && write.insert === 'dividends') return dividend(write.row);
  if ('put' in write && write.put === 'dividends') return dividend(write.row);
  if (opensAccess(write)) return { kind: 'operators' };
  if ('put' in write && write.put === 'prices') return { kind: 'prices' };
  if ('put' in write && write.put === 'account_tags') return { kind: 'tags' };
  return changesLimits(write, catalog) ? { kind: 'limits' } : changesPolicy(write);
}

const dividend = ({ asset, total: amount }: { readonly asset: string; readonly total: bigint }) =>
  ({ kind: 'dividend', moved: { asset, amount } }) as const;

function changesPolicy(write: Write): OperatorChange | undefined {
  const isPolicy = 'put' in write && write.put === 'settings' && write.row.name === approvalPolicySetting;
  return isPolicy ? { kind: 'policy' } : undefined;
}

/** Operators, their roles, and the API tokens. Disabling somebody needs nobody else, because it may be urgent. */
function opensAccess(write: Write): boolean {
  if ('insert' in write) return write.insert === 'operators' || write.insert === 'operator_tokens';
  if ('put' in write) return write.put === 'operator_links';
  if (!('update' in write) || write.update !== 'operators') return false;
  const { roles, state } = write.set;
  return roles !== undefined || (state !== undefined && state !== 'disabled');
}

/** A change of a deposit or a withdrawal that rests on a statement of people. */
function settlementBy(write: Write, rows: Rows): OperatorChange | undefined {
  if ('insert' in write && write.insert === 'transfers' && write.row.kind === 'deposit-credit') {
    const { asset, amount } = write.row;
    return { kind: 'deposit', moved: { asset, amount } };
  }
  if (!('update' in write)) return undefined;
  if (write.update === 'deposits' && write.set.accountId !== undefined)
    return { kind: 'assignment', ...moving(rows.one(depositById(present(write.key.id)))) };
  if (write.update !== 'withdrawals') return undefined;
  const row = rows.one(withdrawalById(present(write.key.id)));
  return givesBackSent(row?.stage, write.set.stage) ? { kind: 'outcomes', ...moving(row) } : undefined;
}

const moving = (row: { readonly asset: string; readonly amount: bigint } | undefined) =>
  row && { moved: { asset: row.asset, amount: row.amount } };

/** Declares that a transaction, which may be on the chain, was not sent: a second one would pay again. */
const givesBackSent = (from: WithdrawalStage | undefined, to: WithdrawalStage | undefined) =>
  (from === 'unknown' || from === 'broadcast') && (to === 'queued' || to === 'failed');

/** The limits of an asset that exists, the quota of an account, and whether and when its whitelist applies. */
function changesLimits(write: Write, { assets }: Catalog): boolean {
  if ('update' in write && write.update === 'accounts')
    return write.set.withdrawQuotaUsd !== undefined || write.set.whitelistOnly !== undefined;
  if ('put' in write && write.put === 'settings') return write.row.name === 'whitelistDelayHours';
  if (!('put' in write) || write.put !== 'assets') return false;
  const { asset, autoApprovalLimit, withdrawMaximumPerDay } = write.row.definition;
  const known = assets.get(asset);
  const text = (units: bigint | null | undefined) => units?.toString() ?? null;
  return (
    known !== undefined &&
    (autoApprovalLimit !== text(known.autoApprovalLimit) ||
      withdrawMaximumPerDay !== text(known.withdrawMaximumPerDay))
  );
}
