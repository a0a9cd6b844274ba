/**
 * Simulated chains, one for each network, in a separate SQLite file: they remember transactions across restarts of the
 * exchange, independently of its database.
 *
 * `mine` creates blocks; the first one takes all pending transactions. A transaction is stored with the height of its
 * block from the beginning, so mining only raises the height of the network, however many transactions are pending.
 * Broadcasts are idempotent thanks to the primary key.
 */
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import type { Network } from '../../domain/catalog/network.ts';
import type { WriteAheadLog } from '../../store/sqlite/write-ahead-log.ts';
import type { ChainPosition, IncomingOutput, OutputKey, TransactionState } from '../port.ts';
import { type AddressOwner, makeAddress } from './simulated-address.ts';
import type { SimulatedChains } from './simulated-chains.ts';
import { positionSince, type Reorganisation } from './simulated-position.ts';
import {
  contentOf,
  droppedFailure,
  incomingOf,
  outgoingOutput,
  outputOf,
  readTransaction,
  replacedFailure,
  type StoredOutput,
  type StoredState,
  stateOf,
} from './simulated-transaction.ts';
import { heldHeight, minedHeight, openChainDatabase, transact } from './sqlite-chain-database.ts';

const isHeld = `direction = 'out' AND EXISTS (
  SELECT 1 FROM held_transactions AS held WHERE held.network = transactions.network AND held.tx_id = transactions.tx_id)`;

/** Number of ids read before other tasks run: about 1 ms. */
const idsAtOnce = 1000;

export class SqliteSimulatedChain implements SimulatedChains {
  readonly log: WriteAheadLog;
  readonly #database: DatabaseSync;

  /** @param copyFromPages see `openChainDatabase`. */
  constructor(path: string, copyFromPages?: number) {
    const { database, log } = openChainDatabase(path, copyFromPages);
    this.#database = database;
    this.log = log;
  }

