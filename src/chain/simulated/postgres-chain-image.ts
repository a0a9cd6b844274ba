/** A copy of the simulated chains of a PostgreSQL database in SQLite. */
import type { Database } from '../../store/postgres/client.ts';
import { Connection } from '../../store/postgres/connection.ts';
import { storeFaultOf } from '../../store/postgres/failure.ts';
import { imageOf } from '../../store/sqlite/image.ts';
import { heldHeight, openChainDatabase } from './sqlite-chain-database.ts';

const answerMs = 60_000;
const pending = `coalesce(t.height, CASE WHEN h.tx_id IS NOT NULL THEN ${heldHeight} END,
  (SELECT height FROM simulated_chain.heights WHERE heights.network = t.network) + 1, 1)`;

/** All are read as of one moment. On SQLite, pending transactions have a height. */
const selects: Readonly<Record<string, string>> = {
  tags: 'SELECT tag_index, address_group, account_id FROM simulated_chain.tags',
  held_transactions: 'SELECT network, tx_id FROM simulated_chain.held_transactions',
  transactions: `SELECT t.network, t.tx_id, t.output, t.direction, t.content, ${pending} AS height, t.failure,
      CASE WHEN t.drop_refused THEN 1 END AS drop_refused
    FROM simulated_chain.transactions AS t
    LEFT JOIN simulated_chain.held_transactions AS h ON h.network = t.network AND h.tx_id = t.tx_id`,
  reorganisations: 'SELECT network, number, height FROM simulated_chain.reorganisations',
  network_switches: 'SELECT network, auto, node FROM simulated_chain.network_switches',
  heights: 'SELECT network, height FROM simulated_chain.heights',
};

/** @throws StoreFault */
export async function copyPostgresChains(database: Database): Promise<Uint8Array> {
  const source = new Connection({ database, session: { default_transaction_read_only: 'on' }, answerMs });
  const { database: copy } = openChainDatabase(':memory:');
  try {
    const begin = { sql: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' };
    const reads = Object.values(selects).map((sql) => ({ sql }));
    const answers = await source.run([begin, ...reads, { sql: 'COMMIT' }]);
    copy.exec('BEGIN');
    for (const [index, table] of Object.keys(selects).entries())
      for (const row of answers[index + 1]?.rows ?? []) {
        const columns = Object.keys(row);
        const values = Object.values(row).map((value) => (typeof value === 'bigint' ? Number(value) : value));
        copy
          .prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`)
          // cast: the columns have texts and numbers.
          .run(...(values as (string | number | null)[]));
      }
    copy.exec('COMMIT');
    return imageOf(copy);
  } catch (error) {
    throw storeFaultOf(error, 'not-done');
  } finally {
    copy.close();
    await source.close();
  }
}
