/** The reads of the simulated chains on SQLite. */

import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { onlyRow, selected, selectedRow, textIn } from '../../boundary/selected.ts';
import type {
  ChainPosition,
  ChainSwitches,
  IncomingOutput,
  OutputKey,
  ScannedChain,
  TransactionState,
  WaitingTransaction,
} from '../port.ts';
import { switchesOf } from './simulated-chains.ts';
import { positionSince, type Reorganisation } from './simulated-position.ts';
import {
  incomingOf,
  outgoingOutput,
  outputOf,
  type StoredOutput,
  type StoredState,
  type StoredWaiting,
  stateOf,
  waitingOf,
} from './simulated-transaction.ts';
import { isHeld, minedHeight } from './sqlite-chain-database.ts';

/** Number of ids read before other tasks run: about 1 ms. */
const idsAtOnce = 1000;

export class SqliteChainReads {
  protected readonly database: DatabaseSync;

  protected constructor(database: DatabaseSync) {
    this.database = database;
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
    const nextBlock = this.database.prepare(
      `SELECT min(height) AS height FROM transactions
        WHERE network = ? AND direction = 'out' AND height BETWEEN ? AND ? AND failure IS NULL`,
    );
    const last = Math.min(toHeight, this.heightOf(network));
    const txIds: string[] = [];
    for (let from = fromHeight; ; from += 1) {
      const found = onlyRow<{ readonly height: number | null }>(nextBlock.get(network, from, last));
      if (found.height === null) return txIds;
      from = found.height;
      for await (const page of this.#confirmedAt(network, from)) txIds.push(...page);
    }
  }

  async *#confirmedAt(network: string, height: number): AsyncGenerator<readonly string[]> {
    const select = this.database.prepare(
      `SELECT rowid AS key, tx_id FROM transactions
        WHERE network = ? AND height = ? AND direction = 'out' AND failure IS NULL AND rowid > ?
        ORDER BY rowid LIMIT ${idsAtOnce}`,
    );
    for (let after = 0; ; await turn()) {
      const rows = selected<{ readonly key: number; readonly tx_id: string }>(
        select.all(network, height, after),
      );
      yield rows.map((row) => row.tx_id);
      if (rows.length < idsAtOnce) return;
      after = rows.at(-1)?.key ?? after;
    }
  }

  async incomingFrom(network: string, height: number): Promise<readonly IncomingOutput[]> {
    const rows = selected<StoredOutput>(
      this.database
        .prepare(
          `SELECT tx_id, content FROM transactions
          WHERE network = ? AND height >= ? AND direction = 'in' AND failure IS NULL`,
        )
        .all(network, Math.min(height, this.heightOf(network) + 1)),
    );
    return rows.map((row) => incomingOf(network, row));
  }

  async positionSince(network: string, position: string | null): Promise<ChainPosition> {
    return positionSince(position, this.heightOf(network), this.reorganisations(network));
  }

  async quietSince(scanned: readonly ScannedChain[]): Promise<ReadonlyMap<string, ChainPosition>> {
    const find = this.database.prepare(
      `SELECT 1 FROM transactions
        WHERE network = ? AND direction = ? AND height BETWEEN ? AND ? AND failure IS NULL LIMIT 1`,
    );
    const quiet = new Map<string, ChainPosition>();
    for (const { network, position, incomingFrom, outgoingFrom } of scanned) {
      const top = this.heightOf(network);
      // Transactions that wait for a block have a height above that of the network.
      const isQuiet =
        find.get(network, 'in', Math.min(incomingFrom, top + 1), Number.MAX_SAFE_INTEGER) === undefined &&
        find.get(network, 'out', outgoingFrom, top) === undefined;
      if (isQuiet) quiet.set(network, positionSince(position, top, this.reorganisations(network)));
    }
    return quiet;
  }

  async height(network: string): Promise<number> {
    return this.heightOf(network);
  }

  async heights() {
    return selected<{
      network: string;
      height: number;
    }>(this.database.prepare('SELECT network, height FROM heights ORDER BY network').all());
  }

  async waiting(network: string): Promise<readonly WaitingTransaction[]> {
    const rows = selected<StoredWaiting>(
      this.database
        .prepare(
          `SELECT tx_id, output, direction, content, ${isHeld} AS held FROM transactions
          WHERE network = ? AND direction IN ('in', 'out') AND height > ? AND failure IS NULL
          ORDER BY tx_id, output LIMIT 1000`,
        )
        .all(network, this.heightOf(network)),
    );
    return rows.map((row) => waitingOf(network, row));
  }

  async switches(network: string): Promise<ChainSwitches> {
    return switchesOf(
      this.database.prepare('SELECT auto, node FROM network_switches WHERE network = ?').get(network),
    );
  }

  async allSwitches(): Promise<ReadonlyMap<string, ChainSwitches>> {
    const rows = this.database.prepare('SELECT network, auto, node FROM network_switches').all();
    return new Map(rows.map((row) => [textIn(row, 'network'), switchesOf(row)]));
  }

  #find(network: string, keys: readonly (readonly [txId: string, output: string])[]): TransactionState[] {
    const select = this.database.prepare(
      `SELECT ${minedHeight} AS height, failure FROM transactions WHERE network = ? AND tx_id = ? AND output = ?`,
    );
    const height = this.heightOf(network);
    return keys.map((key) => stateOf(selectedRow<StoredState>(select.get(network, ...key)), height));
  }

  protected reorganisations(network: string): readonly Reorganisation[] {
    return selected<Reorganisation>(
      this.database.prepare('SELECT number, height FROM reorganisations WHERE network = ?').all(network),
    );
  }

  protected heightOf(network: string): number {
    const row = this.database.prepare('SELECT height FROM heights WHERE network = ?').get(network);
    return selectedRow<{ readonly height: number }>(row)?.height ?? 0;
  }
}
