/** Reads of transfers and seals. */
import { ledgerAccountsOf } from '../../../domain/ledger/ledger.ts';
import type { LedgerReads } from '../../reads/ledger.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { conditions } from './statement-parts.ts';

export function ledgerReads(run: SqlRunner): LedgerReads {
  return {
    // the primary keys
    transfersAfter: (seq, limit) =>
      run.rows('transfers', 'SELECT * FROM transfers WHERE seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)', [
        seq,
        limit,
      ]),
    lastTransferSeq: async () => {
      const [row] = await run.values('SELECT seq FROM transfers ORDER BY seq DESC LIMIT 1', []);
      return Number(row?.seq ?? 0);
    },
    firstTransferLaterThan: async (seq, atMs) => {
      const sql = 'SELECT seq FROM transfers WHERE seq > ? AND at > ? ORDER BY seq LIMIT 1';
      const [row] = await run.values(sql, [seq, atMs]);
      return row === undefined ? undefined : Number(row.seq);
    },
    accountTransfers: (accountId, { after, through }, { asset }, limit) => {
      const accounts = ledgerAccountsOf(accountId);
      const either = accounts.map(() => '?').join();
      const { sql, parameters } = conditions(
        ['seq > ?', after],
        ['seq <= ?', through],
        [`(debit IN (${either}) OR credit IN (${either}))`, ...accounts, ...accounts],
        ['asset = ?', asset],
      );
      return run.rows(
        'transfers',
        `SELECT * FROM transfers WHERE ${sql.join(' AND ')} ORDER BY seq LIMIT CAST(? AS INTEGER)`,
        [...parameters, limit],
      );
    },
    lastSeal: async () =>
      (
        await run.rows('transfer_seals', 'SELECT * FROM transfer_seals ORDER BY last_seq DESC LIMIT 1', [])
      )[0],
    sealsAfter: (lastSeq, limit) =>
      run.rows(
        'transfer_seals',
        'SELECT * FROM transfer_seals WHERE last_seq > ? ORDER BY last_seq LIMIT CAST(? AS INTEGER)',
        [lastSeq, limit],
      ),
  };
}