  async newAddress(network: Network, accountId: number) {
    return makeAddress(network, accountId, (owner) => this.#tagIndex(owner));
  }

  async broadcast(network: string, signedTransactions: readonly string[]): Promise<void> {
    const insert = this.#database.prepare(
      `INSERT OR IGNORE INTO transactions (network, tx_id, output, direction, content, height)
        VALUES (?1, ?2, ?3, 'out', ?4,
          CASE WHEN EXISTS (SELECT 1 FROM held_transactions WHERE network = ?1 AND tx_id = ?2) THEN ${heldHeight} ELSE ?5 END)`,
    );
    transact(this.#database, () => {
      const next = this.#height(network) + 1;
      for (const signed of signedTransactions) {
        const { txId, replaces } = readTransaction(signed);
        if (replaces.length > 0) this.#replace(network, txId, signed, replaces);
        else insert.run(network, txId, outgoingOutput, signed, next);
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
    const nextBlock = this.#database.prepare(
      `SELECT min(height) AS height FROM transactions
        WHERE network = ? AND direction = 'out' AND height BETWEEN ? AND ? AND failure IS NULL`,
    );
    const last = Math.min(toHeight, this.#height(network));
    const txIds: string[] = [];
    for (let from = fromHeight; ; from += 1) {
      const found = nextBlock.get(network, from, last) as { readonly height: number | null };
      if (found.height === null) return txIds;
      from = found.height;
      for await (const page of this.#confirmedAt(network, from)) txIds.push(...page);
    }
  }

  async *#confirmedAt(network: string, height: number): AsyncGenerator<readonly string[]> {
    const select = this.#database.prepare(
      `SELECT rowid AS key, tx_id FROM transactions
        WHERE network = ? AND height = ? AND direction = 'out' AND failure IS NULL AND rowid > ?
        ORDER BY rowid LIMIT ${idsAtOnce}`,
    );
    for (let after = 0; ; await turn()) {
      const rows = select.all(network, height, after) as { readonly key: number; readonly tx_id: string }[];
      yield rows.map((row) => row.tx_id);
      if (rows.length < idsAtOnce) return;
      after = rows.at(-1)?.key ?? after;
    }
  }

  async incomingFrom(network: string, height: number): Promise<readonly IncomingOutput[]> {
    const rows = this.#database
      .prepare(
        `SELECT tx_id, content FROM transactions
          WHERE network = ? AND height >= ? AND direction = 'in' AND failure IS NULL`,
      )
      .all(network, Math.min(height, this.#height(network) + 1)) as StoredOutput[];
    return rows.map((row) => incomingOf(network, row));
  }

  async positionSince(network: string, position: string | null): Promise<ChainPosition> {
    return positionSince(position, this.#height(network), this.#reorganisations(network));
  }

  async height(network: string): Promise<number> {
    return this.#height(network);
  }

  async receive(received: IncomingOutput): Promise<IncomingOutput | null> {
    const { network, txId } = received;
    const output = outputOf(received);
    const insert = this.#database.prepare(
      `INSERT INTO transactions (network, tx_id, output, direction, content, height)
        SELECT ?1, ?2, ?3, 'in', ?4, ?6
        WHERE NOT EXISTS (SELECT 1 FROM transactions WHERE network = ?1 AND tx_id = ?2 AND output = ?5)
        ON CONFLICT DO UPDATE SET failure = NULL, height = excluded.height
          WHERE transactions.failure = '${droppedFailure}' AND transactions.content = excluded.content`,
    );
    transact(this.#database, () =>
      insert.run(network, txId, output, contentOf(received), outgoingOutput, this.#height(network) + 1),
    );
    const stored = this.#database
      .prepare('SELECT tx_id, content FROM transactions WHERE network = ? AND tx_id = ? AND output = ?')
      .get(network, txId, output) as StoredOutput | undefined;
    return stored === undefined ? null : incomingOf(network, stored);
  }

  async mine(network: string, count: number): Promise<number> {
    return transact(this.#database, () => {
      const height = this.#height(network) + count;
      this.#database
        .prepare('INSERT INTO heights VALUES (?, ?) ON CONFLICT DO UPDATE SET height = excluded.height')
        .run(network, height);
      return height;
    });
  }

  async failTransaction(network: string, txId: string, failure: string): Promise<boolean> {
    const update = this.#database.prepare(
      `UPDATE transactions
        SET failure = CASE WHEN ${minedHeight} IS NULL AND drop_refused IS NULL THEN coalesce(failure, ?) ELSE failure END,
          drop_refused = CASE WHEN ${minedHeight} IS NULL THEN drop_refused ELSE 1 END
        WHERE network = ? AND tx_id = ? RETURNING failure`,
    );
    const rows = transact(this.#database, () => update.all(failure, network, txId));
    return rows.length > 0 && rows.every((row) => row.failure !== null);
  }

  async holdTransaction(network: string, txId: string): Promise<void> {
    const insert = this.#database.prepare('INSERT OR IGNORE INTO held_transactions VALUES (?, ?)');
    const update = this.#database.prepare(
      `UPDATE transactions SET height = ${heldHeight}
        WHERE network = ? AND tx_id = ? AND output = ? AND height > ? AND failure IS NULL`,
    );
    transact(this.#database, () => {
      insert.run(network, txId);
      update.run(network, txId, outgoingOutput, this.#height(network));
    });
  }

  async releaseTransaction(network: string, txId: string): Promise<void> {
    const remove = this.#database.prepare('DELETE FROM held_transactions WHERE network = ? AND tx_id = ?');
    const update = this.#database.prepare(
      `UPDATE transactions SET height = ?
        WHERE network = ? AND tx_id = ? AND output = ? AND height = ${heldHeight}`,
    );
    transact(this.#database, () => {
      remove.run(network, txId);
      update.run(this.#height(network) + 1, network, txId, outgoingOutput);
    });
  }

  async reorganise(network: string, count: number, drop: boolean): Promise<number | null> {
    return transact(this.#database, () => {
      const top = this.#height(network);
      const height = top - count;
      if (height < 0) return null;
      const inBlocks = 'network = ? AND height > ? AND height <= ? AND failure IS NULL';
      if (drop) {
        this.#database
          .prepare(`UPDATE transactions SET failure = ? WHERE direction = 'in' AND ${inBlocks}`)
          .run(droppedFailure, network, height, top);
      }
      this.#database
        .prepare(
          `UPDATE transactions SET height = CASE WHEN ${isHeld} THEN ${heldHeight} ELSE ? END
            WHERE network = ? AND direction IN ('in', 'out') AND height > ? AND failure IS NULL`,
        )
        .run(height + 1, network, height);
      this.#database.prepare('UPDATE heights SET height = ? WHERE network = ?').run(height, network);
      const number = Math.max(0, ...this.#reorganisations(network).map((each) => each.number)) + 1;
      this.#database.prepare('INSERT INTO reorganisations VALUES (?, ?, ?)').run(network, number, height);
      return height;
    });
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

  /**
   * Sends a transaction that takes the place of others: those that wait for a block fail, also when they are sent only
   * later. If one of them is in a block, the new one fails.
   */
  #replace(network: string, txId: string, signed: string, replaces: readonly string[]): void {
    const height = this.#height(network);
    const place = [network, txId, outgoingOutput] as const;
    const known = this.#database.prepare(
      `SELECT height, failure FROM transactions WHERE network = ? AND tx_id = ? AND output = ?`,
    );
    if (known.get(...place) !== undefined) return;
    const insert = this.#database.prepare(
      `INSERT INTO transactions (network, tx_id, output, direction, content, height, failure)
        VALUES (?, ?, ?, 'out', ?, ?, ?)
        ON CONFLICT DO UPDATE SET failure = excluded.failure
          WHERE transactions.failure IS NULL AND transactions.height >= excluded.height`,
    );
    let isReplacedMined = false;
    for (const old of replaces) {
      insert.run(network, old, outgoingOutput, '', height + 1, replacedFailure);
      const { failure } = known.get(network, old, outgoingOutput) as StoredState;
      isReplacedMined ||= failure === null;
    }
    insert.run(...place, signed, height + 1, isReplacedMined ? replacedFailure : null);
  }

  #find(network: string, keys: readonly (readonly [txId: string, output: string])[]): TransactionState[] {
    const select = this.#database.prepare(
      `SELECT ${minedHeight} AS height, failure FROM transactions WHERE network = ? AND tx_id = ? AND output = ?`,
    );
    const height = this.#height(network);
    return keys.map((key) => stateOf(select.get(network, ...key) as StoredState | undefined, height));
  }

  #reorganisations(network: string): readonly Reorganisation[] {
    return this.#database
      .prepare('SELECT number, height FROM reorganisations WHERE network = ?')
      .all(network) as Reorganisation[];
  }

  #height(network: string): number {
    const row = this.#database.prepare('SELECT height FROM heights WHERE network = ?').get(network);
    return (row as { height: number } | undefined)?.height ?? 0;
  }

  #tagIndex({ addressGroup, accountId }: AddressOwner): number {
    const insert = this.#database.prepare(
      'INSERT OR IGNORE INTO tags (address_group, account_id) VALUES (?, ?)',
    );
    transact(this.#database, () => insert.run(addressGroup, accountId));
    const row = this.#database
      .prepare('SELECT tag_index FROM tags WHERE address_group = ? AND account_id = ?')
      .get(addressGroup, accountId);
    return (row as { tag_index: number }).tag_index;
  }
}
