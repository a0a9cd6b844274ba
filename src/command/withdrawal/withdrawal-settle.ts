/**
 * Ends a withdrawal by the result on the chain: a confirmed transaction settles the hold (the net amount leaves custody,
 * the fee is income); a transaction that can never be confirmed releases it.
 */
import { customerAccount, house } from '../../domain/ledger/ledger.ts';
import { balanceOf, custodyOf, withdrawalById } from '../../store/lookups.ts';
import type { Command, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { endReturn, isReturn, returnedDepositLookups } from '../deposit/returned-deposit.ts';
import { Draft, type Operator } from '../draft.ts';
import { conflict } from '../operator-refusal.ts';
import { releaseHold } from './withdrawal-release.ts';

export type ChainVerdict =
  | { readonly id: string; readonly confirmed: true }
  | {
      readonly id: string;
      readonly confirmed: false;
      /** The stage that the caller saw; a withdrawal whose stage has changed since is not touched. */
      readonly stage: string;
      readonly failure: string;
      readonly operator?: Operator;
    };

export const settleWithdrawal: Command<ChainVerdict, { readonly id: string }> = {
  name: 'withdrawal-settle',
  prefetch: [
    ({ id }) => [withdrawalById(id)],
    ({ id, confirmed }, rows) => {
      const row = rows.one(withdrawalById(id));
      if (row === undefined) return [];
      return [
        balanceOf(row.accountId, row.asset),
        ...returnedDepositLookups(row),
        ...(confirmed ? [] : [custodyOf(row.asset)]),
      ];
    },
  ],
  decide(verdict, rows, context) {
    const row = rows.one(withdrawalById(verdict.id));
    if (row === undefined || !mayEnd(row, verdict)) {
      return conflict(
        `Withdrawal ${verdict.id} is ${row?.stage ?? 'unknown'}; only one that is ${endingStages(verdict)} can end so.`,
      );
    }
    const draft = new Draft(rows, context);
    const released = verdict.confirmed ? settle(draft, row, rows) : release(draft, row, rows);
    draft.write({
      update: 'withdrawals',
      key: { id: row.id },
      set: {
        ...released,
        stage: verdict.confirmed ? 'completed' : 'failed',
        failure: verdict.confirmed ? null : verdict.failure,
        settledAt: context.nowMs,
      },
    });
    if (!verdict.confirmed && verdict.operator) {
      draft.audit(verdict.operator, 'withdrawal-fail', row.id, { from: row.stage, to: 'failed' });
    }
    return draft.reply({ id: row.id });
  },
};

/**
 * Only a broadcast withdrawal can complete. A queued one may fail, because nothing was sent. A decision about a queued
 * withdrawal does not apply once it has been sent: its hold must stay.
 */
function mayEnd({ stage }: Row<'withdrawals'>, verdict: ChainVerdict): boolean {
  if (verdict.confirmed) return stage === 'broadcast';
  return stage === verdict.stage && (stage === 'queued' || stage === 'broadcast');
}

const endingStages = ({ confirmed }: ChainVerdict) => (confirmed ? 'broadcast' : 'queued or broadcast');

/** Makes the amount of a failed withdrawal available to others again. */
function release(draft: Draft, row: Row<'withdrawals'>, rows: Rows): Partial<Row<'withdrawals'>> {
  if (row.stage === 'broadcast') draft.custody.add(row, row.amount - row.fee);
  return releaseHold(draft, row, rows);
}

function settle(draft: Draft, row: Row<'withdrawals'>, rows: Rows): Partial<Row<'withdrawals'>> {
  const { id, accountId, asset, network, amount, fee } = row;
  const held = customerAccount(accountId, 'held');
  const net = amount - fee;
  draft.post({
    kind: 'withdrawal-settle',
    asset,
    amount: net,
    debit: held,
    credit: house.custody(network),
    reference: id,
  });
  draft.post({ kind: 'withdrawal-fee', asset, amount: fee, debit: held, credit: house.fees, reference: id });
  if (isReturn(row)) endReturn(draft, row, rows, 'returned');
  return {};
}
