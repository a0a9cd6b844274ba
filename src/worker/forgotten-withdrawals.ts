/**
 * Sends completed withdrawals again whose block was reorganised away and that the chain has forgotten: the books have
 * paid them, so the recipient must get the money. The same bytes are the same transaction, so nothing is paid twice.
 */
import { exchangeAccounts } from '../domain/ledger/ledger.ts';
import type { WorkerParts } from './worker-parts.ts';

type Parts = Pick<WorkerParts, 'reads' | 'chains' | 'yieldNow' | 'stopping'>;

/** Transfers that are read without yielding. */
const pageSize = 250;
/** Maximum number of transfers that are read, newest first: after a reorganisation, and when a process starts. */
const maxTransfers = { reorganised: 1_000_000, started: 5_000 } as const;
/** The search ends after this many settlements in a row whose blocks were kept: earlier blocks were kept too. */
const enoughKept = 256;

export class ForgottenWithdrawals {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Looks at the withdrawals of a network from the newest settlement on, until they are in blocks that were kept.
   * @param keptHeight the last block that was not reorganised away.
   * @param after `started`: a process may have settled withdrawals of later blocks and died before it stored the cursor,
   * and those blocks may have been reorganised away since.
   * @returns whether it looked at all of them; otherwise the server stops, and the next process looks again.
   * @throws StoreFault when the chain does not answer.
   */
  async sendAgain(network: string, keptHeight: number, after: keyof typeof maxTransfers): Promise<boolean> {
    let kept = 0;
    for await (const ids of this.#settledNewestFirst(network, maxTransfers[after])) {
      for (const isKept of await this.#sendForgotten(network, ids, keptHeight)) kept = isKept ? kept + 1 : 0;
      if (kept >= enoughKept) return true;
    }
    return !this.#parts.stopping.aborted;
  }

  /** The ids of the withdrawals settled on a network, page by page; ends early when the server stops. */
  async *#settledNewestFirst(network: string, most: number): AsyncGenerator<readonly string[]> {
    const { reads, yieldNow, stopping } = this.#parts;
    const custody = exchangeAccounts.custody(network);
    const last = await reads.lastTransferSeq();
    for (let to = last; to > 0 && to > last - most && !stopping.aborted; to -= pageSize) {
      const page = await reads.transfersAfter(Math.max(0, to - pageSize), Math.min(to, pageSize));
      yield page
        .filter(({ seq, kind, credit }) => seq <= to && kind === 'withdrawal-settle' && credit === custody)
        .map(({ reference }) => reference)
        .toReversed();
      await yieldNow();
    }
  }

  /** @returns for each withdrawal whether its transaction is in a block that was kept. */
  async #sendForgotten(
    network: string,
    ids: readonly string[],
    keptHeight: number,
  ): Promise<readonly boolean[]> {
    if (ids.length === 0) return [];
    const chain = this.#parts.chains.of(network);
    const sent = await Promise.all(ids.map((id) => this.#transactionOf(id)));
    const states = await chain.find(sent.map(({ txId }) => txId));
    const forgotten = sent.filter((_, index) => states[index]?.state === 'absent');
    if (forgotten.length > 0)
      await chain.broadcast(forgotten.map(({ signedTransaction }) => signedTransaction));
    return states.map((each) => each.state === 'confirmed' && each.height <= keptHeight);
  }

  /** The bytes are in the row of the withdrawal or, if it has several transactions, in that of the mined one. */
  async #transactionOf(id: string): Promise<{ readonly txId: string; readonly signedTransaction: string }> {
    const { reads } = this.#parts;
    const row = await reads.row('withdrawals', { id });
    if (row === undefined) throw new Error(`withdrawal ${id} is settled and does not exist`);
    const { txId, signedTransaction } = row;
    if (signedTransaction !== null) return { txId, signedTransaction };
    const attempts = await reads.rows('withdrawal_attempts', { withdrawalId: id });
    const mined = attempts.find((each) => each.txId === txId);
    if (mined === undefined) throw new Error(`withdrawal ${id} has no transaction ${txId}`);
    return mined;
  }
}
