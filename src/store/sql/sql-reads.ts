/**
 * The reads in SQL that both databases understand, with `?` for parameters. A comment at each read names its index.
 *
 * Limits are cast because SQLite plans a statement again for each value of a bare `LIMIT ?`, which costs more than the
 * read.
 */
import type { Counted, Page, Range, Reads } from '../reads.ts';
import { columnName, keyOf, type Row, type TableName } from '../tables.ts';
import { backlogRead } from './backlog.ts';
import type { SqlParameter, SqlRunner } from './sql-runner.ts';
import { waitingReads } from './waiting-reads.ts';

type Conditions = { readonly sql: string[]; readonly parameters: SqlParameter[] };

function conditions(
  ...given: readonly (readonly [sql: string, ...parameters: (SqlParameter | undefined)[]])[]
): Conditions {
  const kept = given.filter(([, ...parameters]) => !parameters.includes(undefined));
  return {
    sql: kept.map(([sql]) => sql),
    parameters: kept.flatMap(([, ...parameters]) => parameters as SqlParameter[]),
  };
}

/** A page of rows, oldest first: the first ones since `range.from` if it is given, otherwise the newest ones. */
async function timePage<T extends TableName>(
  run: SqlRunner,
  table: T,
  { sql, parameters }: Conditions,
  order: readonly [string, string],
  range: Range,
  page: Page,
): Promise<readonly Row<T>[]> {
  const forward = range.from !== undefined;
  const direction = forward ? '' : ' DESC';
  const rows = await run.rows(
    table,
    `SELECT * FROM ${table} WHERE ${sql.join(' AND ')} ORDER BY ${order.map((column) => column + direction).join()} LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`,
    [...parameters, page.limit, page.offset],
  );
  return forward ? rows : [...rows].reverse();
}

async function count(run: SqlRunner, table: TableName, { sql, parameters }: Conditions): Promise<number> {
  const [row] = await run.values(
    `SELECT count(*) AS total FROM ${table} WHERE ${sql.join(' AND ')}`,
    parameters,
  );
  return Number(row?.total);
}

const inList = (column: string, values: readonly string[]) =>
  `${column} IN (${values.map(() => '?').join()})`;

function addStages(where: Conditions, stages: readonly string[] | undefined): void {
  if (stages === undefined) return;
  where.sql.push(inList('stage', stages));
  where.parameters.push(...stages);
}

/** Deposits of the reserved account that were not returned and are not being returned. */
const unresolved = "stage IN ('pending', 'suspended', 'below-minimum', 'unattributed')";

/** Spelled as in the index, so that SQLite uses it. */
const inProgress = "stage IN ('pending', 'suspended', 'credited')";

export function createSqlReads(run: SqlRunner): Reads {
  return {
    ...genericReads(run),
    ...customerReads(run),
    ...familyReads(run),
    ...workerReads(run),
    ...waitingReads(run),
    ...tradingReads(run),
    ...bookReads(run),
    ...dividendReads(run),
    ...backlogRead(run),
  };
}

function genericReads(run: SqlRunner): Pick<Reads, 'row' | 'rows'> {
  const rows: Reads['rows'] = (table, where) => {
    const given = Object.entries(where);
    const filter = given.map(([field]) => `${columnName(field)} = ?`).join(' AND ');
    const order = keyOf(table).map(columnName).join();
    return run.rows(
      table,
      `SELECT * FROM ${table}${filter === '' ? '' : ` WHERE ${filter}`} ORDER BY ${order}`,
      given.map(([field, value]) => run.encode(table, field, value)),
    );
  };
  return {
    rows,
    row: async (table, where) => (await rows(table, where))[0],
  };
}

