/**
 * The rows that nearly every command asks for, accounts and balances, as they stand inside the transaction. Whoever
 * keeps them tells of each write and of each rollback, and forgets them when somebody else has written.
 */
import type { Lookup, Write } from '../port.ts';
import type { Row, TableName } from '../tables.ts';

type Known = { account?: Row<'accounts'>; readonly balances: Row<'balances'>[] };

/** Beyond it all are forgotten, and read again as they are asked for. */
const mostAccounts = 20_000;

export class KnownRows {
  readonly #byAccount = new Map<number, Known>();

  find<T extends TableName>({ table, where }: Lookup<T>): Row<T> | undefined {
    if (table === 'accounts') {
      const { id } = where as Partial<Row<'accounts'>>;
      return id === undefined ? undefined : (this.#byAccount.get(id)?.account as Row<T> | undefined);
    }
    if (table !== 'balances') return undefined;
    const { account_id, asset } = where as Row<'balances'>;
    const balances = this.#byAccount.get(account_id)?.balances;
    return balances?.find((balance) => balance.asset === asset) as Row<T> | undefined;
  }

  /** What was found by a lookup of one row. */
  note<T extends TableName>(table: T, row: Row<T>): void {
    if (table === 'accounts') this.#knownOf((row as Row<'accounts'>).id).account = row as Row<'accounts'>;
    else if (table === 'balances') this.#noteBalance(row as Row<'balances'>);
  }

  noteWrite(write: Write): void {
    if ('put' in write && write.put === 'balances') this.#noteBalance(write.row);
    else if ('update' in write && (write.update === 'accounts' || write.update === 'balances')) this.clear();
    else if ('delete' in write && (write.delete === 'accounts' || write.delete === 'balances')) this.clear();
  }

  clear(): void {
    this.#byAccount.clear();
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
    if (this.#byAccount.size >= mostAccounts) this.clear();
    const fresh: Known = { balances: [] };
    this.#byAccount.set(accountId, fresh);
    return fresh;
  }
}
