/** Reads of balances. */
import type { AccountBalance, BalanceReads } from '../../reads/balances.ts';
import type { Row } from '../../tables.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { conditions } from './statement-parts.ts';

/** One row for each locked deposit, and one for each other balance. SQLite cannot add units, which are text. */
const balancesWithLocks = (where: string) => `
  SELECT b.*, d.amount AS locked FROM balances AS b
  LEFT JOIN deposits AS d
    ON d.account_id = b.account_id AND d.asset = b.asset AND d.stage = 'credited' AND b.wallet = 'spot'
  WHERE ${where} ORDER BY b.asset, b.wallet`;

type BalanceWithLock = Row<'balances'> & { readonly locked: string | bigint | null };

export function balanceReads(run: SqlRunner): BalanceReads {
  return {
    // the primary key
    balancesAfter: (accountId, asset, wallet, limit) =>
      run.rows(
        'balances',
        'SELECT * FROM balances WHERE (account_id, asset, wallet) > (?, ?, ?) ORDER BY account_id, asset, wallet LIMIT CAST(? AS INTEGER)',
        [accountId, asset, wallet, limit],
      ),
    // balances_owed
    balancesOwing: ({ behind = -1, limit, offset }) =>
      run.rows(
        'balances',
        "SELECT * FROM balances WHERE owed <> '0' AND account_id > ? ORDER BY account_id, asset LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)",
        [behind, limit, offset],
      ),
    // the primary key, deposits_locked
    accountBalances: async (accountId, filter) => {
      const { sql, parameters } = conditions(
        ['b.account_id = ?', accountId],
        ['b.asset = ?', filter.asset],
        ['b.wallet = ?', filter.wallet],
      );
      const found = await run.rows('balances', balancesWithLocks(sql.join(' AND ')), parameters);
      // cast: the statement selects the lock too.
      return addLocks(found as readonly BalanceWithLock[]);
    },
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
