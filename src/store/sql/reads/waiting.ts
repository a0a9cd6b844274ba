/**
 * Reads of waiting withdrawals by queue (reason, network and asset). A read visits one row per queue and the rows that
 * it returns, however many withdrawals wait.
 */
import type { WaitingQueue, WaitingReads } from '../../reads/waiting.ts';
import type { SqlRunner } from '../sql-runner.ts';

// withdrawals_waiting: finds the first row of each queue by a search from the first row of the previous queue.
const queues = `
  WITH RECURSIVE heads (seq) AS (
    SELECT (SELECT seq FROM withdrawals WHERE waiting_for IS NOT NULL
            ORDER BY waiting_for, network, asset, seq LIMIT 1)
    UNION ALL
    SELECT (SELECT n.seq FROM withdrawals AS n
            WHERE n.waiting_for IS NOT NULL
              AND (n.waiting_for, n.network, n.asset) > (w.waiting_for, w.network, w.asset)
            ORDER BY n.waiting_for, n.network, n.asset, n.seq LIMIT 1)
    FROM heads JOIN withdrawals AS w ON w.seq = heads.seq
  )
  SELECT w.waiting_for, w.network, w.asset FROM heads JOIN withdrawals AS w ON w.seq = heads.seq`;

// withdrawals_waiting_by_account: visits each account once, however many withdrawals it has.
const ofEnabledAccounts = `
  WITH RECURSIVE owners (id) AS (
    SELECT (SELECT account_id FROM withdrawals WHERE waiting_for = 'account-disabled'
            ORDER BY account_id LIMIT 1)
    UNION ALL
    SELECT (SELECT account_id FROM withdrawals
            WHERE waiting_for = 'account-disabled' AND account_id > owners.id
            ORDER BY account_id LIMIT 1)
    FROM owners WHERE owners.id IS NOT NULL
  )
  SELECT w.* FROM owners JOIN accounts AS a ON a.id = owners.id
  JOIN withdrawals AS w ON w.account_id = a.id AND w.waiting_for = 'account-disabled'
  WHERE a.enabled = ? AND w.seq > ? ORDER BY w.seq LIMIT CAST(? AS INTEGER)`;

export function waitingReads(run: SqlRunner): WaitingReads {
  return {
    waitingQueues: async () =>
      (await run.values(queues, [])).map((row) => ({
        // cast: a constraint allows these only.
        waitingFor: row.waiting_for as WaitingQueue['waitingFor'],
        network: String(row.network),
        asset: String(row.asset),
      })),
    waitingIn: ({ waitingFor, network, asset }, afterSeq, limit) =>
      run.rows(
        'withdrawals',
        `SELECT * FROM withdrawals WHERE waiting_for = ? AND network = ? AND asset = ? AND seq > ?
         ORDER BY seq LIMIT CAST(? AS INTEGER)`,
        [waitingFor, network, asset, afterSeq, limit],
      ),
    waitingOfEnabledAccounts: (afterSeq, limit) =>
      run.rows('withdrawals', ofEnabledAccounts, [run.encode('accounts', 'enabled', true), afterSeq, limit]),
  };
}
