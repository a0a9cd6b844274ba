/** Seals the transfers up to a number with the head of their hash chain. A seal is never replaced by another. */
import { reject } from '../contract/errors.ts';
import { transferSealAt } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';
import { Draft } from './draft.ts';

export type TransferSeal = { readonly lastSeq: number; readonly hash: string };

export const sealTransfers: Command<TransferSeal, { readonly lastSeq: number }> = {
  name: 'transfers-seal',
  prefetch: [({ lastSeq }) => [transferSealAt(lastSeq)]],
  decide({ lastSeq, hash }, rows, context) {
    const seal = rows.one(transferSealAt(lastSeq));
    if (seal !== undefined) {
      // Two processes may seal at once; the same seal twice is one.
      return seal.hash === hash
        ? { reply: { lastSeq }, writes: [] }
        : reject('operator-conflict', { reason: `Transfer ${lastSeq} is sealed with another hash.` });
    }
    const draft = new Draft(rows, context);
    draft.write({ insert: 'transfer_seals', row: { last_seq: lastSeq, hash, sealed_at: context.nowMs } });
    return draft.reply({ lastSeq });
  },
};
