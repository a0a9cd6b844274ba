/** The reads of histories while effects hide rows, or show their former status. The books are not touched. */

import type { DepositFilter } from '../../store/reads/deposits.ts';
import type { HistoryPage, Range } from '../../store/reads/page.ts';
import type { WithdrawalFilter } from '../../store/reads/withdrawals.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';
import type { EffectBook } from './effect-book.ts';

type Withdrawal = Row<'withdrawals'>;
type HistoryReads = Pick<Reads, 'withdrawals' | 'deposits' | 'questionnaires'>;

/** @returns `reads` itself if no effect is in force. */
export function lateReads(reads: Reads, book: EffectBook): Reads {
  if (book.isEmpty) return reads;
  const withdrawals = async (accountId: number, filter: WithdrawalFilter, page: HistoryPage) => {
    const hidden = book.subjectsOf('history-lag', accountId);
    const late = book.subjectsOf('status-late', accountId);
    const rows = await reads.withdrawals(accountId, filter, wider(page, hidden.size + late.size));
    const others = rows.filter(({ id }) => !hidden.has(id) && !late.has(id));
    const lateIds = [...late].filter((id) => !hidden.has(id) && (filter.ids?.includes(id) ?? true));
    const shown = await lateRows(accountId, filter, lateIds);
    return pageOf(sorted([...others, ...shown], page), filter, page);
  };
  const lateRows = async (
    accountId: number,
    { stages, ...filter }: WithdrawalFilter,
    ids: readonly string[],
  ) => {
    if (ids.length === 0) return [];
    const rows = await reads.withdrawals(accountId, { ...filter, ids }, { limit: ids.length, offset: 0 });
    return rows.map((row) => asShown(row, book)).filter(({ stage }) => stages?.includes(stage) ?? true);
  };
  const history: HistoryReads = {
    withdrawals,
    async deposits(accountId: number, filter: DepositFilter, page: HistoryPage) {
      const hiddenDeposits = book.subjectsOf('deposit-history-lag', accountId);
      const rows = await reads.deposits(accountId, filter, wider(page, hiddenDeposits.size));
      return pageOf(
        rows.filter(({ id }) => !hiddenDeposits.has(id)),
        filter,
        page,
      );
    },
    async questionnaires(accountId, filter, page) {
      const hidden = book.subjectsOf('history-lag', accountId);
      const late = book.subjectsOf('status-late', accountId);
      const rows = await reads.questionnaires(accountId, filter, wider(page, hidden.size));
      return rows
        .filter(({ withdrawal }) => !hidden.has(withdrawal.id))
        .slice(page.offset, page.offset + page.limit)
        .map((row) => ({
          ...row,
          withdrawal: late.has(row.withdrawal.id) ? asShown(row.withdrawal, book) : row.withdrawal,
        }));
    },
  };
  return { ...reads, ...history };
}

/** A withdrawal that has ended, as it was while it was being processed. */
function asShown(row: Withdrawal, book: EffectBook): Withdrawal {
  const { stage, settledAt, id } = row;
  if (stage !== 'completed' && stage !== 'failed') return row;
  if (settledAt === null || !book.startCountdown('status-late', id, settledAt)) return row;
  return { ...row, stage: 'broadcast', settledAt: null, failure: null };
}

const wider = (page: HistoryPage, more: number): HistoryPage => ({
  ...page,
  limit: page.offset + page.limit + more,
  offset: 0,
});

const isOldestFirst = ({ from }: Range, { newestFirst = false }: HistoryPage) =>
  from !== undefined && !newestFirst;

function sorted(rows: readonly Withdrawal[], { newestFirst }: HistoryPage) {
  const ascending = rows.toSorted((a, b) => a.appliedAt - b.appliedAt || a.seq - b.seq);
  return newestFirst === true ? ascending.toReversed() : ascending;
}

/** The page of rows that are sorted as the read sorts them. Without `from` the newest page, though oldest first. */
function pageOf<T>(rows: readonly T[], range: Range, page: HistoryPage): readonly T[] {
  const { limit, offset, newestFirst = false } = page;
  if (isOldestFirst(range, page) || newestFirst) return rows.slice(offset, offset + limit);
  return rows.slice(Math.max(0, rows.length - offset - limit), Math.max(0, rows.length - offset));
}
