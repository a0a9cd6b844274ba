/** Reads of order events and trading indicators. */
import type { TradingReads } from '../../reads/trading.ts';
import type { SqlParameter, SqlRunner } from '../sql-runner.ts';

export function tradingReads(run: SqlRunner): TradingReads {
  const numbers = async (column: string, sql: string, parameters: readonly SqlParameter[]) =>
    (await run.values(sql, parameters)).map((row) => Number(row[column]));
  return {
    // order_events_by_time; without the plus, SQLite would read all events in the order of accounts
    tradingAccounts: (since) =>
      numbers('account_id', 'SELECT DISTINCT +account_id AS account_id FROM order_events WHERE at >= ?', [
        since,
      ]),
    // trading_indicators_shown
    accountsWithIndicators: () =>
      numbers('account_id', "SELECT account_id FROM trading_indicators WHERE indicators <> '{}'", []),
    // order_events_by_account
    orderEvents: (accountId, since, afterSeq = 0, limit = 1000) =>
      run.rows(
        'order_events',
        'SELECT * FROM order_events WHERE account_id = ? AND (at, seq) > (?, ?) ORDER BY at, seq LIMIT CAST(? AS INTEGER)',
        [accountId, since, afterSeq, limit],
      ),
    // order_events_by_time
    orderEventsBefore: (before, limit) =>
      numbers('seq', 'SELECT seq FROM order_events WHERE at < ? ORDER BY at LIMIT CAST(? AS INTEGER)', [
        before,
        limit,
      ]),
  };
}
