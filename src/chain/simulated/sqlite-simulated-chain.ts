/**
 * Simulated chains, one for each network, in a separate SQLite file: they remember transactions across restarts of the
 * exchange, independently of its database.
 *
 * `mine` creates blocks; the first one takes all pending transactions. A transaction is stored with the height of its
 * block from the beginning, so mining only raises the height of the network, however many transactions are pending.
 * Broadcasts are idempotent thanks to the primary key.
 */
import { onlyRow, selected, selectedRow } from '../../boundary/selected.ts';
import type { Network } from '../../domain/catalog/network.ts';
import { imageOf } from '../../store/sqlite/image.ts';
import type { WriteAheadLog } from '../../store/sqlite/write-ahead-log.ts';
import type { ChainSwitches, DroppedTransactions, IncomingOutput } from '../port.ts';
import { type AddressOwner, makeAddress } from './simulated-address.ts';
import type { SimulatedChains } from './simulated-chains.ts';
import {
  contentOf,
  directionsOf,
  droppedFailure,
  droppedFailures,
  dropWhenSent,
  failureFor,
  incomingOf,
  isDropped,
  outgoingOutput,
  outputOf,
  readTransaction,
  replacedFailure,
  type StoredOutput,
  type StoredState,
} from './simulated-transaction.ts';
import {
  type ChainDatabaseOptions,
  heldHeight,
  isHeld,
  minedHeight,
  openChainDatabase,
  transact,
} from './sqlite-chain-database.ts';
import { SqliteChainReads } from './sqlite-chain-reads.ts';

/** The height of a new transaction ?2 of the network ?1: ?5, that of the next block, or `heldHeight` if it is held. */
const firstHeight = `CASE WHEN EXISTS (SELECT 1 FROM held_transactions WHERE network = ?1 AND tx_id = ?2)
  THEN ${heldHeight} ELSE ?5 END`;

/** Parameters: network, transaction, output, content, next height, failure. */
const sendSql = `INSERT INTO transactions (network, tx_id, output, direction, content, height, failure)
  VALUES (?1, ?2, ?3, 'out', ?4, ${firstHeight}, ?6)
  ON CONFLICT DO UPDATE SET content = excluded.content, height = excluded.height,
    failure = CASE WHEN failure = '${dropWhenSent}' THEN '${droppedFailure}' ELSE excluded.failure END
  WHERE transactions.failure IN ${droppedFailures}`;

export class SqliteSimulatedChain extends SqliteChainReads implements SimulatedChains {
  readonly log: WriteAheadLog;

  constructor(path: string, options: ChainDatabaseOptions = {}) {
    const { database, log } = openChainDatabase(path, options);
    super(database);
    this.log = log;
  }

  /** The chains as of now. */
  image(): Uint8Array {
    return imageOf(this.database);
  }

