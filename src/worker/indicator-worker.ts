/**
 * Judges trading: evaluates the indicators of each account from its order events of the last ten minutes, has them
 * recorded, and with a breach of one symbol the account is locked for all.
 *
 * spec: indicators are evaluated every 30 seconds. The window is ours: the specification names none. A lock answers for
 * the orders before it: they are still shown, but do not lock again when it ends or when an operator takes it away.
 */
import type { Clock } from '../clock/clock.ts';
import type { Commands } from '../command/registry.ts';
import { type Decimal, parseDecimal, unitsOf } from '../contract/decimal.ts';
import { evaluateIndicators, type Indicator, type OrderEvent } from '../domain/trading/trading-status.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

/** Order events older than this count for nothing. */
export const indicatorWindowMs = 10 * 60_000;

const pageSize = 1000;
/** A commit of deletions stays short. */
const prunedAtOnce = 250;

export type IndicatorWorkerParts = {
  readonly reads: Reads;
  readonly commands: Commands;
  readonly clock: Pick<Clock, 'world'>;
  /** Lets others run. */
  readonly yieldNow: () => Promise<void>;
  /** Once aborted, no further account is evaluated. */
  readonly stopping: AbortSignal;
};

type StoredEvent = Row<'order_events'>;

export class IndicatorWorker {
  readonly #parts: IndicatorWorkerParts;
  #newSinceMs = 0;

  constructor(parts: IndicatorWorkerParts) {
    this.#parts = parts;
  }

  /** Every account that has events in the window or is shown with indicators; then forgets older events. */
  async evaluateAll(): Promise<void> {
    const { reads, clock } = this.#parts;
    const sinceMs = clock.world.now() - indicatorWindowMs;
    const trading = await reads.tradingAccounts(sinceMs);
    const shown = await reads.accountsWithIndicators();
    await this.#evaluateEach(new Set([...trading, ...shown]));
    await this.#prune(sinceMs);
  }

  /** The accounts that have events since the last time. */
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
    const judgedAfterMs = account?.lastLockedAt ?? 0;
    const judged = rows.filter(({ at }) => at > judgedAfterMs);
    const shown = evaluateIndicators(eventsOf(rows));
    const outcome = await commands.submit('recordTradingIndicators', {
      accountId,
      indicators: Object.fromEntries([...shown].map(([symbol, each]) => [symbol, each.map(withoutVerdict)])),
      breached: isBreached(judged.length === rows.length ? shown : evaluateIndicators(eventsOf(judged))),
    });
    if ('fault' in outcome) throw new Error(`the indicators of account ${accountId}: ${outcome.message}`);
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
      const seqs = await this.#parts.reads.orderEventsBefore(beforeMs, prunedAtOnce);
      if (seqs.length === 0) return;
      const outcome = await this.#parts.commands.submit('pruneOrderEvents', { seqs });
      if (!('done' in outcome)) throw new Error(`old order events stay: ${JSON.stringify(outcome)}`);
    }
  }
}

/** Values of one scale, as the rules compare only values of the same account. */
function eventsOf(rows: readonly StoredEvent[]): OrderEvent[] {
  const values = rows.map((row) => [exactly(row.submitted), exactly(row.filled)] as const);
  const scale = Math.max(0, ...new Set(values.flat().map((value) => value.scale)));
  const units = (value: Decimal) => unitsOf(value, scale) as bigint;
  return rows.map((row, index) => {
    const [submitted, filled] = values[index] as readonly [Decimal, Decimal];
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
  if (value === null) throw new Error(`an order of '${text}'`);
  return value;
}

function isBreached(evaluated: ReadonlyMap<string, readonly Indicator[]>): boolean {
  return [...evaluated.values()].flat().some(({ breached }) => breached);
}

const withoutVerdict = ({ i, c, v, t }: Indicator) => ({ i, c, v, t });