function customerReads(
  run: SqlRunner,
): Pick<Reads, 'withdrawals' | 'deposits' | 'dustConversions' | 'dividendPayments'> {
  return {
    // withdrawals_by_account; withdrawals_by_order_id when looked up by the idempotency key
    withdrawals: (accountId, filter, page) => {
      const where = conditions(
        ['account_id = ?', accountId],
        ['asset = ?', filter.asset],
        ['order_id = ?', filter.orderId],
        ['applied_at >= ?', filter.from],
        ['applied_at <= ?', filter.to],
      );
      addStages(where, filter.stages);
      return timePage(run, 'withdrawals', where, ['applied_at', 'seq'], filter, page);
    },
    // deposits_by_account
    deposits: (accountId, filter, page) => {
      const where = conditions(
        ['account_id = ?', accountId],
        ['asset = ?', filter.asset],
        ['inserted_at >= ?', filter.from],
        ['inserted_at <= ?', filter.to],
      );
      addStages(where, filter.stages);
      return timePage(run, 'deposits', where, ['inserted_at', 'seq'], filter, page);
    },
    // dust_conversions_by_account
    dustConversions: async (accountId, page): Promise<Counted<Row<'dust_conversions'>>> => {
      const where = conditions(['account_id = ?', accountId]);
      const rows = await timePage(run, 'dust_conversions', where, ['at', 'tran_id'], {}, page);
      return { rows, total: await count(run, 'dust_conversions', where) };
    },
    // dividend_payments_by_account
    dividendPayments: async (accountId, filter, limit) => {
      const where = conditions(
        ['account_id = ?', accountId],
        ['asset = ?', filter.asset],
        ['at >= ?', filter.from],
        ['at <= ?', filter.to],
      );
      const rows = await timePage(run, 'dividend_payments', where, ['at', 'tran_id'], filter, {
        limit,
        offset: 0,
      });
      return { rows, total: await count(run, 'dividend_payments', where) };
    },
  };
}

/** Transfers of an account from both sides, through the index of each. */
const transfersOfAccount = `
  SELECT t.*, f.email AS from_email, r.email AS to_email
  FROM (
    SELECT * FROM sub_account_transfers WHERE from_account_id = ? AND at >= ? AND at <= ?
    UNION
    SELECT * FROM sub_account_transfers WHERE to_account_id = ? AND at >= ? AND at <= ?
  ) AS t
  JOIN accounts AS f ON f.id = t.from_account_id
  JOIN accounts AS r ON r.id = t.to_account_id
  ORDER BY t.at, t.tran_id LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`;

function familyReads(run: SqlRunner): Pick<Reads, 'accounts' | 'subAccounts' | 'subAccountTransfers'> {
  return {
    // the primary key
    accounts: ({ limit, offset }) =>
      run.rows(
        'accounts',
        'SELECT * FROM accounts WHERE id > 0 ORDER BY id LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)',
        [limit, offset],
      ),
    // accounts_by_master
    subAccounts: (masterId, filter, page) => {
      const where = conditions(
        ['master_id = ?', masterId],
        ['email = ?', filter.email],
        [
          'enabled = ?',
          filter.enabled === undefined ? undefined : run.encode('accounts', 'enabled', filter.enabled),
        ],
      );
      return run.rows(
        'accounts',
        `SELECT * FROM accounts WHERE ${where.sql.join(' AND ')} ORDER BY id LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`,
        [...where.parameters, page.limit, page.offset],
      );
    },
    // sub_account_transfers_by_sender, sub_account_transfers_by_recipient
    subAccountTransfers: (accountId, { from, to }, page) => {
      const side = [accountId, from ?? 0, to ?? Number.MAX_SAFE_INTEGER];
      return run.rows('sub_account_transfers', transfersOfAccount, [
        ...side,
        ...side,
        page.limit,
        page.offset,
      ]) as ReturnType<Reads['subAccountTransfers']>;
    },
  };
}

function workerReads(
  run: SqlRunner,
): Pick<
  Reads,
  | 'withdrawalsUnderWay'
  | 'withdrawalsOfTransactions'
  | 'attemptsOfTransactions'
  | 'isDepositAddress'
  | 'depositsInProgress'
  | 'depositsInProgressAfter'
  | 'depositsUnattributed'
  | 'depositsWithRemainder'
  | 'depositsInBlocksAbove'
  | 'depositsReorganised'
  | 'latest'
  | 'latestUnattributed'
