/** Reads of transfers, balances and seals, and of dust conversions. */
import type { Counted, LedgerReads } from '../../reads.ts';
import type { Row } from '../../tables.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { conditions, count, timePage } from './statement-parts.ts';

export function ledgerReads(run: SqlRunner): LedgerReads {
  return {
    // the primary keys
    transfersAfter: (seq, limit) =>
      run.rows('transfers', 'SELECT * FROM transfers WHERE seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)', [
        seq,
        limit,
      ]),
    balancesAfter: (accountId, asset, wallet, limit) =>
      run.rows(
        'balances',
        'SELECT * FROM balances WHERE (account_id, asset, wallet) > (?, ?, ?) ORDER BY account_id, asset, wallet LIMIT CAST(? AS INTEGER)',
        [accountId, asset, wallet, limit],
      ),
    // dust_conversions_by_account
    dustConversions: async (accountId, page): Promise<Counted<Row<'dust_conversions'>>> => {
      const where = conditions(['account_id = ?', accountId]);
      const rows = await timePage(run, 'dust_conversions', where, ['at', 'tran_id'], {}, page);
      return { rows, total: await count(run, 'dust_conversions', where) };
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
