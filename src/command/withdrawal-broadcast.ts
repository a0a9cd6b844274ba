/**
 * Claims a queued withdrawal for the chain: the one owner of the decision to send.
 *
 * The transaction, as it will be sent byte for byte, is stored by the claim. Only after that commit may it be sent, and
 * only those bytes, however often; a second transaction for the same withdrawal cannot come to be.
 */
import { reject } from '../contract/errors.ts';
import { withdrawalById } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';
import { Draft } from './draft.ts';

export type Broadcast = { readonly id: string; readonly txId: string; readonly signedTransaction: string };

export const broadcastWithdrawal: Command<Broadcast, { readonly id: string }> = {
  name: 'withdrawal-broadcast',
  prefetch: [({ id }) => [withdrawalById(id)]],
  decide({ id, txId, signedTransaction }, rows, context) {
    const row = rows.one(withdrawalById(id));
    if (row?.stage !== 'queued')
      return reject('operator-conflict', { reason: `Withdrawal ${id} is not queued.` });
    const draft = new Draft(rows, context);
    draft.write({
      update: 'withdrawals',
      key: { id },
      set: { stage: 'broadcast', tx_id: txId, signed_transaction: signedTransaction },
    });
    return draft.reply({ id });
  },
};
