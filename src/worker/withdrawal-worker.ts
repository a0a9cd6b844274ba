/**
 * Sends withdrawals to the chain and settles them once the chain has confirmed them.
 *
 * Nothing here decides about money: each step is a command that checks the stage again.
 */
import { isInMaintenance } from '../domain/catalog/catalog.ts';
import type { BroadcastWithdrawal } from '../store/reads/withdrawals.ts';
import type { Row } from '../store/tables.ts';
import { FirstFailure } from './first-failure.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { commandsOfPage, forEachPage, type Paging } from './pages.ts';
import type { Scan } from './scan.ts';
import { depthOf, findStates, resultOf, transactionToSend, withAttempts } from './withdrawal-attempts.ts';
import { type ClaimOptions, claimAndSend, PageSender, send } from './withdrawal-claims.ts';
import { carryOutFailure, type FailureParts } from './withdrawal-failures.ts';
import type { WorkerParts } from './worker-parts.ts';

type Withdrawal = Row<'withdrawals'>;
type Cursor = Omit<Row<'chain_cursors'>, 'position'>;

/** The page of a sweep, which mostly reads: reading it takes about a millisecond. */
const sweptTogether = 256;

type Parts = FailureParts & Pick<WorkerParts, 'pageSize' | 'stopping'>;

