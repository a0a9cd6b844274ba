/** The data as a process left them: books and chain, read from their files. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteReader } from '../../src/store/sqlite/sqlite-reader.ts';
import type { Row, TableName } from '../../src/store/tables.ts';
import { houseEmail } from '../support/house.ts';

export type Outgoing = {
  readonly network: string;
  readonly tx_id: string;
  readonly content: string;
  readonly height: number | null;
  readonly failure: string | null;
};
type Incoming = Pick<Outgoing, 'network' | 'tx_id' | 'height'>;

export type Aftermath = {
  readonly withdrawals: readonly Row<'withdrawals'>[];
  readonly deposits: readonly Row<'deposits'>[];
  readonly transfers: readonly Row<'sub_account_transfers'>[];
  readonly conversions: readonly Row<'dust_conversions'>[];
  /** How many transfers of a kind stand in the books for a reference. */
  readonly posted: ReadonlyMap<string, number>;
  readonly outgoing: readonly Outgoing[];
  readonly incoming: readonly Incoming[];
  readonly accountOf: (name: string) => number;
};

export async function readAftermath(dataFolder: string): Promise<Aftermath> {
  const reader = new SqliteReader(join(dataFolder, 'bursar.sqlite'));
  const chain = new DatabaseSync(join(dataFolder, 'chain.sqlite'), { readOnly: true });
  try {
    const all = <T extends TableName>(table: T) => reader.reads.rows(table, {});
    const accounts = new Map((await all('accounts')).map((row) => [row.email, row.id]));
    const posted = new Map<string, number>();
    for (const { kind, reference } of await all('transfers')) {
      const key = `${kind} ${reference}`;
      posted.set(key, (posted.get(key) ?? 0) + 1);
    }
    const transactions = (direction: string) =>
      chain.prepare('SELECT * FROM transactions WHERE direction = ?').all(direction);
    return {
      withdrawals: await all('withdrawals'),
      deposits: await all('deposits'),
      transfers: await all('sub_account_transfers'),
      conversions: await all('dust_conversions'),
      posted,
      outgoing: transactions('out') as Outgoing[],
      incoming: transactions('in') as Incoming[],
      accountOf: (name) => accounts.get(houseEmail(name)) ?? 0,
    };
  } finally {
    reader.close();
    chain.close();
  }
}
