/**
 * Seals the transfers since the last seal, in small steps between which other work runs. The command ensures that two
 * concurrent sealers never fork the hash chain.
 */
import { chainStart, TransferSealHash } from '../domain/ledger/transfer-chain.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Transfers that are read and hashed without yielding; takes about a millisecond. */
const pageSize = 250;
const transfersPerSeal = 2000;
/** Limits one run, so that a stop need not wait long. The next run continues from there. */
const sealsPerRun = 32;

type Parts = Pick<WorkerParts, 'reads' | 'commands' | 'yieldNow' | 'stopping'>;

type Head = { readonly seq: number; readonly hash: string };

export class SealWorker {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async sealNew(): Promise<void> {
    const { reads, stopping } = this.#parts;
    const last = await reads.lastSeal();
    let head: Head | null = last ? { seq: last.lastSeq, hash: last.hash } : { seq: 0, hash: chainStart };
    for (let seals = 0; seals < sealsPerRun && head !== null && !stopping.aborted; seals += 1) {
      head = await this.#sealAfter(head);
    }
  }

  /** @returns the new head; null if there is nothing more to do in this run. */
  async #sealAfter(head: Head): Promise<Head | null> {
    const hash = new TransferSealHash(head.hash);
    let lastSeq = head.seq;
    let caughtUp = false;
    for (let read = 0; read < transfersPerSeal; read += pageSize) {
      const page = await this.#parts.reads.transfersAfter(lastSeq, pageSize);
      hash.add(page);
      lastSeq = page.at(-1)?.seq ?? lastSeq;
      caughtUp = page.length < pageSize;
      if (caughtUp) break;
      await this.#parts.yieldNow();
    }
    if (lastSeq === head.seq) return null;
    const seal = { previousSeq: head.seq, lastSeq, hash: hash.digest() };
    const outcome = await this.#parts.commands.submit('sealTransfers', seal);
    if ('fault' in outcome) throw new Error(`transfer ${lastSeq} could not be sealed: ${outcome.message}`);
    // After a rejection, another sealer was faster; the next run continues from its seal.
    return 'done' in outcome && !caughtUp ? { seq: lastSeq, hash: seal.hash } : null;
  }
}
