/**
 * Seals the transfers after the last seal with the hash of their chain. A seal is accepted only if it extends the
 * current head, so of two concurrent seals the later is rejected.
 */
import { reject } from '../../contract/errors.ts';
import { transferSealsSince } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';

export type TransferSeal = {
  /** The last transfer of the previous seal; 0 for the first seal. */
  readonly previousSeq: number;
  readonly lastSeq: number;
  readonly hash: string;
};

export const sealTransfers: Command<TransferSeal, { readonly lastSeq: number }, 'seal-superseded'> = {
  name: 'transfers-seal',
  prefetch: [({ previousSeq }) => [transferSealsSince(previousSeq)]],
  decide({ previousSeq, lastSeq, hash }, rows, context) {
    if (lastSeq <= previousSeq) throw new Error(`invalid seal from ${previousSeq} to ${lastSeq}`);
    const seals = rows.all(transferSealsSince(previousSeq));
    // Repeating the same seal changes nothing.
    if (seals.some((seal) => seal.lastSeq === lastSeq && seal.hash === hash))
      return { reply: { lastSeq }, writes: [] };
    const head = seals.reduce((highest, seal) => Math.max(highest, seal.lastSeq), 0);
    if (head !== previousSeq) {
      return reject('seal-superseded', { previousSeq, sealedSeq: head });
    }
    const work = new UnitOfWork(rows, context);
    work.write({ insert: 'transfer_seals', row: { lastSeq, hash, sealedAt: context.nowMs } });
    return work.reply({ lastSeq });
  },
};
