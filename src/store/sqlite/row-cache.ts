/**
 * Caches the rows that nearly every command looks up, as the current transaction sees it: accounts, balances,
 * withdrawals that a worker has just read, and addresses that no account of this exchange has, with any tag. Its
 * owner reports each write, commit and rollback, and clears the cache when another connection has committed.
 */
import type { Lookup, Write } from '../port.ts';
import { RecentMap } from '../recent-map.ts';
import type { Row, TableName } from '../tables.ts';

type CachedAccount = { account?: Row<'accounts'>; readonly balances: Row<'balances'>[] };

/** Limits of one generation; there are two. */
export type RowCacheLimits = {
  readonly maxRows: number;
  readonly maxForeignAddresses: number;
  readonly maxWithdrawals: number;
};

/**
 * At 216 bytes a row (measured with 100,000 accounts of one balance each), two generations take at most 86 MB.
 * Withdrawals are cached from the time at which a worker reads a page of them to the time at which it is committed.
 */
const defaultLimits: RowCacheLimits = {
  maxRows: 200_000,
  maxForeignAddresses: 50_000,
  maxWithdrawals: 1000,
};

const cachedTables: ReadonlySet<TableName> = new Set([
  'accounts',
  'balances',
  'deposit_addresses',
  'withdrawals',
]);

type OneAddress = Pick<Row<'deposit_addresses'>, 'addressGroup' | 'addressKey'>;

const isOneAddress = (where: object): where is OneAddress =>
  'addressKey' in where && !('addressTag' in where);

/** Unique, because the name of a group contains no space. */
const addressOf = ({ addressGroup, addressKey }: OneAddress) => `${addressGroup} ${addressKey}`;

export class RowCache {
  readonly #byAccount: RecentMap<number, CachedAccount>;
  readonly #foreignAddresses: RecentMap<string, true>;
  readonly #withdrawals: RecentMap<string, Row<'withdrawals'>>;
  /** Accounts written since the last commit; a rollback invalidates their entries. */
  readonly #written = new Set<number>();
  /** Whether a write cleared the cache since the last commit; rows read after it may contain that write. */
  #wasCleared = false;

  constructor({ maxRows, maxForeignAddresses, maxWithdrawals }: RowCacheLimits = defaultLimits) {
    this.#byAccount = new RecentMap(maxRows, ({ balances }) => 1 + balances.length);
    this.#foreignAddresses = new RecentMap(maxForeignAddresses);
    this.#withdrawals = new RecentMap(maxWithdrawals);
  }

  /** @returns the row; null if it is known not to exist; undefined if it is not cached. */
  find<T extends TableName>({ table, where }: Lookup<T>): Row<T> | null | undefined {
    if (table === 'accounts') {
      const { id } = where as Partial<Row<'accounts'>>;
      return id === undefined ? undefined : (this.#byAccount.get(id)?.account as Row<T> | undefined);
    }
    if (table === 'balances') {
      const { accountId, asset, wallet } = where as Row<'balances'>;
      const balances = this.#byAccount.get(accountId)?.balances;
      return balances?.find((balance) => balance.asset === asset && balance.wallet === wallet) as
        | Row<T>
        | undefined;
    }
    if (table === 'withdrawals') {
      const { id } = where as Partial<Row<'withdrawals'>>;
      return id === undefined ? undefined : (this.#withdrawals.get(id) as Row<T> | undefined);
    }
    if (table !== 'deposit_addresses' || !isOneAddress(where)) return undefined;
    return this.#foreignAddresses.get(addressOf(where)) ? null : undefined;
  }

  /** Caches the result of a lookup for one row. */
  noteFound<T extends TableName>({ table, where }: Lookup<T>, row: Row<T> | undefined): void {
    if (row === undefined) {
      if (table === 'deposit_addresses' && isOneAddress(where))
        this.#foreignAddresses.set(addressOf(where), true);
    } else if (table === 'accounts') {
      const account = row as Row<'accounts'>;
      this.#entryOf(account.id).account = account;
    } else if (table === 'balances') this.#setBalance(row as Row<'balances'>);
  }

  /** Caches committed rows that were read outside of a transaction, because commands will look them up. */
  noteRead<T extends TableName>(table: T, rows: readonly Row<T>[]): void {
    if (table !== 'withdrawals') return;
    for (const row of rows as readonly Row<'withdrawals'>[]) this.#withdrawals.set(row.id, row);
  }

  applyWrite(write: Write, table: TableName): void {
    if ('update' in write && write.update === 'withdrawals') {
      this.#forgetWithdrawal(write.key.id);
    } else if ('put' in write && write.put === 'balances') {
      this.#written.add(write.row.accountId);
      this.#setBalance(write.row);
    } else if ('insert' in write && write.insert === 'deposit_addresses') {
      this.#foreignAddresses.delete(addressOf(write.row));
    } else if (!('insert' in write) && cachedTables.has(table)) {
      this.clear();
      this.#wasCleared = true;
    }
  }

  noteCommit(): void {
    this.#written.clear();
    this.#wasCleared = false;
  }

  noteRollback(): void {
    if (this.#wasCleared) this.clear();
    for (const accountId of this.#written) this.#byAccount.delete(accountId);
    this.noteCommit();
  }

  clear(): void {
    this.#byAccount.clear();
    this.#foreignAddresses.clear();
    this.#withdrawals.clear();
  }

  /** A command that needs the row again reads it again: a copy of it for each update would cost more. */
  #forgetWithdrawal(id: string | undefined): void {
    if (id === undefined) throw new Error('withdrawals are updated by their id');
    this.#withdrawals.delete(id);
  }

  #setBalance(row: Row<'balances'>): void {
    const { balances } = this.#entryOf(row.accountId);
    const index = balances.findIndex(
      (balance) => balance.asset === row.asset && balance.wallet === row.wallet,
    );
    if (index >= 0) {
      balances[index] = row;
      return;
    }
    balances.push(row);
    this.#byAccount.grew();
  }

  #entryOf(accountId: number): CachedAccount {
    const cached = this.#byAccount.get(accountId);
    if (cached !== undefined) return cached;
    const fresh: CachedAccount = { balances: [] };
    this.#byAccount.set(accountId, fresh);
    return fresh;
  }
}
