/** The changes of a world since a snapshot: accounts, withdrawals, deposits and balances. */
import { isDeepStrictEqual } from 'node:util';
import { formatUnits } from '../../contract/decimal.ts';
import { type Catalog, scaleOf } from '../../domain/catalog/catalog.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row, TableName } from '../../store/tables.ts';

type Change = 'added' | 'changed';

type MovementChange = {
  readonly id: string;
  readonly email: string;
  readonly asset: string;
  readonly network: string;
  readonly amount: string;
  readonly change: Change;
  /** The stages; null: it did not exist. */
  readonly before: string | null;
  readonly after: string;
};

type Balance = { readonly free: string; readonly held: string };

export type WorldDiff = {
  readonly accounts: readonly { readonly email: string; readonly change: Change }[];
  readonly withdrawals: readonly MovementChange[];
  readonly deposits: readonly MovementChange[];
  readonly balances: readonly {
    readonly email: string;
    readonly asset: string;
    readonly wallet: string;
    readonly before: Balance;
    readonly after: Balance;
  }[];
  /** Number of changes that are left out. */
  readonly omitted: number;
};

/** Maximum number of changes of each kind that are listed. */
const maxListed = 1000;

type Books = Pick<Reads, 'rows'>;
type Pair<T extends TableName> = { readonly before: Row<T> | undefined; readonly after: Row<T> };

export async function diffOf(before: Books, after: Books, catalog: Catalog): Promise<WorldDiff> {
  const emails = new Map((await after.rows('accounts', {})).map(({ id, email }) => [id, email]));
  const emailOf = (accountId: number) => emails.get(accountId) ?? '';
  const text = (asset: string, units: bigint) => formatUnits(units, scaleOf(catalog, asset));
  const movement = ({ before: old, after: row }: Pair<'withdrawals'> | Pair<'deposits'>): MovementChange => ({
    id: row.id,
    email: emailOf(row.accountId),
    asset: row.asset,
    network: row.network,
    amount: text(row.asset, row.amount),
    change: changeOf(old),
    before: old?.stage ?? null,
    after: row.stage,
  });
  const balance = (asset: string, row: Row<'balances'> | undefined): Balance => ({
    free: text(asset, row?.free ?? 0n),
    held: text(asset, row?.held ?? 0n),
  });
  const accounts = await changes('accounts', before, after, ({ id }) => `${id}`);
  const withdrawals = await changes('withdrawals', before, after, ({ id }) => id);
  const deposits = await changes('deposits', before, after, ({ id }) => id);
  const balances = await changes('balances', before, after, (row) =>
    [row.accountId, row.asset, row.wallet].join(' '),
  );
  const counts = [accounts, withdrawals, deposits, balances].map(({ length }) => length);
  return {
    accounts: listed(accounts).map((each) => ({ email: each.after.email, change: changeOf(each.before) })),
    withdrawals: listed(withdrawals).map(movement),
    deposits: listed(deposits).map(movement),
    balances: listed(balances).map(({ before: old, after: row }) => ({
      email: emailOf(row.accountId),
      asset: row.asset,
      wallet: row.wallet,
      before: balance(row.asset, old),
      after: balance(row.asset, row),
    })),
    omitted: counts.reduce((sum, count) => sum + Math.max(0, count - maxListed), 0),
  };
}

const changeOf = (before: unknown): Change => (before === undefined ? 'added' : 'changed');
const listed = <T>(all: readonly T[]) => all.slice(0, maxListed);

/** Rows that were added or have changed; none of these tables loses rows. */
async function changes<T extends TableName>(
  table: T,
  before: Books,
  after: Books,
  keyOf: (row: Row<T>) => string,
): Promise<readonly Pair<T>[]> {
  const known = new Map((await before.rows(table, {})).map((row) => [keyOf(row), row]));
  const pairs = (await after.rows(table, {})).map((row) => ({ before: known.get(keyOf(row)), after: row }));
  return pairs.filter((pair) => !isDeepStrictEqual(pair.before, pair.after));
}
