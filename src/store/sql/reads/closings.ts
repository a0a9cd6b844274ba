/** Reads of balances at the end of a day. */
import type { ClosingReads } from '../../reads/closings.ts';
import type { SqlRunner } from '../sql-runner.ts';

/** Each uses a primary key. */
export function closingReads(run: SqlRunner): ClosingReads {
  return {
    closedDay: async (day) =>
      (
        await run.rows(
          'closed_days',
          'SELECT * FROM closed_days WHERE day <= ? AND complete = ? ORDER BY day DESC LIMIT 1',
          [day, run.encode('closed_days', 'complete', true)],
        )
      )[0],
    lastClosedDay: async () =>
      (await run.rows('closed_days', 'SELECT * FROM closed_days ORDER BY day DESC LIMIT 1', []))[0],
    closedDaysAfter: (day, limit) =>
      run.rows(
        'closed_days',
        'SELECT * FROM closed_days WHERE day > ? ORDER BY day LIMIT CAST(? AS INTEGER)',
        [day, limit],
      ),
    closingsAfter: ({ accountId, asset, wallet, day }, limit) =>
      run.rows(
        'closing_balances',
        `SELECT * FROM closing_balances WHERE (account_id, asset, wallet, day) > (?, ?, ?, ?)
         ORDER BY account_id, asset, wallet, day LIMIT CAST(? AS INTEGER)`,
        [accountId, asset, wallet, day, limit],
      ),
    closingBalances: (accountIds, day) =>
      run.rows(
        'closing_balances',
        `SELECT c.* FROM balances AS b JOIN closing_balances AS c
           ON c.account_id = b.account_id AND c.asset = b.asset AND c.wallet = b.wallet AND c.day = (
             SELECT max(day) FROM closing_balances AS d
             WHERE d.account_id = b.account_id AND d.asset = b.asset AND d.wallet = b.wallet AND d.day <= ?)
         WHERE b.account_id IN (${accountIds.map(() => '?').join()}) ORDER BY b.account_id, b.asset, b.wallet`,
        [day, ...accountIds],
      ),
  };
}
