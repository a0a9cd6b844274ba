/**
 * Takes back the credit of a deposit that is no longer on the chain: the amount still locked for it, or else free
 * amounts of the Spot wallet and then of the Funding wallet. Amounts held by withdrawals are not touched; the rest is
 * owed.
 */
import {
  customerAccount,
  exchangeAccounts,
  type LedgerAccount,
  smaller,
} from '../../domain/ledger/ledger.ts';
import { balanceOf, custodyOf } from '../../store/lookups.ts';
import type { AnyLookup } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

export function reversalLookups({ accountId, asset }: Row<'deposits'>): readonly AnyLookup[] {
  return [balanceOf(accountId, asset), balanceOf(accountId, asset, 'funding'), custodyOf(asset)];
}

/** @returns whether custody has the amount: other withdrawals may have reserved it. */
export function canReverse({ asset, network, amount }: Row<'deposits'>, work: UnitOfWork): boolean {
  return work.custody.at({ asset, network }).available >= amount;
}

export function reverseCredit(row: Row<'deposits'>, work: UnitOfWork): void {
  const { id, asset, network, amount } = row;
  const credit = exchangeAccounts.custody(network);
  for (const [debit, taken] of sourcesOf(row, work))
    work.post({ kind: 'deposit-reverse', asset, amount: taken, debit, credit, reference: id });
  work.custody.add(row, -amount);
}

function sourcesOf(
  { accountId, asset, amount, stage }: Row<'deposits'>,
  work: UnitOfWork,
): readonly (readonly [LedgerAccount, bigint])[] {
  if (stage !== 'completed') return [[customerAccount(accountId, 'held'), amount]];
  const spot = smaller(work.free(accountId, asset), amount);
  const funding = smaller(work.freeIfAny(accountId, asset, 'funding'), amount - spot);
  return [
    [customerAccount(accountId, 'free'), spot],
    [customerAccount(accountId, 'free', 'funding'), funding],
    [exchangeAccounts.owed(accountId), amount - spot - funding],
  ];
}
