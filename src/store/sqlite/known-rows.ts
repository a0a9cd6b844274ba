/**
 * What nearly every command asks for, as it stands inside the transaction: accounts, balances, and that an address is
 * none of this exchange's, whatever the tag. Whoever keeps it tells of each write and of each rollback, and forgets all when somebody else
 * has written.
 */
import type { Lookup, Write } from '../port.ts';
import type { Row, TableName } from '../tables.ts';

type Known = { account?: Row<'accounts'>; readonly balances: Row<'balances'>[] };

/** Beyond it all are forgotten, and read again as they are asked for. */
const mostAccounts = 20_000;
const mostForeignAddresses = 20_000;

const kept: ReadonlySet<TableName> = new Set(['accounts', 'balances', 'deposit_addresses']);

type OneAddress = Pick<Row<'deposit_addresses'>, 'address_group' | 'address_key'>;

const isOneAddress = (where: object): where is OneAddress =>
  'address_key' in where && !('address_tag' in where);

/** One text for each: a group has no space in its name. */
const addressOf = ({ address_group, address_key }: OneAddress) => `${address_group} ${address_key}`;

export class KnownRows {
  readonly #byAccount = new Map<number, Known>();
  readonly #foreignAddresses = new Set<string>();

  /** `null`: there is no such row. `undefined`: nothing is known. */
  find<T extends TableName>({ table, where }: Lookup<T>): Row<T> | null | undefined {
    if (table === 'accounts') {
      const { id } = where as Partial<Row<'accounts'>>;
      return id === undefined ? undefined : (this.#byAccount.get(id)?.account as Row<T> | undefined);
    }
    if (table === 'balances') {
      const { account_id, asset } = where as Row<'balances'>;
      const balances = this.#byAccount.get(account_id)?.balances;
      return balances?.find((balance) => balance.asset === asset) as Row<T> | undefined;
    }
    if (table !== 'deposit_addresses' || !isOneAddress(where)) return undefined;
    return this.#foreignAddresses.has(addressOf(where)) ? null : undefined;
  }

  /** What came of a lookup of one row. */
  note<T extends TableName>({ table, where }: Lookup<T>, row: Row<T> | undefined): void {
    if (row === undefined) this.#noteAbsent(table, where);
    else if (table === 'accounts')
      this.#knownOf((row as Row<'accounts'>).id).account = row as Row<'accounts'>;
    else if (table === 'balances') this.#noteBalance(row as Row<'balances'>);
  }

  noteWrite(write: Write, table: TableName): void {
    if ('put' in write && write.put === 'balances') this.#noteBalance(write.row);
    else if ('insert' in write && write.insert === 'deposit_addresses') {
      this.#foreignAddresses.delete(addressOf(write.row));
    } else if (!('insert' in write) && kept.has(table)) this.clear();
  }

  clear(): void {
    this.#byAccount.clear();
    this.#foreignAddresses.clear();
  }

  #noteAbsent(table: TableName, where: object): void {
    if (table !== 'deposit_addresses' || !isOneAddress(where)) return;
    if (this.#foreignAddresses.size >= mostForeignAddresses) this.#foreignAddresses.clear();
    this.#foreignAddresses.add(addressOf(where));
  }

  #noteBalance(row: Row<'balances'>): void {
    const { balances } = this.#knownOf(row.account_id);
    const index = balances.findIndex((balance) => balance.asset === row.asset);
    if (index < 0) balances.push(row);
    else balances[index] = row;
  }

  #knownOf(accountId: number): Known {
    const known = this.#byAccount.get(accountId);
    if (known !== undefined) return known;
    if (this.#byAccount.size >= mostAccounts) this.#byAccount.clear();
    const fresh: Known = { balances: [] };
    this.#byAccount.set(accountId, fresh);
    return fresh;
  }
}
