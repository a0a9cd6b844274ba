/**
 * Past balances and statements of an account, from the closings of days and the transfers since.
 *
 * The balance at a time is that before the first transfer with a later time. It is therefore a balance that the
 * account had, even if the times of two transfers are not in the order of their numbers.
 */
import { type BalanceChange, changesBy } from '../domain/ledger/balance-changes.ts';
import { dayOf, endOfDay } from '../domain/ledger/day.ts';
import type { TransferKind, Wallet } from '../domain/ledger/ledger.ts';
import type { BalanceReads } from '../store/reads/balances.ts';
import type { ClosingReads } from '../store/reads/closings.ts';
import type { LedgerReads } from '../store/reads/ledger.ts';
import type { Row } from '../store/tables.ts';

/** In units. */
export type PastBalance = {
  readonly asset: string;
  readonly wallet: Wallet;
  readonly free: bigint;
  readonly held: bigint;
};

/** A transfer, and the balance of one of the wallets that it changed. */
export type StatementEntry = PastBalance & {
  readonly seq: number;
  readonly at: number;
  readonly kind: TransferKind;
  readonly reference: string;
  readonly freeChange: bigint;
  readonly heldChange: bigint;
};

export type Statement = {
  /** Before the first entry. */
  readonly opening: readonly PastBalance[];
  readonly entries: readonly StatementEntry[];
  /** After the last entry. */
  readonly closing: readonly PastBalance[];
  /** The number of the last transfer, if there are more; otherwise null. */
  readonly next: number | null;
};

export type StatementRequest = {
  readonly asset: string | undefined;
  readonly fromMs: number;
  readonly toMs: number;
  /** Continues after the transfer with this number. One outside the interval counts as its begin or its end. */
  readonly after: number | undefined;
  /** Transfers, at least one. */
  readonly limit: number;
};

/** Transfers of an account that are read at once. */
const transfersPage = 1000;

export class BalanceHistory {
  readonly #reads: BalanceReads & ClosingReads & LedgerReads;
  readonly #accountId: number;

  constructor(reads: BalanceReads & ClosingReads & LedgerReads, accountId: number) {
    this.#reads = reads;
    this.#accountId = accountId;
  }

  /** By asset and wallet, with those of zero. */
  async balancesAt(atMs: number): Promise<readonly PastBalance[]> {
    return (await this.#balancesThrough(await this.#lastTransferAt(atMs))).list();
  }

  async statement({ asset, fromMs, toMs, after, limit }: StatementRequest): Promise<Statement> {
    const first = (await this.#lastTransferAt(fromMs - 1)).seq;
    const through = (await this.#lastTransferAt(toMs)).seq;
    const start = Math.min(Math.max(first, after ?? first), through);
    const balances = await this.#balancesThrough({ seq: start, atMs: fromMs - 1 });
    const isWanted = (balance: PastBalance) => asset === undefined || balance.asset === asset;
    const opening = balances.list().filter(isWanted);
    const interval = { after: start, through };
    const found = await this.#reads.accountTransfers(this.#accountId, interval, { asset }, limit + 1);
    const transfers = found.slice(0, limit);
    const entries = transfers.flatMap((transfer) => this.#entriesOf(transfer, balances));
    const next = found.length > limit ? (transfers.at(-1)?.seq ?? null) : null;
    return { opening, entries, closing: balances.list().filter(isWanted), next };
  }

  #entriesOf(transfer: Row<'transfers'>, balances: RunningBalances): StatementEntry[] {
    const { seq, at, kind, reference } = transfer;
    return changesBy(transfer)
      .filter(({ accountId }) => accountId === this.#accountId)
      .map((change) => {
        const balance = balances.add(change);
        return { seq, at, kind, reference, freeChange: change.free, heldChange: change.held, ...balance };
      });
  }

  /** The last transfer before the first one that is later. */
  async #lastTransferAt(atMs: number): Promise<{ readonly seq: number; readonly atMs: number }> {
    const closed = await this.#closedBefore(atMs);
    if (closed !== undefined && endOfDay(closed.day) === atMs) return { seq: closed.lastSeq, atMs };
    const later = await this.#reads.firstTransferLaterThan(closed?.lastSeq ?? 0, atMs);
    return { seq: later === undefined ? Number.MAX_SAFE_INTEGER : later - 1, atMs };
  }

  /** The newest closed day that was over at a time. */
  #closedBefore(atMs: number): Promise<Row<'closed_days'> | undefined> {
    return this.#reads.closedDay(dayOf(atMs + 1) - 1);
  }

  /** @param last `seq` is not before the end of the last closed day that was over at `atMs`. */
  async #balancesThrough(last: { readonly seq: number; readonly atMs: number }): Promise<RunningBalances> {
    const closed = await this.#closedBefore(last.atMs);
    const balances = new RunningBalances();
    if (closed !== undefined)
      for (const closing of await this.#reads.closingBalances([this.#accountId], closed.day))
        balances.set(closing);
    for (let after = closed?.lastSeq ?? 0; after < last.seq; ) {
      const interval = { after, through: last.seq };
      const page = await this.#reads.accountTransfers(this.#accountId, interval, {}, transfersPage);
      for (const transfer of page) this.#entriesOf(transfer, balances);
      if (page.length < transfersPage) break;
      after = page.at(-1)?.seq ?? last.seq;
    }
    return balances;
  }
}

class RunningBalances {
  readonly #balances = new Map<string, PastBalance>();

  set({ asset, wallet, free, held }: PastBalance): void {
    this.#balances.set(`${asset} ${wallet}`, { asset, wallet, free, held });
  }

  /** @returns the balance after the change. */
  add({ asset, wallet, free, held }: BalanceChange): PastBalance {
    const before = this.#balances.get(`${asset} ${wallet}`);
    const balance = { asset, wallet, free: (before?.free ?? 0n) + free, held: (before?.held ?? 0n) + held };
    this.set(balance);
    return balance;
  }

  list(): readonly PastBalance[] {
    const key = ({ asset, wallet }: PastBalance) => `${asset} ${wallet}`;
    return [...this.#balances.values()].sort((one, other) => (key(one) < key(other) ? -1 : 1));
  }
}
