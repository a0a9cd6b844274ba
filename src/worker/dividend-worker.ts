/**
 * Pays the shares of dividends page by page, without blocking customers' commands. After a crash it resumes with the
 * unpaid shares. If two processes run it at the same time, each share is still paid once.
 */
import { abandonedFrom, isAbandoned } from '../command/dividend/dividend-prepare.ts';
import type { Outcome } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Shares paid in one commit, which takes a few milliseconds. */
const pageSize = 100;
/** Bounds the commits of one run. The next run continues from there. */
const pagesPerRun = 20;

type Parts = Pick<WorkerParts, 'reads' | 'commands' | 'clock' | 'stopping'>;

export class DividendWorker {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @returns whether more shares can be paid immediately. */
  async payPages(): Promise<boolean> {
    const { reads, clock, stopping } = this.#parts;
    let pagesLeft = pagesPerRun;
    for (const dividend of await reads.dividendsUnfinished()) {
      if (dividend.state === 'preparing' && !isAbandoned(dividend, clock.world.now())) continue;
      for (let isLast = false; !isLast; pagesLeft -= 1) {
        if (stopping.aborted) return false;
        if (pagesLeft === 0) return true;
        isLast = await this.#handlePage(dividend);
      }
    }
    return false;
  }

  /** @returns when the next dividend that is being prepared is abandoned; undefined if none is being prepared. */
  async dueMs(): Promise<number | undefined> {
    const unfinished = await this.#parts.reads.dividendsUnfinished();
    const times = unfinished.filter(({ state }) => state === 'preparing').map(abandonedFrom);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Pays or discards a page of shares; when none is left, finishes the dividend. @returns whether that was the end. */
  async #handlePage({ tranId, state }: Row<'dividends'>): Promise<boolean> {
    const { reads, commands } = this.#parts;
    const shares = await reads.dividendShares(tranId, pageSize);
    const accountIds = shares.map(({ accountId }) => accountId);
    if (state === 'preparing') assertDone(await commands.submit('discardDividend', { tranId, accountIds }));
    else if (shares.length === 0) assertDone(await commands.submit('finishDividend', { tranId }));
    else assertDone(await commands.submit('payDividendShares', { tranId, accountIds }));
    return shares.length === 0;
  }
}

/** After a fault, the next run tries again. */
function assertDone(outcome: Outcome): void {
  if (!('done' in outcome)) throw new Error(`dividend shares could not be paid: ${JSON.stringify(outcome)}`);
}
