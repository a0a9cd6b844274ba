/**
 * Copies the simulated chains from their SQLite file to PostgreSQL, as of one moment.
 *
 * The copy can be interrupted at any point and repeated, also after it has finished: existing rows are kept, rows that
 * were confirmed or failed since are updated, and heights never decrease. If PostgreSQL has different content under the
 * same key, that content is left unchanged and the copy ends with an error.
 */

import { DatabaseSync } from 'node:sqlite';
import { numberIn, selected } from '../../boundary/selected.ts';
import type { Database, RawRow } from '../../store/postgres/client.ts';
import { Connection } from '../../store/postgres/connection.ts';
import { arrayOf } from './postgres-array.ts';
import { createChainSchema } from './postgres-chain-schema.ts';
import { droppedFailures } from './simulated-transaction.ts';
import { minedHeight } from './sqlite-chain-database.ts';

type Part = {
  readonly name: string;
  /** Reads a page of the source after the given key. */
  readonly select: string | ((source: DatabaseSync) => string);
  readonly columns: Readonly<Record<string, 'text' | 'bigint'>>;
  /** Inserts the rows of a page from `given`. */
  readonly insert: string;
  /** Finds a row of `given` that is stored with different content. */
  readonly findOther: string;
};

/** Heights are copied last: a reader that sees a height must find all blocks up to it. */
const parts: readonly Part[] = [
  {
    name: 'tags',
    select: `SELECT tag_index AS key, tag_index, address_group, account_id FROM tags
      WHERE tag_index > ? ORDER BY tag_index LIMIT ?`,
    columns: { tag_index: 'bigint', address_group: 'text', account_id: 'bigint' },
    insert: `INSERT INTO simulated_chain.tags (tag_index, address_group, account_id)
      SELECT tag_index, address_group, account_id FROM given ON CONFLICT DO NOTHING`,
    findOther: `SELECT 'tag ' || tag_index AS other FROM given WHERE NOT EXISTS (
      SELECT FROM simulated_chain.tags AS kept WHERE kept.tag_index = given.tag_index
        AND (kept.address_group, kept.account_id) = (given.address_group, given.account_id)
    ) LIMIT 1`,
  },
  {
    // Before the transactions: no block takes one of them in between.
    name: 'held_transactions',
    select: `SELECT place AS key, network, tx_id
      FROM (SELECT row_number() OVER (ORDER BY network, tx_id) AS place, network, tx_id FROM held_transactions)
      WHERE place > ? ORDER BY place LIMIT ?`,
    columns: { network: 'text', tx_id: 'text' },
    insert: `INSERT INTO simulated_chain.held_transactions (network, tx_id)
      SELECT network, tx_id FROM given ON CONFLICT DO NOTHING`,
    findOther: "SELECT 'held transaction ' || tx_id AS other FROM given WHERE false",
  },
  {
    name: 'transactions',
    select: (
      source,
    ) => `SELECT rowid AS key, network, tx_id, output, direction, content, ${minedHeight} AS height, failure,
        ${hasColumn(source, 'transactions', 'drop_refused') ? 'drop_refused' : 'NULL AS drop_refused'}
      FROM transactions WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    columns: {
      network: 'text',
      tx_id: 'text',
      output: 'text',
      direction: 'text',
      content: 'text',
      height: 'bigint',
      failure: 'text',
      drop_refused: 'bigint',
    },
    insert: `INSERT INTO simulated_chain.transactions AS kept
        (network, tx_id, output, direction, content, height, failure, drop_refused)
      SELECT network, tx_id, output, direction, content, height, failure, drop_refused = 1 FROM given
      ON CONFLICT (network, tx_id, output) DO UPDATE SET height = excluded.height, failure = excluded.failure,
        drop_refused = coalesce(kept.drop_refused, excluded.drop_refused)
      WHERE kept.height IS NULL AND (kept.failure IS NULL OR kept.failure IN ${droppedFailures})
        AND coalesce(excluded.height::text, excluded.failure, excluded.drop_refused::text) IS NOT NULL
        AND (kept.direction, kept.content) = (excluded.direction, excluded.content)`,
    // A transaction that is pending in the source may be confirmed in the target.
    findOther: `SELECT 'transaction ' || tx_id || ' of ' || network AS other FROM given WHERE NOT EXISTS (
      SELECT FROM simulated_chain.transactions AS kept WHERE kept.network = given.network AND kept.tx_id = given.tx_id
        AND kept.output = given.output AND (kept.direction, kept.content) = (given.direction, given.content)
        AND (coalesce(given.height::text, given.failure) IS NULL
          OR (kept.height, kept.failure) IS NOT DISTINCT FROM (given.height, given.failure))
    ) LIMIT 1`,
  },
  {
    name: 'reorganisations',
    select: `SELECT place AS key, network, number, height
      FROM (SELECT row_number() OVER (ORDER BY network, number) AS place, * FROM reorganisations)
      WHERE place > ? ORDER BY place LIMIT ?`,
    columns: { network: 'text', number: 'bigint', height: 'bigint' },
    insert: `INSERT INTO simulated_chain.reorganisations (network, number, height)
      SELECT network, number, height FROM given ON CONFLICT DO NOTHING`,
    findOther: `SELECT 'reorganisation ' || number || ' of ' || network AS other FROM given WHERE NOT EXISTS (
      SELECT FROM simulated_chain.reorganisations AS kept WHERE kept.network = given.network
        AND (kept.number, kept.height) = (given.number, given.height)
    ) LIMIT 1`,
  },
  {
    name: 'network_switches',
    select: `SELECT place AS key, network, auto, node
      FROM (SELECT row_number() OVER (ORDER BY network) AS place, * FROM network_switches)
      WHERE place > ? ORDER BY place LIMIT ?`,
    columns: { network: 'text', auto: 'bigint', node: 'text' },
    insert: `INSERT INTO simulated_chain.network_switches (network, auto, node)
      SELECT network, auto, node FROM given ON CONFLICT DO NOTHING`,
    findOther: "SELECT 'switch of ' || network AS other FROM given WHERE false",
  },
  {
    name: 'heights',
    select: `SELECT place AS key, network, height
      FROM (SELECT row_number() OVER (ORDER BY network) AS place, network, height FROM heights)
      WHERE place > ? ORDER BY place LIMIT ?`,
    columns: { network: 'text', height: 'bigint' },
    insert: `INSERT INTO simulated_chain.heights AS kept (network, height) SELECT network, height FROM given
      ON CONFLICT (network) DO UPDATE SET height = greatest(kept.height, excluded.height)`,
    findOther: "SELECT 'height of ' || network AS other FROM given WHERE false",
  },
];

type CopyProgress = { readonly copied: number; readonly total: number };

const pageSize = 1000;
const answerMs = 60_000;

/** @param onProgress called after each page with the number of rows copied and the total. */
export async function copySimulatedChain(
  fromPath: string,
  to: Database,
  onProgress: (progress: CopyProgress) => void = () => {},
): Promise<void> {
  const source = new DatabaseSync(fromPath, { readOnly: true, timeout: 5000 });
  try {
    // All reads see one snapshot.
    source.exec('BEGIN');
    await createChainSchema(to);
    const target = new Connection({ database: to, session: {}, answerMs });
    try {
      await copyParts(source, target, onProgress);
    } finally {
      await target.close();
    }
  } finally {
    source.close();
  }
}

async function copyParts(
  source: DatabaseSync,
  target: Connection,
  onProgress: (progress: CopyProgress) => void,
): Promise<void> {
  const present = parts.filter(({ name }) => hasTable(source, name));
  const total = present.reduce((sum, { name }) => sum + countRows(source, name), 0);
  let copied = 0;
  for (const { select: selectOf, ...part } of present) {
    const select = source.prepare(typeof selectOf === 'string' ? selectOf : selectOf(source));
    for (let key = 0; ; ) {
      const page = selected<RawRow>(select.all(key, pageSize));
      if (page.length === 0) break;
      await copyPage(target, part, page);
      copied += page.length;
      onProgress({ copied, total });
      key = numberIn(page.at(-1) ?? {}, 'key');
    }
  }
}

async function copyPage(
  target: Connection,
  part: Omit<Part, 'select'>,
  page: readonly RawRow[],
): Promise<void> {
  const columns = Object.entries(part.columns);
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`);
  const names = columns.map(([name]) => name);
  const given = `WITH given AS (SELECT * FROM unnest(${arrays}) AS given (${names}))`;
  // cast: SQLite has texts and numbers.
  const parameters = names.map((name) => arrayOf(page.map((row) => row[name] as string | number | null)));
  const answers = await target.run([
    { sql: `${given} ${part.insert}`, parameters },
    { sql: `${given} ${part.findOther}`, parameters },
  ]);
  const other = answers[1]?.rows[0]?.other;
  if (other !== undefined) throw new Error(`the simulated chain in the target has a different ${other}`);
}

/** Files of earlier versions have no `drop_refused`. */
function hasColumn(source: DatabaseSync, table: string, column: string): boolean {
  return source.prepare('SELECT 1 FROM pragma_table_info(?) WHERE name = ?').get(table, column) !== undefined;
}

/** Files of earlier versions have no `held_transactions` and no `network_switches`. */
function hasTable(source: DatabaseSync, table: string): boolean {
  return (
    source.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table) !== undefined
  );
}

function countRows(source: DatabaseSync, table: string): number {
  return Number(source.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count);
}
