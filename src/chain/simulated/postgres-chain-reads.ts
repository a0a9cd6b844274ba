/** The reads of the simulated chains on PostgreSQL. */
import { numberIn, selected, textIn } from '../../boundary/selected.ts';
import type { Database } from '../../store/postgres/client.ts';
import { Connection } from '../../store/postgres/connection.ts';
import type {
  ChainPosition,
  ChainSwitches,
  IncomingOutput,
  OutputKey,
  ScannedChain,
  TransactionState,
  WaitingTransaction,
} from '../port.ts';
import { arrayOf } from './postgres-array.ts';
import { sql } from './postgres-chain-sql.ts';
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

/** The height of a network with one of its reorganisations, if there were any. */
type FoundPosition = {
  readonly network: string;
  readonly top: number;
  readonly number: number | null;
  readonly height: number;
};

function positionOf(position: string | null, found: readonly FoundPosition[]): ChainPosition {
  const reorganisations: Reorganisation[] = found.flatMap(({ number, height }) =>
    number === null ? [] : [{ number, height }],
  );
  return positionSince(position, found[0]?.top ?? 0, reorganisations);
}

export class PostgresChainReads {
  protected readonly quick: Connection;
  /** Separate, so that quick statements never wait behind a block or a long list. */
  protected readonly bulk: Connection;

  protected constructor(database: Database) {
    const connect = (limitMs: number) =>
      new Connection({ database, session: { ...session, statement_timeout: limitMs }, answerMs: limitMs });
    this.quick = connect(answerMs);
    this.bulk = connect(bulkAnswerMs);
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
    const rows = await this.bulk.rows([{ sql: sql.confirmedBetween, parameters }]);
    return rows.map((row) => textIn(row, 'tx_id'));
  }

  async incomingFrom(network: string, height: number): Promise<readonly IncomingOutput[]> {
    const rows = await this.bulk.rows([{ sql: sql.incomingFrom, parameters: [network, height] }]);
    return selected<StoredOutput>(rows).map((row) => incomingOf(network, row));
  }

  async positionSince(network: string, position: string | null): Promise<ChainPosition> {
    const rows = await this.quick.rows([{ sql: sql.position, parameters: [network] }]);
    return positionOf(position, selected<FoundPosition>(rows));
  }

  async quietSince(scanned: readonly ScannedChain[]): Promise<ReadonlyMap<string, ChainPosition>> {
    const columns = (['network', 'incomingFrom', 'outgoingFrom'] as const).map((name) =>
      arrayOf(scanned.map((each) => each[name])),
    );
    const rows = await this.bulk.rows([{ sql: sql.quietSince, parameters: columns }]);
    const found = Map.groupBy(selected<FoundPosition>(rows), (row) => row.network);
    const quiet = scanned.filter(({ network }) => found.has(network));
    return new Map(
      quiet.map(({ network, position }) => [network, positionOf(position, found.get(network) ?? [])]),
    );
  }

  async height(network: string): Promise<number> {
    const [row] = await this.quick.rows([{ sql: sql.height, parameters: [network] }]);
    return row === undefined ? 0 : numberIn(row, 'height');
  }

  async heights() {
    const rows = await this.quick.rows([{ sql: sql.heights }]);
    return rows.map((row) => ({ network: textIn(row, 'network'), height: numberIn(row, 'height') }));
  }

  async waiting(network: string): Promise<readonly WaitingTransaction[]> {
    const rows = await this.bulk.rows([{ sql: sql.waiting, parameters: [network] }]);
    return selected<StoredWaiting>(rows).map((row) => waitingOf(network, row));
  }

  async switches(network: string): Promise<ChainSwitches> {
    const [row] = await this.quick.rows([{ sql: sql.switches, parameters: [network] }]);
    return switchesOf(row);
  }

  async allSwitches(): Promise<ReadonlyMap<string, ChainSwitches>> {
    const rows = await this.quick.rows([{ sql: sql.allSwitches }]);
    return new Map(rows.map((row) => [textIn(row, 'network'), switchesOf(row)]));
  }

  async #find(
    network: string,
    keys: readonly { readonly tx_id: string; readonly output: string }[],
  ): Promise<readonly TransactionState[]> {
    if (keys.length === 0) return [];
    const nameOf = (key: { readonly tx_id: string; readonly output: string }) => `${key.tx_id} ${key.output}`;
    const txIds = arrayOf(keys.map((key) => key.tx_id));
    const outputs = arrayOf(keys.map((key) => key.output));
    const rows = await this.quick.rows([{ sql: sql.find, parameters: [network, txIds, outputs] }]);
    type Found = StoredState & (typeof keys)[number] & { readonly top: number | null };
    const states = new Map(selected<Found>(rows).map((row) => [nameOf(row), stateOf(row, row.top ?? 0)]));
    return keys.map((key) => states.get(nameOf(key)) ?? stateOf(undefined, 0));
  }
}
