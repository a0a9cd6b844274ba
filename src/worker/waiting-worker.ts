/**
 * Sends waiting withdrawals once the reason for waiting no longer applies. A queue is the withdrawals of one asset on
 * one network that wait for the same reason. Withdrawals that must wait longer cause no writes, and are read only if
 * their reason may have ended: a closed network or disabled account causes no work, however many withdrawals wait for it.
 */
import type { WaitingReason } from '../contract/withdrawal-stages.ts';
import { isInMaintenance } from '../domain/catalog/catalog.ts';
import { isOpenForDeposits, isOpenForWithdrawals } from '../domain/withdrawal/withdrawal-obstacle.ts';
import type { WaitingQueue } from '../store/reads/waiting.ts';
import type { Row } from '../store/tables.ts';
import { type ClaimParts, claimAndSend } from './withdrawal-claims.ts';
import type { WorkerParts } from './worker-parts.ts';

type Parts = ClaimParts & Pick<WorkerParts, 'reads' | 'pageSize' | 'stopping'>;

type ReadPage = (afterSeq: number, limit: number) => Promise<readonly Row<'withdrawals'>[]>;

export class WaitingWorker {
  readonly #parts: Parts;
  /** For queues that were not tried to the end, by name: `seq` of the last withdrawal that was tried. */
  readonly #reached = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async continueWaiting(): Promise<void> {
    const { reads } = this.#parts;
    if (isInMaintenance(this.#parts.catalog())) return;
    const queues = await reads.waitingQueues();
    if (queues.some(waitsFor('account-disabled'))) {
      await this.#claimAnyOrder('account-disabled', reads.waitingOfEnabledAccounts);
    }
    for (const queue of queues.filter(waitsFor('network-closed'))) {
      if (isOpenForWithdrawals(queue, this.#parts.catalog())) await this.#claimQueue(queue);
    }
    for (const queue of queues.filter(waitsFor('own-address'))) {
      if (isOpenForDeposits(queue, this.#parts.catalog())) await this.#claimQueue(queue);
    }
    for (const queue of queues.filter(waitsFor('liquidity'))) await this.#claimInTurn(queue);
  }

  /**
   * Claims withdrawals from the beginning of a queue until one must still wait. The page size starts at one and
   * doubles, so that a queue that cannot move costs one claim, and a long queue that can move needs few pages.
   */
  async #claimInTurn(queue: WaitingQueue): Promise<void> {
    const { pageSize, stopping } = this.#parts;
    for (let size = 1; !stopping.aborted; size = Math.min(2 * size, pageSize())) {
      const rows = await this.#parts.reads.waitingIn(queue, 0, size);
      const moved = await claimAndSend(this.#parts, rows, { inTurn: true });
      if (rows.length < size || moved.includes(false)) return;
    }
  }

  #claimQueue(queue: WaitingQueue): Promise<void> {
    const name = [queue.waitingFor, queue.network, queue.asset].join(' ');
    return this.#claimAnyOrder(name, (afterSeq, limit) =>
      this.#parts.reads.waitingIn(queue, afterSeq, limit),
    );
  }

  /**
   * Claims page after page of withdrawals that need not move in order, until no withdrawal of a page could move. The
   * next call continues after that page, and after the last page from the beginning. Withdrawals that cannot move
   * therefore cost one page per call and do not block those behind them.
   */
  async #claimAnyOrder(name: string, readPage: ReadPage): Promise<void> {
    const { pageSize, stopping } = this.#parts;
    while (!stopping.aborted) {
      const limit = pageSize();
      const rows = await readPage(this.#reached.get(name) ?? 0, limit);
      const last = rows.length < limit ? undefined : rows.at(-1);
      if (last === undefined) this.#reached.delete(name);
      else this.#reached.set(name, last.seq);
      const moved = await claimAndSend(this.#parts, rows);
      if (last === undefined || !moved.includes(true)) return;
    }
  }
}

const waitsFor = (reason: WaitingReason) => (queue: WaitingQueue) => queue.waitingFor === reason;
