/**
 * The simulated chains on PostgreSQL, shared by all processes that use one database.
 *
 * Every operation is a single statement or may be repeated, so a lost connection leaves nothing half done and the
 * caller can retry. Blocks of a network are mined one at a time: a miner locks the height first, and a transaction
 * whose commit is not visible to it yet goes into the next block. Therefore a reader that sees a height finds the
 * complete blocks up to it.
 */
import { present } from '../../boundary/present.ts';
import { numberIn, selected } from '../../boundary/selected.ts';
import type { Network } from '../../domain/catalog/network.ts';
import type { Database, RawRow } from '../../store/postgres/client.ts';
import { storeFaultOf } from '../../store/postgres/failure.ts';
import type { ChainSwitches, DroppedTransactions, IncomingOutput } from '../port.ts';
import { arrayOf } from './postgres-array.ts';
import { PostgresChainReads } from './postgres-chain-reads.ts';
import { createChainSchema } from './postgres-chain-schema.ts';
import { sql } from './postgres-chain-sql.ts';
import { type AddressOwner, makeAddress } from './simulated-address.ts';
import type { SimulatedChains } from './simulated-chains.ts';
import {
  contentOf,
  directionsOf,
  failureFor,
  incomingOf,
  isDropped,
  outputOf,
  readTransaction,
  type StoredOutput,
  type StoredState,
} from './simulated-transaction.ts';

export class PostgresSimulatedChain extends PostgresChainReads implements SimulatedChains {
  /** Creates missing tables. */
  static async open(database: Database): Promise<PostgresSimulatedChain> {
    await createChainSchema(database);
    return new PostgresSimulatedChain(database);
  }

  async newAddress(network: Network, accountId: number) {
    return makeAddress(network, accountId, (owner) => this.#tagIndex(owner));
  }

  async broadcast(network: string, signedTransactions: readonly string[]): Promise<void> {
    if (signedTransactions.length === 0) return;
    const sent = signedTransactions.map((content) => ({ ...readTransaction(content), content }));
    // Each once, because a statement updates no row twice. Sorted, because concurrent inserts of the same keys in different orders could deadlock.
    const first = [...new Map(sent.map((each) => [each.txId, each])).values()]
      .filter(({ replaces }) => replaces.length === 0)
      .sort((a, b) => (a.txId < b.txId ? -1 : Number(a.txId > b.txId)));
    const txIds = arrayOf(first.map(({ txId }) => txId));
    const contents = arrayOf(first.map(({ content }) => content));
    const replacing = sent.filter(({ replaces }) => replaces.length > 0);
    await this.quick.rows([
      { sql: sql.send, parameters: [network, txIds, contents] },
      ...replacing.map(({ txId, content, replaces }) => ({
        sql: sql.replace,
        parameters: [network, txId, content, arrayOf(replaces)],
      })),
    ]);
  }

  async receive(received: IncomingOutput): Promise<IncomingOutput | null> {
    const { network, txId } = received;
    const key = [network, txId, outputOf(received)];
    const statements = [
      { sql: sql.receive, parameters: [...key, contentOf(received)] },
      { sql: sql.received, parameters: key },
    ];
    const [stored] = selected<StoredOutput>(await this.quick.rows(statements, 'unknown'));
    return stored === undefined ? null : incomingOf(network, stored);
  }

  async mine(network: string, count: number): Promise<number> {
    const [block] = await this.#mine(new Map([[network, count]]));
    return numberIn(present(block), 'height');
  }

  async mineAll(counts: ReadonlyMap<string, number>): Promise<void> {
    await this.#mine(counts);
  }

  async failTransaction(network: string, txId: string, failure: string): Promise<boolean> {
    const statement = { sql: sql.fail, parameters: [network, txId, failureFor(failure)] };
    const rows = await this.quick.rows([statement], 'unknown');
    const states = selected<StoredState>(rows);
    return states.length > 0 && states.every(({ failure }) => failure !== null && !isDropped(failure));
  }

  async dropTransaction(network: string, txId: string): Promise<boolean> {
    const parameters = [network, txId];
    // Twice, because it may be sent for the first time between the first two.
    const texts = [sql.drop, sql.dropWhenSent, sql.drop, sql.failures];
    const statements = texts.map((text) => ({ sql: text, parameters }));
    const rows = selected<StoredState>(await this.quick.rows(statements, 'unknown'));
    return rows.every(({ failure }) => isDropped(failure));
  }

  async holdTransaction(network: string, txId: string): Promise<void> {
    await this.quick.rows([{ sql: sql.hold, parameters: [network, txId] }], 'unknown');
  }

  async releaseTransaction(network: string, txId: string): Promise<void> {
    await this.quick.rows([{ sql: sql.release, parameters: [network, txId] }], 'unknown');
  }

  async reorganise(network: string, count: number, drop: DroppedTransactions): Promise<number | null> {
    try {
      const answers = await this.bulk.run([
        { sql: 'BEGIN' },
        { sql: sql.lockHeight, parameters: [network] },
        { sql: sql.reorganise, parameters: [network, count, arrayOf(directionsOf(drop))] },
        { sql: 'COMMIT' },
      ]);
      const [block] = selected<{ readonly height: number | null }>(answers[2]?.rows ?? []);
      return block?.height ?? null;
    } catch (error) {
      throw storeFaultOf(error, 'unknown');
    }
  }

  async setSwitches(network: string, { auto, node }: Partial<ChainSwitches>): Promise<void> {
    const parameters = [network, auto === undefined ? null : Number(auto), node ?? null];
    await this.quick.rows([{ sql: sql.setSwitches, parameters }], 'unknown');
  }

  async close(): Promise<void> {
    await Promise.all([this.quick.close(), this.bulk.close()]);
  }

  #mine(counts: ReadonlyMap<string, number>): Promise<readonly RawRow[]> {
    const parameters = [arrayOf([...counts.keys()]), arrayOf([...counts.values()])];
    return this.bulk.rows([{ sql: sql.mine, parameters }], 'unknown');
  }

  async #tagIndex({ addressGroup, accountId }: AddressOwner): Promise<number> {
    const parameters = [addressGroup, accountId];
    for (;;) {
      const [row] = await this.quick.rows([
        { sql: sql.insertTag, parameters },
        { sql: sql.tag, parameters },
      ]);
      // No row: another owner took the number concurrently. Try the next one.
      if (row !== undefined) return numberIn(row, 'tag_index');
    }
  }
}