export class WithdrawalWorker {
  readonly #parts: Parts;
  /** Each page is read after the previous one was settled, so that concurrent runs never settle a withdrawal twice. */
  readonly #settling = new OneAtATime();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Claims and sends queued withdrawals. Those that cannot be sent now become `waiting` and do not block others. */
  async broadcastQueued(): Promise<void> {
    if (isInMaintenance(this.#parts.catalog())) return;
    const failures = new FirstFailure();
    const sender = new PageSender(this.#parts.chains);
    let isUnavailable = false;
    const options: ClaimOptions = {
      sendClaimed: (claimed) => sender.send(claimed),
      onNothingDone: () => {
        isUnavailable = true;
      },
    };
    await this.#forEachPage(async (after, limit) => {
      const rows = await this.#parts.reads.withdrawalsToSend(after, limit);
      await failures.run(() => claimAndSend(this.#parts, rows, options));
      // The next run tries the rest: with a long queue, this one would do nothing for minutes.
      return isUnavailable ? [] : rows;
    });
    await failures.run(() => sender.finish());
    failures.rethrow();
  }

  /**
   * Settles withdrawals that blocks after the cursor have confirmed deeply enough. Without a cursor, or if an asset
   * requires a depth that the cursor does not have, checks all broadcast withdrawals instead.
   */
  async settleConfirmed({ network, height, depths }: Cursor, cursor: Cursor | undefined): Promise<Scan> {
    const known = depths.filter((depth) => cursor?.depths.includes(depth));
    const mustSweep = cursor === undefined || known.length < depths.length;
    let scan: Scan = { complete: mustSweep ? await this.sweep() : true, found: false };
    for (const depth of known) {
      const from = (cursor?.height ?? height) - depth + 2;
      const next = await this.#settleBetween(network, depth, from, height - depth + 1);
      scan = { complete: scan.complete && next.complete, found: scan.found || next.found };
    }
    return { ...scan, complete: scan.complete && !this.#parts.stopping.aborted };
  }

  /**
   * Checks all broadcast withdrawals: sends those unknown to the chain again, settles confirmed and failed ones, and
   * carries out decisions of operators left behind by a dead process.
   * @returns whether no command had a fault.
   */
  async sweep(): Promise<boolean> {
    const failures = new FirstFailure();
    let complete = true;
    await this.#forEachPage(
      async (after, limit) => {
        const page = await this.#settling.run(() => this.#sweepPage(after, limit, failures));
        complete &&= page.complete;
        return page.rows;
      },
      () => sweptTogether,
    );
    failures.rethrow();
    return complete;
  }

  #forEachPage<R extends { readonly seq: number }>(
    handle: Paging<R>['handle'],
    size = this.#parts.pageSize,
  ): Promise<void> {
    return forEachPage({ size, handle, stopping: this.#parts.stopping });
  }

  /** The failure of one chain does not delay withdrawals on others. */
  async #sweepPage(
    after: number,
    limit: number,
    failures: FirstFailure,
  ): Promise<{ readonly rows: readonly BroadcastWithdrawal[]; readonly complete: boolean }> {
    const rows = await this.#parts.reads.broadcastWithdrawals(after, limit);
    let complete = true;
    for (const [network, group] of Map.groupBy(rows, (row) => row.network)) {
      const swept = await failures.run(() => this.#sweepGroup(network, group));
      complete &&= swept === true;
    }
    return { rows, complete };
  }

  async #settleBetween(network: string, depth: number, from: number, to: number): Promise<Scan> {
    if (from > to) return { complete: true, found: false };
    const txIds = await this.#parts.chains.of(network).confirmedBetween(from, to);
    const { pageSize, stopping } = this.#parts;
    let complete = true;
    for (let start = 0; start < txIds.length && !stopping.aborted; ) {
      const page = txIds.slice(start, start + pageSize());
      complete = (await this.#settling.run(() => this.#settle(network, page, depth))) && complete;
      start += page.length;
    }
    return { complete, found: txIds.length > 0 };
  }

  async #settle(network: string, txIds: readonly string[], depth: number): Promise<boolean> {
    const confirmed = await this.#withdrawalsOf(network, txIds);
    const due = confirmed.filter(
      ({ row }) => row.stage === 'broadcast' && depthOf(this.#parts.catalog(), row) === depth,
    );
    return commandsOfPage(
      due.map(({ row: { id }, txId }) =>
        this.#parts.commands.submit('settleWithdrawal', { id, confirmed: true, txId }),
      ),
    );
  }

  /** In the order in which the withdrawals were submitted, so that equal chains are settled equally. */
  async #withdrawalsOf(network: string, txIds: readonly string[]) {
    const { reads } = this.#parts;
    const rows = await reads.withdrawalsOfTransactions(network, txIds);
    const found = rows.map((row) => ({ row, txId: row.txId }));
    if (rows.length < txIds.length) found.push(...(await this.#withSeveralTransactions(network, txIds)));
    return found.sort((one, other) => one.row.seq - other.row.seq);
  }

  async #withSeveralTransactions(network: string, txIds: readonly string[]) {
    const { reads } = this.#parts;
    const found: { row: Withdrawal; txId: string }[] = [];
    for (const { withdrawalId, txId } of await reads.attemptsOfTransactions(network, txIds)) {
      const row = await reads.row('withdrawals', { id: withdrawalId });
      if (row !== undefined) found.push({ row, txId });
    }
    return found;
  }

  /** @returns whether no command had a fault. */
  async #sweepGroup(network: string, rows: readonly BroadcastWithdrawal[]): Promise<boolean> {
    const { reads, chains, commands, catalog } = this.#parts;
    const undecided = rows.filter(({ failure }) => failure === null);
    const found = await findStates(chains, network, await withAttempts(reads, undecided));
    const unknown = found.map(transactionToSend).filter((each) => each !== undefined);
    await send(
      chains,
      unknown.map(({ signedTransaction }) => ({ network, signedTransaction })),
    );
    const results = found
      .map((each) => resultOf(each, depthOf(catalog(), each.row)))
      .filter((each) => each !== undefined);
    let complete = await commandsOfPage(results.map((result) => commands.submit('settleWithdrawal', result)));
    // An operator is failing those.
    for (const row of rows.filter(({ failure }) => failure !== null)) {
      const outcome = await carryOutFailure(this.#parts, row);
      complete &&= !('fault' in outcome);
    }
    return complete;
  }
}
