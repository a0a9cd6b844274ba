/** Reads the data of stopped or running processes as of one moment: store and chain. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { minedHeight } from '../../src/chain/simulated/sqlite-chain-database.ts';
import type { StoreLocation } from '../../src/engine/open-store.ts';
import { createClient, query } from '../../src/store/postgres/client.ts';
import { createSnapshotReads } from '../../src/store/postgres/postgres-reads.ts';
import type { Reads } from '../../src/store/reads.ts';
import { SqliteReader } from '../../src/store/sqlite/sqlite-reader.ts';
import type { Row, TableName } from '../../src/store/tables.ts';
import { databaseAt } from '../support/database-at.ts';
import { emailOf } from '../support/world.ts';

export type Outgoing = {
  readonly network: string;
  readonly txId: string;
  readonly content: string;
  readonly height: number | null;
  readonly failure: string | null;
};
type Incoming = Pick<Outgoing, 'network' | 'txId' | 'height'>;

export type Aftermath = {
  readonly withdrawals: readonly Row<'withdrawals'>[];
  readonly deposits: readonly Row<'deposits'>[];
  readonly transfers: readonly Row<'sub_account_transfers'>[];
  readonly walletTransfers: readonly Row<'wallet_transfers'>[];
  readonly conversions: readonly Row<'dust_conversions'>[];
  /** Number of transfers of a kind for a reference. */
  readonly posted: ReadonlyMap<string, number>;
  /** Units that have left custody, by asset. */
  readonly settledUnits: ReadonlyMap<string, bigint>;
  readonly outgoing: readonly Outgoing[];
  readonly incoming: readonly Incoming[];
  readonly accountOf: (name: string) => number;
};

export function readAftermath(location: StoreLocation): Promise<Aftermath> {
  return 'postgres' in location ? readPostgres(location.postgres) : readFiles(location.folder);
}

async function readFiles(dataFolder: string): Promise<Aftermath> {
  const reader = new SqliteReader(join(dataFolder, 'bursar.sqlite'));
  const chain = new DatabaseSync(join(dataFolder, 'chain.sqlite'), { readOnly: true });
  try {
    return await gather(
      reader.reads,
      chain.prepare(`SELECT *, tx_id AS "txId", ${minedHeight} AS height FROM transactions`).all(),
    );
  } finally {
    reader.close();
    chain.close();
  }
}

/** Reads store and chain at the same moment while others keep writing. */
async function readPostgres(url: string): Promise<Aftermath> {
  const client = createClient(databaseAt(url), { max: 1 });
  try {
    await query(client, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const reads = createSnapshotReads((sql, parameters) => query(client, sql, parameters));
    return await gather(
      reads,
      await query(client, 'SELECT *, tx_id AS "txId" FROM simulated_chain.transactions'),
    );
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function gather(reads: Reads, transactions: readonly object[]): Promise<Aftermath> {
  const all = <T extends TableName>(table: T) => reads.rows(table, {});
  const accounts = new Map((await all('accounts')).map((row) => [row.email, row.id]));
  const posted = new Map<string, number>();
  const settledUnits = new Map<string, bigint>();
  for (const { kind, reference, asset, amount } of await all('transfers')) {
    const key = `${kind} ${reference}`;
    posted.set(key, (posted.get(key) ?? 0) + 1);
    if (kind === 'withdrawal-settle') settledUnits.set(asset, (settledUnits.get(asset) ?? 0n) + amount);
  }
  const chain = transactions as readonly (Outgoing & { readonly direction: string })[];
  return {
    withdrawals: await all('withdrawals'),
    deposits: await all('deposits'),
    transfers: await all('sub_account_transfers'),
    walletTransfers: await all('wallet_transfers'),
    conversions: await all('dust_conversions'),
    posted,
    settledUnits,
    outgoing: chain.filter(({ direction }) => direction === 'out'),
    incoming: chain.filter(({ direction }) => direction === 'in'),
    accountOf: (name) => accounts.get(emailOf(name)) ?? 0,
  };
}
