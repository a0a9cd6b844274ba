/**
 * Sends withdrawals that had to wait, when what they waited for has gone. What still waits is not written again, and
 * looked at only where the reason may have gone: a closed network or a disabled account costs nothing, however many
 * withdrawals wait for it.
 */
import type { WaitingReason } from '../contract/withdrawal-stages.ts';
import { isInMaintenance } from '../domain/catalog/catalog.ts';
import { isOpenForDeposits, isOpenForWithdrawals } from '../domain/withdrawal/withdrawal-obstacle.ts';
import type { Reads, WaitingLine } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import { type ClaimParts, claimAndSend } from './withdrawal-claims.ts';

export type WaitingWorkerParts = ClaimParts & {
  readonly reads: Reads;
  /** How many withdrawals to take up at a time. */
  readonly pageSize: () => number;
  /** Once aborted, no further page is begun. */
  readonly stopping: AbortSignal;
};

type NextPage = () => Promise<readonly Row<'withdrawals'>[]>;

export class WaitingWorker {
  readonly #parts: WaitingWorkerParts;

  constructor(parts: WaitingWorkerParts) {
    this.#parts = parts;
  }

  async continueWaiting(): Promise<void> {
    const { reads, pageSize } = this.#parts;
    if (isInMaintenance(this.#parts.catalog())) return;
    const lines = await reads.waitingLines();
    if (lines.some(waitsFor('account-disabled'))) {
      await this.#claimAll(() => reads.waitingOfEnabledAccounts(pageSize()));
    }
    for (const line of lines.filter(waitsFor('network-closed'))) {
      if (!isOpenForWithdrawals(line, this.#parts.catalog())) continue;
      await this.#claimAll(() => reads.waitingIn(line, pageSize()));
    }
    for (const line of lines.filter(waitsFor('own-address'))) {
      if (!isOpenForDeposits(line, this.#parts.catalog())) continue;
      await this.#claimAll(() => reads.waitingIn(line, pageSize()));
    }
    for (const line of lines.filter(waitsFor('liquidity'))) await this.#claimInTurn(line);
  }

  /**
   * Goes through a line from its beginning until one still has to wait. Begins with one and doubles, so that a line that
   * cannot move costs one claim, and a long one that can move few turns.
   */
  async #claimInTurn(line: WaitingLine): Promise<void> {
    const { pageSize, stopping } = this.#parts;
    for (let size = 1; !stopping.aborted; size = Math.min(2 * size, pageSize())) {
      const rows = await this.#parts.reads.waitingIn(line, size);
      const moved = await claimAndSend(this.#parts, rows, true);
      if (rows.length < size || moved.includes(false)) return;
    }
  }

  /** Claims page after page; those that were claimed are not on the next one. */
  async #claimAll(nextPage: NextPage): Promise<void> {
    while (!this.#parts.stopping.aborted) {
      const moved = await claimAndSend(this.#parts, await nextPage());
      if (!moved.includes(true)) return;
    }
  }
}

const waitsFor = (reason: WaitingReason) => (line: WaitingLine) => line.waitingFor === reason;
