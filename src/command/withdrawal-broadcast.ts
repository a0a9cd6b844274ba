/**
 * Claims a withdrawal for the chain: the one owner of the decision to send.
 *
 * The transaction, as it will be sent byte for byte, is stored by the claim. Only after that commit may it be sent, and
 * only those bytes, however often; a second transaction for the same withdrawal cannot come to be. What may have
 * changed since the withdrawal was accepted is checked again here: one that cannot be sent now waits.
 */
import type { PreparedTransaction } from '../chain/port.ts';
import type { WaitingReason } from '../contract/withdrawal-stages.ts';
import { obstacleOf } from '../domain/withdrawal-obstacle.ts';
import { accountById, withdrawalById } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import { Draft } from './draft.ts';
import { conflict } from './operator-refusal.ts';

export type BroadcastClaim = {
  readonly id: string;
  /** The withdrawal's. */
  readonly accountId: number;
  /** As it will be sent; null: its network was not defined when this was asked. */
  readonly transaction: PreparedTransaction | null;
};

/** `unchanged`: nothing was written; it waits as before. */
export type ClaimResult = 'broadcast' | 'waiting' | 'unchanged';

export const broadcastWithdrawal: Command<BroadcastClaim, ClaimResult> = {
  name: 'withdrawal-broadcast',
  prefetch: [({ id, accountId }) => [withdrawalById(id), accountById(accountId)]],
  decide({ id, transaction }, rows, context) {
    const row = rows.one(withdrawalById(id));
    if (row?.stage !== 'queued' && row?.stage !== 'waiting')
      return conflict(`Withdrawal ${id} is ${row?.stage ?? 'unknown'}.`);
    const draft = new Draft(rows, context);
    const enabled = rows.one(accountById(row.account_id))?.enabled === true;
    const obstacle = obstacleOf(row, enabled, context.catalog);
    if (obstacle !== undefined) return waitFor(obstacle, row, draft);
    // Its network was defined again a moment ago: the next claim brings a transaction.
    if (transaction === null) return draft.reply('unchanged' as const);
    draft.write({
      update: 'withdrawals',
      key: { id },
      set: {
        stage: 'broadcast',
        waiting_for: null,
        tx_id: transaction.txId,
        signed_transaction: transaction.signedTransaction,
      },
    });
    return draft.reply('broadcast' as const);
  },
};

function waitFor(reason: WaitingReason, row: Row<'withdrawals'>, draft: Draft) {
  if (row.waiting_for === reason) return draft.reply('unchanged' as const);
  draft.write({
    update: 'withdrawals',
    key: { id: row.id },
    set: { stage: 'waiting', waiting_for: reason },
  });
  return draft.reply('waiting' as const);
}
