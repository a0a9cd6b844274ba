/**
 * Evaluates the trading indicators of each account from its order events of the last ten minutes and records them. A
 * breach on one symbol locks trading of the account.
 *
 * spec: indicators are evaluated every 30 seconds. The specification defines no window, so its length is our choice.
 * Orders before a lock are still shown, but do not lock the account again after the lock has ended or was lifted.
 */
import { present } from '../boundary/present.ts';
import { type Decimal, parseDecimal, unitsOf } from '../contract/decimal.ts';
import { evaluateIndicators, type Indicator, type OrderEvent } from '../domain/trading/trading-status.ts';
import type { Row } from '../store/tables.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Older order events are not evaluated. */
export const indicatorWindowMs = 10 * 60_000;

const pageSize = 1000;
/** Keeps the commits of deletions short. */
const prunedPerCommit = 250;

type Parts = Pick<WorkerParts, 'reads' | 'commands' | 'clock' | 'yieldNow' | 'stopping'>;

type StoredEvent = Row<'order_events'>;

export class IndicatorWorker {
  readonly #parts: Parts;
  #newSinceMs = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Evaluates all accounts that have events in the window or stored indicators, then deletes older events. */
  async evaluateAll(): Promise<void> {
    const { reads, clock } = this.#parts;
    const sinceMs = clock.world.now() - indicatorWindowMs;
    const trading = await reads.tradingAccounts(sinceMs);
    const shown = await reads.accountsWithIndicators();
    await this.#evaluateEach(new Set([...trading, ...shown]));
    await this.#prune(sinceMs);
  }

  /** @returns when the indicators change, because the oldest event leaves the window; undefined: they do not. */
  async dueMs(): Promise<number | undefined> {
    const { reads, clock } = this.#parts;
    const [seq] = await reads.orderEventsBefore(Number.MAX_SAFE_INTEGER, 1);
    const oldest = seq === undefined ? undefined : await reads.row('order_events', { seq });
    if (oldest !== undefined) return oldest.at + indicatorWindowMs + 1;
    return (await reads.accountsWithIndicators()).length === 0 ? undefined : clock.world.now();
  }

  /** Evaluates the accounts that have events since the last call. */
  async evaluateNew(): Promise<void> {
    const sinceMs = this.#newSinceMs;
    this.#newSinceMs = this.#parts.clock.world.now();
    await this.#evaluateEach(await this.#parts.reads.tradingAccounts(sinceMs));
  }

  async #evaluateEach(accountIds: Iterable<number>): Promise<void> {
    for (const accountId of accountIds) {
      if (this.#parts.stopping.aborted) return;
      await this.#evaluate(accountId);
    }
  }

  async #evaluate(accountId: number): Promise<void> {
    const { reads, commands } = this.#parts;
    const rows = await this.#readEvents(accountId);
    const account = await reads.row('accounts', { id: accountId });
    const lastLockedMs = account?.lastLockedAt ?? 0;
    const sinceLock = rows.filter(({ at }) => at > lastLockedMs);
    const shown = evaluateIndicators(eventsOf(rows));
    const outcome = await commands.submit('recordTradingIndicators', {
      accountId,
      indicators: Object.fromEntries([...shown].map(([symbol, each]) => [symbol, each.map(toStored)])),
      breached: isBreached(
        sinceLock.length === rows.length ? shown : evaluateIndicators(eventsOf(sinceLock)),
      ),
    });
    if ('fault' in outcome)
      throw new Error(`indicators of account ${accountId} could not be recorded: ${outcome.message}`);
  }

  async #readEvents(accountId: number): Promise<readonly StoredEvent[]> {
    const { reads, clock, yieldNow } = this.#parts;
    const rows: StoredEvent[] = [];
    let [at, seq] = [clock.world.now() - indicatorWindowMs, 0];
    for (;;) {
      const page = await reads.orderEvents(accountId, at, seq, pageSize);
      rows.push(...page);
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return rows;
      [at, seq] = [last.at, last.seq];
      await yieldNow();
    }
  }

  async #prune(beforeMs: number): Promise<void> {
    while (!this.#parts.stopping.aborted) {
      const seqs = await this.#parts.reads.orderEventsBefore(beforeMs, prunedPerCommit);
      if (seqs.length === 0) return;
      const outcome = await this.#parts.commands.submit('pruneOrderEvents', { seqs });
      if (!('done' in outcome))
        throw new Error(`old order events could not be deleted: ${JSON.stringify(outcome)}`);
    }
  }
}

/** Events of one account with all values in units of one scale, because the rules compare them. */
function eventsOf(rows: readonly StoredEvent[]): OrderEvent[] {
  const values = rows.map((row) => [exactly(row.submitted), exactly(row.filled)] as const);
  const scale = Math.max(0, ...new Set(values.flat().map((value) => value.scale)));
  // cast: the scale is that of the most exact value.
  const units = (value: Decimal) => unitsOf(value, scale) as bigint;
  return rows.map((row, index) => {
    const [submitted, filled] = present(values[index]);
    return {
      symbol: row.symbol,
      timeInForce: row.timeInForce,
      submittedUnits: units(submitted),
      filledUnits: units(filled),
      outcome: row.outcome,
      openMs: row.openMs,
    };
  });
}

function exactly(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === null) throw new Error(`invalid stored order quantity '${text}'`);
  return value;
}

function isBreached(evaluated: ReadonlyMap<string, readonly Indicator[]>): boolean {
  return [...evaluated.values()].flat().some(({ breached }) => breached);
}

const toStored = ({ i, c, v, t }: Indicator) => ({ i, c, v, t });
