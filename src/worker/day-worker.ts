/**
 * Closes the days of the ledger that are over: it keeps the balance of each account after the last transfer of each day
 * in which it changed, so that a past balance needs only the transfers of one day.
 */
import { BalanceChanges } from '../domain/ledger/balance-changes.ts';
import { dayOf, endOfDay } from '../domain/ledger/day.ts';
import type { Outcome } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Transfers that are read without yielding. */
const transfersPage = 250;
/** Days without transfers that are closed in one commit: those of an idle year, which the clock of the lab may pass. */
const emptyDaysPage = 400;
/** Accounts whose closings are written in one commit. */
const accountsPage = 100;
/**
 * Delay from the end of a day until it is closed, ms. The time of a transfer is taken before its commit, so the last
 * commits of a day end after it. A transfer that is later still counts to the next day.
 */
const graceMs = 60_000;

type Parts = Pick<WorkerParts, 'reads' | 'commands' | 'clock' | 'yieldNow' | 'stopping'>;

type Closing = Row<'closing_balances'>;

/** The transfers of a day, summed by balance. */
type DayOfTransfers = { readonly changes: BalanceChanges; readonly lastSeq: number };

export class DayWorker {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async closeDays(): Promise<void> {
    while (!this.#parts.stopping.aborted) {
      if (!(await this.#closeNext())) return;
    }
  }

  /** @returns the first day with transfers that is not closed, and when it is to be closed; undefined: there is none. */
  async nextDay(): Promise<{ readonly day: number; readonly dueMs: number } | undefined> {
    const { reads } = this.#parts;
    const last = await reads.lastClosedDay();
    const isOpen = last?.complete === false;
    const [first] = isOpen ? [] : await reads.transfersAfter(last?.lastSeq ?? 0, 1);
    if (!isOpen && first === undefined) return undefined;
    const day = isOpen ? last.day : Math.max(dayOf(first?.at ?? 0), (last?.day ?? -1) + 1);
    return { day, dueMs: endOfDay(day) + graceMs + 1 };
  }

  /** @returns whether there may be another day to close. */
  async #closeNext(): Promise<boolean> {
    const { reads, clock } = this.#parts;
    const last = await reads.lastClosedDay();
    if (await this.#closeEmptyAfter(last)) return true;
    const day = await this.#dayAfter(last);
    if (day === undefined || clock.world.now() <= endOfDay(day) + graceMs) return false;
    const previous = await reads.closedDay(day - 1);
    const startSeq = previous?.lastSeq ?? 0;
    const known = last?.day === day ? last.lastSeq : undefined;
    const seen = await this.#sum(startSeq, day, known);
    if (seen === undefined) return false;
    const { lastSeq } = done(
      await this.#parts.commands.submit('beginClosingDay', { day, lastSeq: seen.lastSeq }),
    );
    const counted = lastSeq === seen.lastSeq ? seen : await this.#sum(startSeq, day, lastSeq);
    if (counted === undefined || !(await this.#record(day, counted.changes))) return false;
    done(await this.#parts.commands.submit('completeClosedDay', { day }));
    return true;
  }

  /** Closes days without transfers that follow the last one, so that a long pause costs few commits. */
  async #closeEmptyAfter(last: Row<'closed_days'> | undefined): Promise<boolean> {
    if (!last?.complete) return false;
    const { reads, commands, clock } = this.#parts;
    const [next] = await reads.transfersAfter(last.lastSeq, 1);
    const lastOver = dayOf(clock.world.now() - graceMs - 1) - 1;
    const lastEmpty = next === undefined ? lastOver : Math.min(lastOver, dayOf(next.at) - 1);
    const count = Math.min(lastEmpty - last.day, emptyDaysPage);
    if (count <= 0) return false;
    const days = Array.from({ length: count }, (_, index) => last.day + 1 + index);
    return done(await commands.submit('closeEmptyDays', { days, lastSeq: last.lastSeq })).closed > 0;
  }

  /** The day to close next: one that was begun, or the one after, or that of the first transfer. */
  async #dayAfter(last: Row<'closed_days'> | undefined): Promise<number | undefined> {
    if (last !== undefined) return last.complete ? last.day + 1 : last.day;
    const [first] = await this.#parts.reads.transfersAfter(0, 1);
    return first && dayOf(first.at);
  }

  /**
   * Sums the transfers after `startSeq` up to `lastSeq`, or before the first one after the day.
   * @returns undefined if the server stops meanwhile.
   */
  async #sum(
    startSeq: number,
    day: number,
    lastSeq: number | undefined,
  ): Promise<DayOfTransfers | undefined> {
    const { reads, yieldNow, stopping } = this.#parts;
    const isOver = ({ seq, at }: Row<'transfers'>) =>
      lastSeq === undefined ? at > endOfDay(day) : seq > lastSeq;
    const changes = new BalanceChanges();
    for (let seq = startSeq; !stopping.aborted; await yieldNow()) {
      const page = await reads.transfersAfter(seq, transfersPage);
      const end = page.findIndex(isOver);
      const counted = end < 0 ? page : page.slice(0, end);
      for (const transfer of counted) changes.addTransfer(transfer);
      seq = counted.at(-1)?.seq ?? seq;
      if (end >= 0 || page.length < transfersPage) return { changes, lastSeq: lastSeq ?? seq };
    }
    return undefined;
  }

  /** @returns whether all are recorded; otherwise the server stops, and the next run does it again. */
  async #record(day: number, changes: BalanceChanges): Promise<boolean> {
    const { reads, commands, yieldNow, stopping } = this.#parts;
    const byAccount = Map.groupBy(changes.list(), ({ accountId }) => accountId);
    const accountIds = [...byAccount.keys()];
    for (let index = 0; index < accountIds.length; index += accountsPage) {
      if (stopping.aborted) return false;
      const page = accountIds.slice(index, index + accountsPage);
      const before = new Map((await reads.closingBalances(page, day - 1)).map((each) => [keyOf(each), each]));
      const closings = page
        .flatMap((accountId) => byAccount.get(accountId) ?? [])
        .map(({ free, held, ...balance }): Closing => {
          const opening = before.get(keyOf(balance));
          return { ...balance, day, free: (opening?.free ?? 0n) + free, held: (opening?.held ?? 0n) + held };
        });
      done(await commands.submit('recordClosings', { closings }));
      await yieldNow();
    }
    return !stopping.aborted;
  }
}

const keyOf = ({ accountId, wallet, asset }: Pick<Closing, 'accountId' | 'wallet' | 'asset'>) =>
  `${accountId} ${wallet} ${asset}`;

function done<R>(outcome: Outcome<R>): R {
  if ('done' in outcome) return outcome.done;
  throw new Error(`a day could not be closed: ${JSON.stringify(outcome)}`);
}
