/** Reads of transfers, balances and seals, and of dust conversions. */

import { ledgerAccountsOf } from '../../../domain/ledger/ledger.ts';
import type { AccountBalance, LedgerReads } from '../../reads.ts';
import type { Row } from '../../tables.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { conditions, count, timePage } from './statement-parts.ts';

/** One row for each locked deposit, and one for each other balance. SQLite cannot add units, which are text. */
const balancesWithLocks = (where: string) => `
  SELECT b.*, d.amount AS locked FROM balances AS b
  LEFT JOIN deposits AS d
    ON d.account_id = b.account_id AND d.asset = b.asset AND d.stage = 'credited' AND b.wallet = 'spot'
  WHERE ${where} ORDER BY b.asset, b.wallet`;

type BalanceWithLock = Row<'balances'> & { readonly locked: string | bigint | null };

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
    // the primary key, deposits_locked
    accountBalances: async (accountId, filter) => {
      const { sql, parameters } = conditions(
        ['b.account_id = ?', accountId],
        ['b.asset = ?', filter.asset],
        ['b.wallet = ?', filter.wallet],
      );
      const found = await run.rows('balances', balancesWithLocks(sql.join(' AND ')), parameters);
      return addLocks(found as readonly BalanceWithLock[]);
    },
    // wallet_transfers_by_account
    walletTransfers: async (accountId, { fromWallet, from, to }, page) => {
      const where = conditions(
        ['account_id = ?', accountId],
        ['from_wallet = ?', fromWallet],
        ['at >= ?', from],
        ['at <= ?', to],
      );
      const rows = await timePage(run, 'wallet_transfers', where, ['at', 'tran_id'], {}, page);
      return { rows: [...rows].reverse(), total: await count(run, 'wallet_transfers', where) };
    },
    // dust_conversions_by_account
    dustConversions: async (accountId, page, { from, to } = {}) => {
      const where = conditions(['account_id = ?', accountId], ['at >= ?', from], ['at <= ?', to]);
      const rows = await timePage(run, 'dust_conversions', where, ['at', 'tran_id'], {}, page);
      return { rows, total: await count(run, 'dust_conversions', where) };
    },
    // the primary keys
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

function addLocks(rows: readonly BalanceWithLock[]): readonly AccountBalance[] {
  const balances = new Map<string, AccountBalance>();
  for (const { asset, wallet, free, held, locked } of rows) {
    const key = `${wallet} ${asset}`;
    const before = balances.get(key) ?? { asset, wallet, free, withdrawing: held, locked: 0n };
    const amount = BigInt(locked ?? 0);
    balances.set(key, {
      ...before,
      withdrawing: before.withdrawing - amount,
      locked: before.locked + amount,
    });
  }
  return [...balances.values()];
}
