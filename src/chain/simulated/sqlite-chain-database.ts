/** The SQLite file of the simulated chains: its tables, the upgrades of files of earlier versions, and transactions. */
import { DatabaseSync } from 'node:sqlite';
import { storeFaultOf } from '../../store/sqlite/failure.ts';
import { openImage } from '../../store/sqlite/image.ts';
import { makePrivateFile } from '../../store/sqlite/private-file.ts';
import { WriteAheadLog } from '../../store/sqlite/write-ahead-log.ts';

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS heights (network TEXT PRIMARY KEY, height INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS reorganisations (
    network TEXT NOT NULL, number INTEGER NOT NULL, height INTEGER NOT NULL, PRIMARY KEY (network, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tags (
    tag_index INTEGER PRIMARY KEY, address_group TEXT NOT NULL, account_id INTEGER NOT NULL,
    UNIQUE (address_group, account_id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS transactions (
    network TEXT NOT NULL, tx_id TEXT NOT NULL, output TEXT NOT NULL, direction TEXT NOT NULL, content TEXT NOT NULL,
    -- Of its block. Above the height of the network: pending.
    height INTEGER NOT NULL, failure TEXT,
    PRIMARY KEY (network, tx_id, output)
  ) STRICT;
  -- Only networks that an operator has switched.
  CREATE TABLE IF NOT EXISTS network_switches (
    network TEXT PRIMARY KEY, auto INTEGER NOT NULL CHECK (auto IN (0, 1)),
    node TEXT NOT NULL CHECK (node IN ('up', 'not-done', 'unknown'))
  ) STRICT, WITHOUT ROWID;
  -- Transactions that no block takes; those that were sent or received have the height \`heldHeight\`.
  CREATE TABLE IF NOT EXISTS held_transactions (
    network TEXT NOT NULL, tx_id TEXT NOT NULL, PRIMARY KEY (network, tx_id)
  ) STRICT, WITHOUT ROWID;
  -- The direction comes before the height, so that looking for incoming outputs passes over no outgoing transaction.
  CREATE INDEX IF NOT EXISTS transactions_by_direction ON transactions (network, direction, height) WHERE failure IS NULL;
  DROP INDEX IF EXISTS transactions_by_height;
  DROP INDEX IF EXISTS transactions_by_block;
`;

/** Above every height that a network reaches. */
export const heldHeight = 9_000_000_000_000_000;

/** Whether no block takes a transaction. */
export const isHeld = `EXISTS (
  SELECT 1 FROM held_transactions AS held WHERE held.network = transactions.network AND held.tx_id = transactions.tx_id)`;

const top = 'coalesce((SELECT height FROM heights WHERE heights.network = transactions.network), 0)';
/** The height of a transaction's block; NULL if the transaction is pending or has failed. */
export const minedHeight = `CASE WHEN failure IS NULL AND height <= ${top} THEN height END`;
/** Applied in this order; `user_version` counts those that a file has. */
const upgrades = [
  // Files of earlier versions store pending transactions without a height.
  `UPDATE transactions SET height = ${top} + 1 WHERE height IS NULL`,
  // 1 if the chain has refused to drop the transaction, because it was in a block.
  'ALTER TABLE transactions ADD COLUMN drop_refused INTEGER',
];

/** 256 MB, a fallback: the checkpointer normally copies the log earlier, on its own thread. */
const defaultCopyFromPages = 64_000;

/** `image`: the initial content of chains that are not persisted. */
export type ChainDatabaseOptions = {
  readonly copyFromPages?: number | undefined;
  readonly image?: Uint8Array | undefined;
};

/**
 * @param path `:memory:` for chains that are not persisted.
 * @param options `copyFromPages`: the commit after which the write-ahead log has this many pages copies it to the file.
 * @throws StoreFault if the file cannot be opened.
 */
export function openChainDatabase(
  path: string,
  { copyFromPages = defaultCopyFromPages, image }: ChainDatabaseOptions = {},
): {
  readonly database: DatabaseSync;
  readonly log: WriteAheadLog;
} {
  try {
    makePrivateFile(path);
    const database = image === undefined ? new DatabaseSync(path, { timeout: 5000 }) : openImage(image);
    if (image !== undefined) database.exec('PRAGMA cache_size = -100');
    database.exec(schema);
    database.exec(`PRAGMA wal_autocheckpoint = ${copyFromPages}`);
    upgrade(database);
    return { database, log: new WriteAheadLog(path, database) };
  } catch (error) {
    throw storeFaultOf(error);
  }
}

/** The number of upgrades that a database has. */
export function chainDatabaseVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

function upgrade(database: DatabaseSync): void {
  const done = chainDatabaseVersion(database);
  for (const [index, sql] of upgrades.entries()) {
    if (index >= done) database.exec(`BEGIN; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

/** Runs `work` in one transaction; storage failures become StoreFaults. */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  try {
    database.exec('BEGIN IMMEDIATE');
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // If the disk is full, SQLite has rolled back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw storeFaultOf(error);
  }
}