  async newAddress(network: Network, accountId: number) {
    return makeAddress(network, accountId, (owner) => this.#tagIndex(owner));
  }

  async broadcast(network: string, signedTransactions: readonly string[]): Promise<void> {
    const insert = this.database.prepare(sendSql);
    transact(this.database, () => {
      const next = this.heightOf(network) + 1;
      for (const signed of signedTransactions) {
        const { txId, replaces } = readTransaction(signed);
        if (replaces.length > 0) this.#replace(network, txId, signed, replaces);
        else insert.run(network, txId, outgoingOutput, signed, next, null);
      }
    });
  }

  async receive(received: IncomingOutput): Promise<IncomingOutput | null> {
    const { network, txId } = received;
    const output = outputOf(received);
    const insert = this.database.prepare(
      `INSERT INTO transactions (network, tx_id, output, direction, content, height)
        SELECT ?1, ?2, ?3, 'in', ?4, ${firstHeight}
        WHERE NOT EXISTS (SELECT 1 FROM transactions WHERE network = ?1 AND tx_id = ?2 AND output = ?6)
        ON CONFLICT DO UPDATE SET failure = NULL, height = excluded.height
          WHERE transactions.failure = '${droppedFailure}' AND transactions.content = excluded.content`,
    );
    transact(this.database, () =>
      insert.run(network, txId, output, contentOf(received), this.heightOf(network) + 1, outgoingOutput),
    );
    const stored = selectedRow<StoredOutput>(
      this.database
        .prepare('SELECT tx_id, content FROM transactions WHERE network = ? AND tx_id = ? AND output = ?')
        .get(network, txId, output),
    );
    return stored === undefined ? null : incomingOf(network, stored);
  }

  async mine(network: string, count: number): Promise<number> {
    await this.mineAll(new Map([[network, count]]));
    return this.heightOf(network);
  }

  async mineAll(counts: ReadonlyMap<string, number>): Promise<void> {
    const raise = this.database.prepare(
      'INSERT INTO heights VALUES (?, ?) ON CONFLICT DO UPDATE SET height = height + excluded.height',
    );
    transact(this.database, () => {
      for (const [network, count] of counts) raise.run(network, count);
    });
  }

  async failTransaction(network: string, txId: string, failure: string): Promise<boolean> {
    // A mined transaction never fails, even if a reorganisation makes it pending again.
    const update = this.database.prepare(
      `UPDATE transactions
        SET failure = CASE WHEN ${minedHeight} IS NOT NULL OR drop_refused IS NOT NULL THEN failure
            WHEN failure IS NULL OR failure IN ${droppedFailures} THEN ? ELSE failure END,
          drop_refused = CASE WHEN ${minedHeight} IS NULL THEN drop_refused ELSE 1 END
        WHERE network = ? AND tx_id = ? RETURNING failure`,
    );
    const rows = selected<StoredState>(
      transact(this.database, () => update.all(failureFor(failure), network, txId)),
    );
    return rows.length > 0 && rows.every((row) => row.failure !== null && !isDropped(row.failure));
  }

  async dropTransaction(network: string, txId: string): Promise<boolean> {
    const update = this.database.prepare(
      `UPDATE transactions SET failure = '${droppedFailure}'
        WHERE network = ? AND tx_id = ? AND failure IS NULL AND height > ?`,
    );
    const insert = this.database.prepare(
      `INSERT INTO transactions (network, tx_id, output, direction, content, height, failure)
        SELECT ?1, ?2, ?3, 'out', '', ?4, '${dropWhenSent}'
        WHERE NOT EXISTS (SELECT 1 FROM transactions WHERE network = ?1 AND tx_id = ?2)`,
    );
    const select = this.database.prepare('SELECT failure FROM transactions WHERE network = ? AND tx_id = ?');
    return transact(this.database, () => {
      const height = this.heightOf(network);
      update.run(network, txId, height);
      insert.run(network, txId, outgoingOutput, height + 1);
      return selected<StoredState>(select.all(network, txId)).every((row) => isDropped(row.failure));
    });
  }

  async holdTransaction(network: string, txId: string): Promise<void> {
    const insert = this.database.prepare('INSERT OR IGNORE INTO held_transactions VALUES (?, ?)');
    const update = this.database.prepare(
      `UPDATE transactions SET height = ${heldHeight}
        WHERE network = ? AND tx_id = ? AND height > ? AND failure IS NULL`,
    );
    transact(this.database, () => {
      insert.run(network, txId);
      update.run(network, txId, this.heightOf(network));
    });
  }

  async releaseTransaction(network: string, txId: string): Promise<void> {
    const remove = this.database.prepare('DELETE FROM held_transactions WHERE network = ? AND tx_id = ?');
    const update = this.database.prepare(
      `UPDATE transactions SET height = ? WHERE network = ? AND tx_id = ? AND height = ${heldHeight}`,
    );
    transact(this.database, () => {
      remove.run(network, txId);
      update.run(this.heightOf(network) + 1, network, txId);
    });
  }

  async reorganise(network: string, count: number, drop: DroppedTransactions): Promise<number | null> {
    return transact(this.database, () => {
      const top = this.heightOf(network);
      const height = top - count;
      if (height < 0) return null;
      const dropped = this.database.prepare(
        `UPDATE transactions SET failure = ?
          WHERE network = ? AND direction = ? AND height > ? AND height <= ? AND failure IS NULL`,
      );
      for (const direction of directionsOf(drop))
        dropped.run(droppedFailure, network, direction, height, top);
      this.database
        .prepare(
          `UPDATE transactions SET height = CASE WHEN ${isHeld} THEN ${heldHeight} ELSE ? END
            WHERE network = ? AND direction IN ('in', 'out') AND height > ? AND failure IS NULL`,
        )
        .run(height + 1, network, height);
      this.database.prepare('UPDATE heights SET height = ? WHERE network = ?').run(height, network);
      const number = Math.max(0, ...this.reorganisations(network).map((each) => each.number)) + 1;
      this.database.prepare('INSERT INTO reorganisations VALUES (?, ?, ?)').run(network, number, height);
      return height;
    });
  }

  async setSwitches(network: string, { auto, node }: Partial<ChainSwitches>): Promise<void> {
    const upsert = this.database.prepare(
      `INSERT INTO network_switches VALUES (?1, coalesce(?2, 1), coalesce(?3, 'up'))
        ON CONFLICT DO UPDATE SET auto = coalesce(?2, auto), node = coalesce(?3, node)`,
    );
    transact(this.database, () =>
      upsert.run(network, auto === undefined ? null : Number(auto), node ?? null),
    );
  }

  close(): void {
    this.database.close();
  }

  /** The replaced transactions fail, also those not yet sent; if one of them is in a block, the new one fails. */
  #replace(network: string, txId: string, signed: string, replaces: readonly string[]): void {
    const next = this.heightOf(network) + 1;
    const place = [network, txId, outgoingOutput] as const;
    const known = this.database.prepare(
      `SELECT height, failure FROM transactions WHERE network = ? AND tx_id = ? AND output = ?`,
    );
    const found = selectedRow<StoredState>(known.get(...place));
    if (found !== undefined && !isDropped(found.failure)) return;
    const insert = this.database.prepare(
      `INSERT INTO transactions (network, tx_id, output, direction, content, height, failure)
        VALUES (?, ?, ?, 'out', '', ?, '${replacedFailure}')
        ON CONFLICT DO UPDATE SET failure = excluded.failure
          WHERE (transactions.failure IS NULL AND transactions.height >= excluded.height)
            OR transactions.failure IN ${droppedFailures}`,
    );
    let isReplacedMined = false;
    for (const old of replaces) {
      insert.run(network, old, outgoingOutput, next);
      const { failure } = onlyRow<StoredState>(known.get(network, old, outgoingOutput));
      isReplacedMined ||= failure === null;
    }
    const failure = isReplacedMined ? replacedFailure : null;
    this.database.prepare(sendSql).run(...place, signed, next, failure);
  }

  #tagIndex({ addressGroup, accountId }: AddressOwner): number {
    const insert = this.database.prepare(
      'INSERT OR IGNORE INTO tags (address_group, account_id) VALUES (?, ?)',
    );
    transact(this.database, () => insert.run(addressGroup, accountId));
    const row = this.database
      .prepare('SELECT tag_index FROM tags WHERE address_group = ? AND account_id = ?')
      .get(addressGroup, accountId);
    return onlyRow<{ readonly tag_index: number }>(row).tag_index;
  }
}
