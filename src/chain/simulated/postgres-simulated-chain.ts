/**
 * The simulated chains on PostgreSQL, shared by all processes that use one database.
 *
 * Every operation is a single statement or may be repeated, so a lost connection leaves nothing half done and the
 * caller can retry. Blocks of a network are mined one at a time: a miner locks the height first, and a transaction
 * whose commit is not visible to it yet goes into the next block. Therefore a reader that sees a height finds the
 * complete blocks up to it.
 */
import type { Network } from '../../domain/catalog/network.ts';
import type { Database } from '../../store/postgres/client.ts';
import { Connection } from '../../store/postgres/connection.ts';
import { storeFaultOf } from '../../store/postgres/failure.ts';
import type {
  ChainPosition,
  ChainSwitches,
  DroppedTransactions,
  IncomingOutput,
  OutputKey,
  TransactionState,
  WaitingTransaction,
} from '../port.ts';
import { arrayOf } from './postgres-array.ts';
import { createChainSchema } from './postgres-chain-schema.ts';
import { sql } from './postgres-chain-sql.ts';
import { type AddressOwner, makeAddress } from './simulated-address.ts';
import { type SimulatedChains, switchesOf } from './simulated-chains.ts';
import { positionSince, type Reorganisation } from './simulated-position.ts';
import {
  contentOf,
  directionsOf,
  incomingOf,
  isDropped,
  outgoingOutput,
  outputOf,
  readTransaction,
  type StoredOutput,
  type StoredState,
  type StoredWaiting,
  stateOf,
  waitingOf,
} from './simulated-transaction.ts';

const session = {
  // A statement that waited for a changed row continues with the row's new version.
  default_transaction_isolation: 'read committed',
  // Forces index use: a plan made while a table was small must not scan it once it is large.
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
};

const answerMs = 5_000;
/** For operations whose duration grows with the number of transactions. */
const bulkAnswerMs = 60_000;

export class PostgresSimulatedChain implements SimulatedChains {
  readonly #quick: Connection;
  /** Separate, so that quick statements never wait behind a block or a long list. */
  readonly #bulk: Connection;

  /** Creates missing tables. */
  static async open(database: Database): Promise<PostgresSimulatedChain> {
    await createChainSchema(database);
    return new PostgresSimulatedChain(database);
  }

