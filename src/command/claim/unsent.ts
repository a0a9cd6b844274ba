/** A claimed withdrawal that was not sent fails: its custody and its hold are released. */
import { attemptsOf, balanceOf, custodyOf, withdrawalById } from '../../store/lookups.ts';
import type { AnyLookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { returnedDepositLookups } from '../deposit/returned-deposit.ts';
import type { Operator, UnitOfWork } from '../unit-of-work.ts';
import { releaseHold } from '../withdrawal/withdrawal-release.ts';
import { writeClaimed } from './claim-access.ts';

type Claimed = { readonly row: Row<'withdrawals'>; readonly claim: Row<'withdrawal_claims'> };

/** The lookups of `endUnsent`, after the withdrawal. */
export function unsentLookups(id: string, rows: Rows): readonly AnyLookup[] {
  const row = rows.one(withdrawalById(id));
  if (row === undefined) return [];
  const balance = balanceOf(row.accountId, row.asset, row.wallet);
  return [balance, custodyOf(row.asset), attemptsOf(id), ...returnedDepositLookups(row)];
}

/** @param setClaim further changes of the claim. */
export function endUnsent(
  work: UnitOfWork,
  claimed: Claimed,
  { reason }: Operator,
  rows: Rows,
  setClaim: Partial<Row<'withdrawal_claims'>> = {},
): Claimed {
  const { row } = claimed;
  for (const { withdrawalId, attempt } of rows.all(attemptsOf(row.id))) {
    const set = { state: 'failed' } as const;
    work.write({ update: 'withdrawal_attempts', key: { withdrawalId, attempt }, set });
  }
  work.custody.add(row, row.amount - row.fee);
  const released = releaseHold(work, row, rows);
  const failure = reason === '' ? 'It was not sent.' : reason;
  const set = { ...released, stage: 'failed', failure, settledAt: work.nowMs } as const;
  return writeClaimed(work, claimed, { ...setClaim, state: 'ended', endedAt: work.nowMs }, set);
}
