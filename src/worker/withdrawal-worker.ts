/**
 * Takes withdrawals to the chain and settles them when the chain has confirmed them.
 *
 * Nothing here decides about money: each step is a command that checks the stage again.
 */
import type { Chains, TransactionState } from '../chain/port.ts';
import type { Commands } from '../command/registry.ts';
import type { ChainResult } from '../command/withdrawal/withdrawal-settle.ts';
import { type Catalog, isInMaintenance } from '../domain/catalog/catalog.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { commandsOfPage, forEachPage, type Paging } from './pages.ts';
import { claimAndSend, send } from './withdrawal-claims.ts';

type Withdrawal = Row<'withdrawals'>;

export type WithdrawalWorkerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly chains: Chains;
  readonly catalog: () => Catalog;
  /** How many withdrawals to take up at a time. */
  readonly pageSize: () => number;
  /** Once aborted, no further page is begun. */
  readonly stopping: AbortSignal;
};

export class WithdrawalWorker {
  readonly #parts: WithdrawalWorkerParts;
  /** Height up to which each network's blocks were looked through, by depth. */
  readonly #scanned = new Map<string, number>();
  /** A page is read when that before it is settled: so nothing is settled twice, whoever comes across it. */
  readonly #settling = new OneAtATime();

  constructor(parts: WithdrawalWorkerParts) {
    this.#parts = parts;
  }

  /** Claims and sends what is queued; what cannot be sent now waits, and holds up nothing behind it. */
  async broadcastQueued(): Promise<void> {
    if (isInMaintenance(this.#parts.catalog())) return;
    await this.#forEachPage(async (after, limit) => {
      const rows = await this.#parts.reads.withdrawalsUnderWay('queued', after, limit);
      await claimAndSend(this.#parts, rows);
      return rows;
    });
  }

  /**
   * Settles what the blocks since the last call have confirmed deeply enough. Where none came before, nobody knows since
   * when: then every withdrawal under way is looked at.
   */
  async settleConfirmed(network: string): Promise<void> {
    const height = await this.#parts.chains.of(network).height();
    const depths = [...depthsOf(this.#parts.catalog(), network)];
    if (depths.some((depth) => !this.#scanned.has(`${network} ${depth}`))) await this.sweep();
    if (this.#parts.stopping.aborted) return;
    for (const depth of depths) {
      const key = `${network} ${depth}`;
      const to = height - depth + 1;
      const scanned = this.#scanned.get(key) ?? to;
      if (scanned < to) await this.#settleBetween(network, depth, scanned + 1, to);
      if (this.#parts.stopping.aborted) return;
      this.#scanned.set(key, Math.max(scanned, to));
    }
  }

  /** Looks at every withdrawal that is under way: sends again what the chain does not know, settles what it does. */
  sweep(): Promise<void> {
    return this.#forEachPage((after, limit) => this.#settling.run(() => this.#sweepPage(after, limit)));
  }

  #forEachPage(handle: Paging<Withdrawal>['handle']): Promise<void> {
    const { pageSize, stopping } = this.#parts;
    return forEachPage({ size: pageSize, handle, stopping });
  }

  async #sweepPage(after: number, limit: number): Promise<readonly Withdrawal[]> {
    const rows = await this.#parts.reads.withdrawalsUnderWay('broadcast', after, limit);
    for (const [network, group] of Map.groupBy(rows, (row) => row.network))
      await this.#sweepGroup(network, group);
    return rows;
  }

  async #settleBetween(network: string, depth: number, from: number, to: number): Promise<void> {
    const txIds = await this.#parts.chains.of(network).confirmedBetween(from, to);
    const { pageSize, stopping } = this.#parts;
    for (let start = 0; start < txIds.length && !stopping.aborted; ) {
      const page = txIds.slice(start, start + pageSize());
      await this.#settling.run(() => this.#settle(network, page, depth));
      start += page.length;
    }
  }

  async #settle(network: string, txIds: readonly string[], depth: number): Promise<void> {
    const rows = await this.#parts.reads.withdrawalsOfTransactions(network, txIds);
    const due = rows.filter((row) => row.stage === 'broadcast' && this.#depthOf(row) === depth);
    await commandsOfPage(
      due.map((row) => this.#parts.commands.submit('settleWithdrawal', { id: row.id, confirmed: true })),
    );
  }

  async #sweepGroup(network: string, rows: readonly Withdrawal[]): Promise<void> {
    const states = await this.#parts.chains.of(network).find(rows.map((row) => row.txId));
    await send(
      this.#parts.chains,
      rows.filter((_row, index) => states[index]?.state === 'absent'),
    );
    const verdicts = rows.flatMap((row, index) => this.#verdictOf(row, states[index]));
    await commandsOfPage(verdicts.map((verdict) => this.#parts.commands.submit('settleWithdrawal', verdict)));
  }

  /** Empty while it is not decided. */
  #verdictOf(row: Withdrawal, state: TransactionState | undefined): readonly ChainResult[] {
    const { id, stage } = row;
    if (state?.state === 'failed') return [{ id, confirmed: false, stage, failure: state.failure }];
    const deep = state?.state === 'confirmed' && state.confirmations >= this.#depthOf(row);
    return deep ? [{ id, confirmed: true }] : [];
  }

  #depthOf(row: Withdrawal): number {
    const asset = this.#parts.catalog().assets.get(row.asset);
    return asset?.networks.find((each) => each.network === row.network)?.minConfirm ?? 1;
  }
}

/** The confirmations that assets ask for on a network, each once. */
function depthsOf(catalog: Catalog, network: string): ReadonlySet<number> {
  const ways = [...catalog.assets.values()].flatMap((asset) => asset.networks);
  return new Set(ways.filter((each) => each.network === network).map((each) => each.minConfirm));
}