  private constructor(database: Database) {
    const connect = (limitMs: number) =>
      new Connection({ database, session: { ...session, statement_timeout: limitMs }, answerMs: limitMs });
    this.#quick = connect(answerMs);
    this.#bulk = connect(bulkAnswerMs);
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
    await this.#quick.rows([
      { sql: sql.send, parameters: [network, txIds, contents] },
      ...replacing.map(({ txId, content, replaces }) => ({
        sql: sql.replace,
        parameters: [network, txId, content, arrayOf(replaces)],
      })),
    ]);
  }

  find(network: string, txIds: readonly string[]): Promise<readonly TransactionState[]> {
    return this.#find(
      network,
      txIds.map((txId) => ({ tx_id: txId, output: outgoingOutput })),
    );
  }

  findIncoming(network: string, outputs: readonly OutputKey[]): Promise<readonly TransactionState[]> {
    return this.#find(
      network,
      outputs.map((output) => ({ tx_id: output.txId, output: outputOf(output) })),
    );
  }

  async confirmedBetween(network: string, fromHeight: number, toHeight: number): Promise<readonly string[]> {
    const parameters = [network, fromHeight, toHeight];
    const rows = await this.#bulk.rows([{ sql: sql.confirmedBetween, parameters }]);
    return rows.map((row) => row.tx_id as string);
  }

  async incomingFrom(network: string, height: number): Promise<readonly IncomingOutput[]> {
    const rows = await this.#bulk.rows([{ sql: sql.incomingFrom, parameters: [network, height] }]);
    return (rows as StoredOutput[]).map((row) => incomingOf(network, row));
  }

  async positionSince(network: string, position: string | null): Promise<ChainPosition> {
    const rows = await this.#quick.rows([{ sql: sql.position, parameters: [network] }]);
    const found = rows as { readonly top: number; readonly number: number | null; readonly height: number }[];
    const reorganisations = found.filter(({ number }) => number !== null) as Reorganisation[];
    return positionSince(position, found[0]?.top ?? 0, reorganisations);
  }

  async height(network: string): Promise<number> {
    const [row] = await this.#quick.rows([{ sql: sql.height, parameters: [network] }]);
    return (row?.height as number | undefined) ?? 0;
  }

  async receive(received: IncomingOutput): Promise<IncomingOutput | null> {
    const { network, txId } = received;
    const key = [network, txId, outputOf(received)];
    const statements = [
      { sql: sql.receive, parameters: [...key, contentOf(received)] },
      { sql: sql.received, parameters: key },
    ];
    const [stored] = (await this.#quick.rows(statements, 'unknown')) as StoredOutput[];
    return stored === undefined ? null : incomingOf(network, stored);
  }

  async mine(network: string, count: number): Promise<number> {
    const [block] = await this.#bulk.rows([{ sql: sql.mine, parameters: [network, count] }], 'unknown');
    return block?.height as number;
  }

  async failTransaction(network: string, txId: string, failure: string): Promise<boolean> {
    const statement = { sql: sql.fail, parameters: [network, txId, failure] };
    const rows = await this.#quick.rows([statement], 'unknown');
    return (
      rows.length > 0 &&
      rows.every(({ failure }) => failure !== null && !isDropped(failure as StoredState['failure']))
    );
  }

  async dropTransaction(network: string, txId: string): Promise<boolean> {
    const parameters = [network, txId];
    // Twice, because it may be sent for the first time between the first two.
    const texts = [sql.drop, sql.dropWhenSent, sql.drop, sql.failures];
    const statements = texts.map((text) => ({ sql: text, parameters }));
    const rows = (await this.#quick.rows(statements, 'unknown')) as StoredState[];
    return rows.every(({ failure }) => isDropped(failure));
  }

  async holdTransaction(network: string, txId: string): Promise<void> {
    await this.#quick.rows([{ sql: sql.hold, parameters: [network, txId] }], 'unknown');
  }

  async releaseTransaction(network: string, txId: string): Promise<void> {
    await this.#quick.rows([{ sql: sql.release, parameters: [network, txId] }], 'unknown');
  }

  async reorganise(network: string, count: number, drop: DroppedTransactions): Promise<number | null> {
    try {
      const answers = await this.#bulk.run([
        { sql: 'BEGIN' },
        { sql: sql.lockHeight, parameters: [network] },
        { sql: sql.reorganise, parameters: [network, count, arrayOf(directionsOf(drop))] },
        { sql: 'COMMIT' },
      ]);
      return (answers[2]?.rows[0]?.height as number | undefined) ?? null;
    } catch (error) {
      throw storeFaultOf(error, 'unknown');
    }
  }

  async heights() {
    const rows = await this.#quick.rows([{ sql: sql.heights }]);
    return rows.map((row) => ({ network: row.network as string, height: row.height as number }));
  }

  async waiting(network: string): Promise<readonly WaitingTransaction[]> {
    const rows = await this.#bulk.rows([{ sql: sql.waiting, parameters: [network] }]);
    return (rows as StoredWaiting[]).map((row) => waitingOf(network, row));
  }

  async switches(network: string): Promise<ChainSwitches> {
    const [row] = await this.#quick.rows([{ sql: sql.switches, parameters: [network] }]);
    return switchesOf(row);
  }

  async setSwitches(network: string, { auto, node }: Partial<ChainSwitches>): Promise<void> {
    const parameters = [network, auto === undefined ? null : Number(auto), node ?? null];
    await this.#quick.rows([{ sql: sql.setSwitches, parameters }], 'unknown');
  }

  async close(): Promise<void> {
    await Promise.all([this.#quick.close(), this.#bulk.close()]);
  }

  async #find(
    network: string,
    keys: readonly { readonly tx_id: string; readonly output: string }[],
  ): Promise<readonly TransactionState[]> {
    if (keys.length === 0) return [];
    const nameOf = (key: { readonly tx_id: string; readonly output: string }) => `${key.tx_id} ${key.output}`;
    const txIds = arrayOf(keys.map((key) => key.tx_id));
    const outputs = arrayOf(keys.map((key) => key.output));
    const rows = await this.#quick.rows([{ sql: sql.find, parameters: [network, txIds, outputs] }]);
    type Found = StoredState & (typeof keys)[number] & { readonly top: number | null };
    const states = new Map((rows as Found[]).map((row) => [nameOf(row), stateOf(row, row.top ?? 0)]));
    return keys.map((key) => states.get(nameOf(key)) ?? stateOf(undefined, 0));
  }

  async #tagIndex({ addressGroup, accountId }: AddressOwner): Promise<number> {
    const parameters = [addressGroup, accountId];
    for (;;) {
      const [row] = await this.#quick.rows([
        { sql: sql.insertTag, parameters },
        { sql: sql.tag, parameters },
      ]);
      // No row: another owner took the number concurrently. Try the next one.
      if (row !== undefined) return row.tag_index as number;
    }
  }
}
