/**
 * Simulated chains, one for each network, in an SQLite file of their own: what was sent to them they remember across
 * restarts of the exchange, independently of its books.
 *
 * Blocks come when `mine` is called; every waiting transaction goes into the next one. The same transaction sent again
 * is the same transaction: the primary key sees to it.
 */
import { DatabaseSync } from 'node:sqlite';
import type { AddressFormat } from '../../domain/address/address.ts';
import { storeFaultOf } from '../../store/sqlite/failure.ts';
import { makePrivateFile } from '../../store/sqlite/private-file.ts';
import type { Chain, ChainControl, IncomingTransaction, TransactionState } from '../port.ts';
import { type AddressOwner, makeAddress } from './simulated-address.ts';
import {
  contentOf,
  incomingOf,
  prepareTransaction,
  type StoredTransaction,
  stateOf,
  transactionIdOf,
  type Whereabouts,
} from './simulated-transaction.ts';

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS heights (network TEXT PRIMARY KEY, height INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tags (
    tag_index INTEGER PRIMARY KEY, network TEXT NOT NULL, account_id INTEGER NOT NULL, asset TEXT NOT NULL,
    UNIQUE (network, account_id, asset)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS transactions (
    network TEXT NOT NULL, tx_id TEXT NOT NULL, direction TEXT NOT NULL, content TEXT NOT NULL,
    height INTEGER, failure TEXT,
    PRIMARY KEY (network, tx_id)
  ) STRICT;
  -- Serves mining and both ways of looking at blocks: what waits has no height and comes first.
  CREATE INDEX IF NOT EXISTS transactions_by_block ON transactions (network, height, direction) WHERE failure IS NULL;
  DROP INDEX IF EXISTS transactions_by_height;
`;

export class SqliteSimulatedChain implements Chain, ChainControl {
  readonly prepare = prepareTransaction;
  readonly #database: DatabaseSync;

  /** `:memory:` for chains that forget. */
  constructor(path: string) {
    try {
      makePrivateFile(path);
      this.#database = new DatabaseSync(path);
      this.#database.exec(schema);
    } catch (error) {
      throw storeFaultOf(error);
    }
  }

  async newAddress(network: string, format: AddressFormat, accountId: number, asset: string) {
    return makeAddress(format, { network, accountId, asset }, (owner) => this.#tagIndex(owner));
  }

  async broadcast(network: string, signedTransactions: readonly string[]): Promise<void> {
    const insert = this.#database.prepare(
      "INSERT OR IGNORE INTO transactions (network, tx_id, direction, content) VALUES (?, ?, 'out', ?)",
    );
    this.#transact(() => {
      for (const signed of signedTransactions) insert.run(network, transactionIdOf(signed), signed);
    });
  }

  async find(network: string, txIds: readonly string[]): Promise<readonly TransactionState[]> {
    const select = this.#database.prepare(
      'SELECT height, failure FROM transactions WHERE network = ? AND tx_id = ?',
    );
    const height = this.#height(network);
    return txIds.map((txId) => stateOf(select.get(network, txId) as Whereabouts | undefined, height));
  }

  async confirmedBetween(network: string, fromHeight: number, toHeight: number): Promise<readonly string[]> {
    const rows = this.#database
      .prepare(
        "SELECT tx_id FROM transactions WHERE network = ? AND height BETWEEN ? AND ? AND direction = 'out' AND failure IS NULL",
      )
      .all(network, fromHeight, toHeight) as { tx_id: string }[];
    return rows.map((row) => row.tx_id);
  }

  async incomingFrom(network: string, height: number): Promise<readonly IncomingTransaction[]> {
    const rows = this.#database
      .prepare(
        `SELECT tx_id, content FROM transactions
          WHERE network = ?1 AND height IS NULL AND direction = 'in' AND failure IS NULL
        UNION ALL
        SELECT tx_id, content FROM transactions
          WHERE network = ?1 AND height >= ?2 AND direction = 'in' AND failure IS NULL`,
      )
      .all(network, height) as StoredTransaction[];
    return rows.map((row) => incomingOf(network, row));
  }

  async height(network: string): Promise<number> {
    return this.#height(network);
  }

  async receive(transaction: IncomingTransaction): Promise<boolean> {
    const { network, txId } = transaction;
    const content = contentOf(transaction);
    const insert = this.#database.prepare(
      "INSERT OR IGNORE INTO transactions (network, tx_id, direction, content) VALUES (?, ?, 'in', ?)",
    );
    this.#transact(() => insert.run(network, txId, content));
    const stored = this.#database
      .prepare("SELECT content FROM transactions WHERE network = ? AND tx_id = ? AND direction = 'in'")
      .get(network, txId) as { content: string } | undefined;
    return stored?.content === content;
  }

  async mine(network: string, count: number): Promise<number> {
    return this.#transact(() => {
      const first = this.#height(network) + 1;
      const height = first + count - 1;
      this.#database
        .prepare(
          'UPDATE transactions SET height = ? WHERE network = ? AND height IS NULL AND failure IS NULL',
        )
        .run(first, network);
      this.#database
        .prepare('INSERT INTO heights VALUES (?, ?) ON CONFLICT DO UPDATE SET height = excluded.height')
        .run(network, height);
      return height;
    });
  }

  async failTransaction(network: string, txId: string, failure: string): Promise<boolean> {
    const update = this.#database.prepare(
      'UPDATE transactions SET failure = ? WHERE network = ? AND tx_id = ? AND height IS NULL',
    );
    return this.#transact(() => update.run(failure, network, txId)).changes === 1;
  }

  async heights() {
    return this.#database.prepare('SELECT network, height FROM heights ORDER BY network').all() as {
      network: string;
      height: number;
    }[];
  }

  close(): void {
    this.#database.close();
  }

  #height(network: string): number {
    const row = this.#database.prepare('SELECT height FROM heights WHERE network = ?').get(network);
    return (row as { height: number } | undefined)?.height ?? 0;
  }

  #tagIndex({ network, accountId, asset }: AddressOwner): number {
    const insert = this.#database.prepare(
      'INSERT OR IGNORE INTO tags (network, account_id, asset) VALUES (?, ?, ?)',
    );
    this.#transact(() => insert.run(network, accountId, asset));
    const row = this.#database
      .prepare('SELECT tag_index FROM tags WHERE network = ? AND account_id = ? AND asset = ?')
      .get(network, accountId, asset);
    return (row as { tag_index: number }).tag_index;
  }

  /** Whole or not at all; a fault of the machine is told as such. */
  #transact<T>(work: () => T): T {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // When there is no room, SQLite has taken it back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw storeFaultOf(error);
    }
  }
}
