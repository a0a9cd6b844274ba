/** Describes the content of a demo world in a form that can be compared. */
import { demoWorldSetting } from '../../src/command/settings/demo-world-record.ts';
import type { Reads } from '../../src/store/reads.ts';
import type { Row, TableName } from '../../src/store/tables.ts';

type Columns = { readonly [T in TableName]?: readonly (keyof Row<T> & string)[] };

/** Omits times, generated ids and the order of rows written together. */
const described: Columns = {
  accounts: ['id', 'email', 'masterId', 'lockReason', 'lockCount'],
  api_keys: ['apiKey', 'accountId', 'demo'],
  settings: ['name', 'value'],
  assets: ['asset'],
  prices: ['asset', 'price'],
  symbols: ['symbol'],
  custody: ['asset', 'network', 'available', 'waiting'],
  balances: ['accountId', 'asset', 'wallet', 'free', 'held'],
  transfers: ['kind', 'asset', 'amount', 'debit', 'credit'],
  deposits: ['accountId', 'asset', 'network', 'amount', 'stage'],
  withdrawals: ['asset', 'amount', 'stage'],
  sub_account_transfers: ['fromAccountId', 'toAccountId', 'asset', 'amount'],
  dust_conversions: ['accountId'],
  dividend_payments: ['accountId', 'asset', 'amount', 'info'],
  order_events: ['symbol', 'outcome'],
  trading_indicators: ['accountId'],
  audit: ['actor', 'action'],
};

export async function describeWorld(reads: Reads): Promise<Record<string, readonly string[]>> {
  const tables = Object.entries(described) as [TableName, readonly string[]][];
  const lines = tables.map(async ([table, columns]) => {
    const rows = (await reads.rows(table, {})) as readonly Readonly<Record<string, unknown>>[];
    // The stored check value of the master key depends on the key.
    const lasting = rows.filter(({ name }) => table !== 'settings' || name === demoWorldSetting);
    return [table, lasting.map((row) => columns.map((column) => String(row[column])).join(' ')).sort()];
  });
  return Object.fromEntries(await Promise.all(lines));
}
