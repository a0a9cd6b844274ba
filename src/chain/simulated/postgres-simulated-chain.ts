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
import type { ChainPosition, IncomingOutput, OutputKey, TransactionState } from '../port.ts';
import { arrayOf } from './postgres-array.ts';
import { createChainSchema } from './postgres-chain-schema.ts';
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

const sql = {
  send: `INSERT INTO simulated_chain.transactions (network, tx_id, output, direction, content)
    SELECT $1, sent.tx_id, '${outgoingOutput}', 'out', sent.content
    FROM unnest($2::text[], $3::text[]) AS sent (tx_id, content)
    ON CONFLICT DO NOTHING`,
  /** If a transaction is new, those that it replaces fail unless they are in a block; if one is, the new one fails. */
  replace: `WITH replaced AS (
      INSERT INTO simulated_chain.transactions AS old (network, tx_id, output, direction, content, failure)
      SELECT $1, old_id, '${outgoingOutput}', 'out', '', '${replacedFailure}' FROM unnest($4::text[]) AS old_id
      WHERE NOT EXISTS (
        SELECT FROM simulated_chain.transactions WHERE network = $1 AND tx_id = $2 AND output = '${outgoingOutput}')
      ON CONFLICT (network, tx_id, output) DO UPDATE
        SET failure = CASE WHEN old.height IS NULL THEN coalesce(old.failure, excluded.failure) ELSE old.failure END
      RETURNING failure
    )
    INSERT INTO simulated_chain.transactions (network, tx_id, output, direction, content, failure)
    SELECT $1, $2, '${outgoingOutput}', 'out', $3,
      CASE WHEN EXISTS (SELECT FROM replaced WHERE failure IS NULL) THEN '${replacedFailure}' END
    ON CONFLICT DO NOTHING`,
  receive: `INSERT INTO simulated_chain.transactions AS kept (network, tx_id, output, direction, content)
    SELECT $1, $2, $3, 'in', $4 WHERE NOT EXISTS (
      SELECT FROM simulated_chain.transactions WHERE network = $1 AND tx_id = $2 AND output = '${outgoingOutput}')
    ON CONFLICT (network, tx_id, output) DO UPDATE SET failure = NULL
      WHERE kept.failure = '${droppedFailure}' AND kept.content = excluded.content`,
  find: `SELECT found.tx_id, found.output, found.height, found.failure, heights.height AS top
    FROM unnest($2::text[], $3::text[]) AS wanted (tx_id, output)
    JOIN simulated_chain.transactions AS found
      ON found.network = $1 AND found.tx_id = wanted.tx_id AND found.output = wanted.output
    LEFT JOIN simulated_chain.heights ON heights.network = $1`,
  confirmedBetween: `SELECT tx_id FROM simulated_chain.transactions
    WHERE network = $1 AND height BETWEEN $2 AND $3 AND direction = 'out' AND failure IS NULL`,
  incomingFrom: `SELECT tx_id, content FROM simulated_chain.transactions
      WHERE network = $1 AND height IS NULL AND direction = 'in' AND failure IS NULL
    UNION ALL
    SELECT tx_id, content FROM simulated_chain.transactions
      WHERE network = $1 AND height >= $2 AND direction = 'in' AND failure IS NULL`,
  position: `SELECT heights.height AS top, reorganised.number, reorganised.height
    FROM simulated_chain.heights LEFT JOIN simulated_chain.reorganisations AS reorganised USING (network)
    WHERE network = $1`,
  lockHeight: 'SELECT height FROM simulated_chain.heights WHERE network = $1 FOR UPDATE',
  // In a statement after the lock, so that it sees the blocks of every miner before it.
  reorganise: `WITH kept AS (
      UPDATE simulated_chain.heights SET height = height - $2 WHERE network = $1 AND height >= $2 RETURNING height
    ), dropped AS (
      UPDATE simulated_chain.transactions AS mined SET height = NULL, failure = '${droppedFailure}' FROM kept
      WHERE $3::bigint = 1 AND mined.network = $1 AND mined.height > kept.height AND mined.direction = 'in' AND failure IS NULL
    ), undone AS (
      UPDATE simulated_chain.transactions AS mined SET height = NULL FROM kept
      WHERE mined.network = $1 AND mined.height > kept.height AND failure IS NULL
        AND NOT ($3::bigint = 1 AND mined.direction = 'in')
    ), noted AS (
      INSERT INTO simulated_chain.reorganisations (network, number, height)
      SELECT $1, (SELECT count(*) + 1 FROM simulated_chain.reorganisations WHERE network = $1), kept.height FROM kept
    )
    SELECT height FROM kept`,
  height: 'SELECT height FROM simulated_chain.heights WHERE network = $1',
  heights: 'SELECT network, height FROM simulated_chain.heights ORDER BY network',
  received: `SELECT tx_id, content FROM simulated_chain.transactions
    WHERE network = $1 AND tx_id = $2 AND output = $3`,
  // Updating the height serialises miners; transactions that another miner has taken meanwhile are not taken again.
  mine: `WITH block AS (
      INSERT INTO simulated_chain.heights AS last (network, height) VALUES ($1, $2)
      ON CONFLICT (network) DO UPDATE SET height = last.height + excluded.height
      RETURNING height
    ), mined AS (
      UPDATE simulated_chain.transactions AS pending SET height = block.height - $2 + 1 FROM block
      WHERE pending.network = $1 AND pending.height IS NULL AND pending.failure IS NULL
        AND NOT EXISTS (
          SELECT FROM simulated_chain.held_transactions AS held
          WHERE held.network = $1 AND held.tx_id = pending.tx_id AND pending.direction = 'out')
    )
    SELECT height FROM block`,
  // In one statement, which decides by the latest version of the row: of two requests to drop it, or of one and a block,
  // the later sees what the earlier has done.
  fail: `UPDATE simulated_chain.transactions
    SET failure = CASE WHEN height IS NULL AND drop_refused IS NULL THEN coalesce(failure, $3) ELSE failure END,
      drop_refused = CASE WHEN height IS NULL THEN drop_refused ELSE true END
    WHERE network = $1 AND tx_id = $2 RETURNING failure`,
  hold: 'INSERT INTO simulated_chain.held_transactions (network, tx_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
  release: 'DELETE FROM simulated_chain.held_transactions WHERE network = $1 AND tx_id = $2',
  insertTag: `INSERT INTO simulated_chain.tags (tag_index, address_group, account_id)
    SELECT coalesce(max(tag_index), 0) + 1, $1, $2 FROM simulated_chain.tags
    ON CONFLICT DO NOTHING`,
  tag: 'SELECT tag_index FROM simulated_chain.tags WHERE address_group = $1 AND account_id = $2',
} as const;

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
    // Sorted, because concurrent inserts of the same keys in different orders could deadlock.
    const first = sent
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
    return rows.length > 0 && rows.every((row) => row.failure !== null);
  }

  async holdTransaction(network: string, txId: string): Promise<void> {
    await this.#quick.rows([{ sql: sql.hold, parameters: [network, txId] }], 'unknown');
  }

  async releaseTransaction(network: string, txId: string): Promise<void> {
    await this.#quick.rows([{ sql: sql.release, parameters: [network, txId] }], 'unknown');
  }

  async reorganise(network: string, count: number, drop: boolean): Promise<number | null> {
    try {
      const answers = await this.#bulk.run([
        { sql: 'BEGIN' },
        { sql: sql.lockHeight, parameters: [network] },
        { sql: sql.reorganise, parameters: [network, count, drop ? 1 : 0] },
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
