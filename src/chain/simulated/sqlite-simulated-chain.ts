/**
 * Simulated chains, one for each network, in a separate SQLite file: they remember transactions across restarts of the
 * exchange, independently of its database.
 *
 * `mine` creates blocks; the first one takes all pending transactions. Broadcasts are idempotent thanks to the primary
 * key.
 */
import { DatabaseSync } from 'node:sqlite';
import type { Network } from '../../domain/catalog/network.ts';
import { storeFaultOf } from '../../store/sqlite/failure.ts';
import { makePrivateFile } from '../../store/sqlite/private-file.ts';
import type { Chain, ChainControl, IncomingOutput, OutputKey, TransactionState } from '../port.ts';
import { type AddressOwner, makeAddress } from './simulated-address.ts';
import {
  contentOf,
  incomingOf,
  outgoingOutput,
  outputOf,
  prepareTransaction,
  type StoredOutput,
  stateOf,
  transactionIdOf,
  type Whereabouts,
} from './simulated-transaction.ts';

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS heights (network TEXT PRIMARY KEY, height INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS tags (
    tag_index INTEGER PRIMARY KEY, address_group TEXT NOT NULL, account_id INTEGER NOT NULL,
    UNIQUE (address_group, account_id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS transactions (
    network TEXT NOT NULL, tx_id TEXT NOT NULL, output TEXT NOT NULL, direction TEXT NOT NULL, content TEXT NOT NULL,
    height INTEGER, failure TEXT,
    PRIMARY KEY (network, tx_id, output)
  ) STRICT;
  -- Serves mining and both ways of looking at blocks: what waits has no height and comes first.
  CREATE INDEX IF NOT EXISTS transactions_by_block ON transactions (network, height, direction) WHERE failure IS NULL;
  DROP INDEX IF EXISTS transactions_by_height;
`;

export class SqliteSimulatedChain implements Chain, ChainControl {
  readonly prepare = prepareTransaction;
  readonly #database: DatabaseSync;

  /** @param path `:memory:` for chains that are not persisted. */
  constructor(path: string) {
    try {
      makePrivateFile(path);
      this.#database = new DatabaseSync(path);
      this.#database.exec(schema);
    } catch (error) {
      throw storeFaultOf(error);
    }
  }

  async newAddress(network: Network, accountId: number) {
    return makeAddress(network, accountId, (owner) => this.#tagIndex(owner));
  }

  async broadcast(network: string, signedTransactions: readonly string[]): Promise<void> {
    const insert = this.#database.prepare(
      "INSERT OR IGNORE INTO transactions (network, tx_id, output, direction, content) VALUES (?, ?, ?, 'out', ?)",
    );
    this.#transact(() => {
      for (const signed of signedTransactions) {
        insert.run(network, transactionIdOf(signed), outgoingOutput, signed);
      }
    });
  }

  async find(network: string, txIds: readonly string[]): Promise<readonly TransactionState[]> {
    return this.#find(
      network,
      txIds.map((txId) => [txId, outgoingOutput]),
    );
  }

  async findIncoming(network: string, outputs: readonly OutputKey[]): Promise<readonly TransactionState[]> {
    return this.#find(
      network,
      outputs.map((output) => [output.txId, outputOf(output)]),
    );
  }

  async confirmedBetween(network: string, fromHeight: number, toHeight: number): Promise<readonly string[]> {
    const rows = this.#database
      .prepare(
        "SELECT tx_id FROM transactions WHERE network = ? AND height BETWEEN ? AND ? AND direction = 'out' AND failure IS NULL",
      )
      .all(network, fromHeight, toHeight) as { tx_id: string }[];
    return rows.map((row) => row.tx_id);
  }

  async incomingFrom(network: string, height: number): Promise<readonly IncomingOutput[]> {
    const rows = this.#database
      .prepare(
        `SELECT tx_id, content FROM transactions
          WHERE network = ?1 AND height IS NULL AND direction = 'in' AND failure IS NULL
        UNION ALL
        SELECT tx_id, content FROM transactions
          WHERE network = ?1 AND height >= ?2 AND direction = 'in' AND failure IS NULL`,
      )
      .all(network, height) as StoredOutput[];
    return rows.map((row) => incomingOf(network, row));
  }

  async height(network: string): Promise<number> {
    return this.#height(network);
  }

  async receive(received: IncomingOutput): Promise<IncomingOutput | null> {
    const { network, txId } = received;
    const output = outputOf(received);
    const insert = this.#database.prepare(
      `INSERT OR IGNORE INTO transactions (network, tx_id, output, direction, content)
        SELECT ?1, ?2, ?3, 'in', ?4
        WHERE NOT EXISTS (SELECT 1 FROM transactions WHERE network = ?1 AND tx_id = ?2 AND output = ?5)`,
    );
    this.#transact(() => insert.run(network, txId, output, contentOf(received), outgoingOutput));
    const stored = this.#database
      .prepare('SELECT tx_id, content FROM transactions WHERE network = ? AND tx_id = ? AND output = ?')
      .get(network, txId, output) as StoredOutput | undefined;
    return stored === undefined ? null : incomingOf(network, stored);
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
    return this.#transact(() => update.run(failure, network, txId)).changes > 0;
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

  #find(network: string, keys: readonly (readonly [txId: string, output: string])[]): TransactionState[] {
    const select = this.#database.prepare(
      'SELECT height, failure FROM transactions WHERE network = ? AND tx_id = ? AND output = ?',
    );
    const height = this.#height(network);
    return keys.map((key) => stateOf(select.get(network, ...key) as Whereabouts | undefined, height));
  }

  #height(network: string): number {
    const row = this.#database.prepare('SELECT height FROM heights WHERE network = ?').get(network);
    return (row as { height: number } | undefined)?.height ?? 0;
  }

  #tagIndex({ addressGroup, accountId }: AddressOwner): number {
    const insert = this.#database.prepare(
      'INSERT OR IGNORE INTO tags (address_group, account_id) VALUES (?, ?)',
    );
    this.#transact(() => insert.run(addressGroup, accountId));
    const row = this.#database
      .prepare('SELECT tag_index FROM tags WHERE address_group = ? AND account_id = ?')
      .get(addressGroup, accountId);
    return (row as { tag_index: number }).tag_index;
  }

  /** Runs `work` in one transaction; storage failures become StoreFaults. */
  #transact<T>(work: () => T): T {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      // If the disk is full, SQLite has rolled back already.
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw storeFaultOf(error);
    }
  }
}
