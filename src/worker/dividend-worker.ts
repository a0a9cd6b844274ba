/**
 * Pays what dividends for many holders still owe, page by page, beside the customers' commands. Killed, it goes on with
 * the shares that are left; run by two processes at once, each share is paid once.
 */
import { isAbandoned } from '../command/dividend-prepare.ts';
import type { Commands } from '../command/registry.ts';
import type { Outcome } from '../store/port.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

/** Shares to a commit: a few milliseconds. */
const pageSize = 100;
/** Commits of one run, so that nothing ever waits long for its end. The next run goes on from there. */
const pagesPerRun = 20;

export type DividendWorkerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly nowMs: () => number;
};

export class DividendWorker {
  readonly #parts: DividendWorkerParts;

  constructor(parts: DividendWorkerParts) {
    this.#parts = parts;
  }

  /** @returns whether there is more to do at once. */
  async payPages(): Promise<boolean> {
    const { reads, nowMs } = this.#parts;
    let pagesLeft = pagesPerRun;
    for (const dividend of await reads.dividendsUnfinished()) {
      if (dividend.state === 'preparing' && !isAbandoned(dividend, nowMs())) continue;
      for (let isLast = false; !isLast; pagesLeft -= 1) {
        if (pagesLeft === 0) return true;
        isLast = await this.#handlePage(dividend);
      }
    }
    return false;
  }

  /** Pays or discards a page of shares, or the dividend itself when none is left. @returns whether that was the end. */
  async #handlePage({ tran_id: tranId, state }: Row<'dividends'>): Promise<boolean> {
    const { reads, commands } = this.#parts;
    const shares = await reads.dividendShares(tranId, pageSize);
    const accountIds = shares.map(({ account_id }) => account_id);
    if (state === 'preparing') assertDone(await commands.submit('discardDividend', { tranId, accountIds }));
    else if (shares.length === 0) assertDone(await commands.submit('finishDividend', { tranId }));
    else assertDone(await commands.submit('payDividendShares', { tranId, accountIds }));
    return shares.length === 0;
  }
}

/** The next run tries again what a fault has stopped. */
function assertDone(outcome: Outcome): void {
  if (!('done' in outcome)) throw new Error(`a dividend: ${JSON.stringify(outcome)}`);
}