> {
  return {
    // withdrawals_by_stage
    withdrawalsUnderWay: (stage, afterSeq, limit) =>
      run.rows(
        'withdrawals',
        `SELECT * FROM withdrawals WHERE stage = '${stage}' AND seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)`,
        [afterSeq, limit],
      ),
    // withdrawals_by_transaction
    withdrawalsOfTransactions: async (network, txIds) =>
      txIds.length === 0
        ? []
        : run.rows(
            'withdrawals',
            `SELECT * FROM withdrawals WHERE network = ? AND signed_transaction IS NOT NULL AND ${inList('tx_id', txIds)}`,
            [network, ...txIds],
          ),
    // withdrawal_attempts_by_transaction
    attemptsOfTransactions: async (network, txIds) =>
      txIds.length === 0
        ? []
        : run.rows(
            'withdrawal_attempts',
            `SELECT * FROM withdrawal_attempts WHERE network = ? AND ${inList('tx_id', txIds)}`,
            [network, ...txIds],
          ),
    // the primary key
    isDepositAddress: async (addressGroup, addressKey) => {
      const found = await run.values(
        'SELECT 1 AS found FROM deposit_addresses WHERE address_group = ? AND address_key = ? LIMIT 1',
        [addressGroup, addressKey],
      );
      return found.length > 0;
    },
    // deposits_in_progress
    depositsInProgress: (network, afterSeq, limit) =>
      run.rows(
        'deposits',
        `SELECT * FROM deposits WHERE network = ? AND ${inProgress} AND seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)`,
        [network, afterSeq, limit],
      ),
    // deposits_by_block
    depositsInBlocksAbove: (network, height, afterSeq, limit) =>
      run.rows(
        'deposits',
        'SELECT * FROM deposits WHERE network = ? AND block_height > ? AND seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)',
        [network, height, afterSeq, limit],
      ),
    // deposits_reorganised
    depositsReorganised: (afterSeq, limit) =>
      run.rows(
        'deposits',
        'SELECT * FROM deposits WHERE reorganised_at IS NOT NULL AND seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)',
        [afterSeq, limit],
      ),
    // deposits_with_remainder
    depositsWithRemainder: (afterSeq, limit) =>
      run.rows(
        'deposits',
        "SELECT * FROM deposits WHERE remainder <> '0' AND seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)",
        [afterSeq, limit],
      ),
    // deposits_unattributed
    depositsUnattributed: (stage, afterSeq, limit) =>
      run.rows(
        'deposits',
        'SELECT * FROM deposits WHERE account_id = 0 AND stage = ? AND seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)',
        [stage, afterSeq, limit],
      ),
    // deposits_in_progress
    depositsInProgressAfter: (network, afterSeq, limit) =>
      run.rows(
        'deposits',
        `SELECT * FROM deposits WHERE ${inProgress} AND (network, seq) > (?, ?) ORDER BY network, seq LIMIT CAST(? AS INTEGER)`,
        [network, afterSeq, limit],
      ),
    // deposits_by_account
    latestUnattributed: (page) => {
      const where = { sql: ['account_id = 0', unresolved], parameters: [] };
      return timePage(run, 'deposits', where, ['inserted_at', 'seq'], {}, page);
    },
    // the primary key
    latest: async (table, page, stages) => {
      const filter = stages ? ` WHERE ${inList('stage', stages)}` : '';
      const rows = await run.rows(
        table,
        `SELECT * FROM ${table}${filter} ORDER BY seq DESC LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`,
        [...(stages ?? []), page.limit, page.offset],
      );
      return [...rows].reverse();
    },
  };
}

function tradingReads(
  run: SqlRunner,
): Pick<Reads, 'tradingAccounts' | 'accountsWithIndicators' | 'orderEvents' | 'orderEventsBefore'> {
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

function dividendReads(
  run: SqlRunner,
): Pick<Reads, 'balancesOfAssetAfter' | 'dividends' | 'dividendsUnfinished' | 'dividendShares'> {
  return {
    // balances_by_asset
    balancesOfAssetAfter: (asset, accountId, limit) =>
      run.rows(
        'balances',
        'SELECT * FROM balances WHERE asset = ? AND account_id > ? ORDER BY account_id LIMIT CAST(? AS INTEGER)',
        [asset, accountId, limit],
      ),
    // the primary key
    dividends: async ({ limit, offset }) => {
      const rows = await run.rows(
        'dividends',
        "SELECT * FROM dividends WHERE state <> 'preparing' ORDER BY tran_id DESC LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)",
        [limit, offset],
      );
      return [...rows].reverse();
    },
    // dividends_unfinished
    dividendsUnfinished: () =>
      run.rows('dividends', "SELECT * FROM dividends WHERE state <> 'done' ORDER BY tran_id", []),
    // the primary key
    dividendShares: (tranId, limit) =>
      run.rows(
        'dividend_shares',
        'SELECT * FROM dividend_shares WHERE tran_id = ? ORDER BY account_id LIMIT CAST(? AS INTEGER)',
        [tranId, limit],
      ),
  };
}

function bookReads(
  run: SqlRunner,
): Pick<Reads, 'transfersAfter' | 'balancesAfter' | 'lastSeal' | 'sealsAfter'> {
  return {
    // the primary keys
    transfersAfter: (seq, limit) =>
      run.rows('transfers', 'SELECT * FROM transfers WHERE seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)', [
        seq,
        limit,
      ]),
    balancesAfter: (accountId, asset, limit) =>
      run.rows(
        'balances',
        'SELECT * FROM balances WHERE (account_id, asset) > (?, ?) ORDER BY account_id, asset LIMIT CAST(? AS INTEGER)',
        [accountId, asset, limit],
      ),
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
