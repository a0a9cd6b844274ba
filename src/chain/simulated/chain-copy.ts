/**
 * Copies the simulated chains from their SQLite file to PostgreSQL, as they were at one moment.
 *
 * Interrupted at any point it may be run again, and again when it was done: what is there is left as it is, what has
 * found its block or failed since is brought up to date, and heights never go down. Where PostgreSQL holds something
 * else under the same key, nothing of it is changed, and the copy ends with an error.
 */
import { DatabaseSync } from 'node:sqlite';
import type { RawRow } from '../../store/postgres/client.ts';
import { Connection } from '../../store/postgres/connection.ts';
import { arrayOf } from './postgres-array.ts';
import { createChainSchema } from './postgres-chain-schema.ts';

type Part = {
  readonly name: string;
  /** Pages of the source: after the last one's key. */
  readonly select: string;
  readonly columns: Readonly<Record<string, 'text' | 'bigint'>>;
  /** From `given`, the rows of a page. */
  readonly insert: string;
  /** One of `given` that is not stored like that. */
  readonly findOther: string;
};

/** Heights come last: whoever is told one finds all that is in the blocks up to it. */
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
    name: 'transactions',
    select: `SELECT rowid AS key, network, tx_id, output, direction, content, height, failure FROM transactions
      WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    columns: {
      network: 'text',
      tx_id: 'text',
      output: 'text',
      direction: 'text',
      content: 'text',
      height: 'bigint',
      failure: 'text',
    },
    insert: `INSERT INTO simulated_chain.transactions AS kept (network, tx_id, output, direction, content, height, failure)
      SELECT network, tx_id, output, direction, content, height, failure FROM given
      ON CONFLICT (network, tx_id, output) DO UPDATE SET height = excluded.height, failure = excluded.failure
      WHERE kept.height IS NULL AND kept.failure IS NULL
        AND coalesce(excluded.height::text, excluded.failure) IS NOT NULL
        AND (kept.direction, kept.content) = (excluded.direction, excluded.content)`,
    // One that waits in the source may have found its block here.
    findOther: `SELECT 'transaction ' || tx_id || ' of ' || network AS other FROM given WHERE NOT EXISTS (
      SELECT FROM simulated_chain.transactions AS kept WHERE kept.network = given.network AND kept.tx_id = given.tx_id
        AND kept.output = given.output AND (kept.direction, kept.content) = (given.direction, given.content)
        AND (coalesce(given.height::text, given.failure) IS NULL
          OR (kept.height, kept.failure) IS NOT DISTINCT FROM (given.height, given.failure))
    ) LIMIT 1`,
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

/** @param onProgress told after each page how many rows are there, and how many there will be. */
export async function copySimulatedChain(
  fromPath: string,
  toUrl: string,
  onProgress: (progress: CopyProgress) => void = () => {},
): Promise<void> {
  const source = new DatabaseSync(fromPath, { readOnly: true, timeout: 5000 });
  try {
    // All that is read is of this moment.
    source.exec('BEGIN');
    await createChainSchema(toUrl);
    const target = new Connection({ url: toUrl, session: {}, answerMs });
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
  const total = parts.reduce((sum, { name }) => sum + countRows(source, name), 0);
  let copied = 0;
  for (const part of parts) {
    const select = source.prepare(part.select);
    for (let key = 0; ; ) {
      const page = select.all(key, pageSize) as RawRow[];
      if (page.length === 0) break;
      await copyPage(target, part, page);
      copied += page.length;
      onProgress({ copied, total });
      key = page.at(-1)?.key as number;
    }
  }
}

async function copyPage(target: Connection, part: Part, page: readonly RawRow[]): Promise<void> {
  const columns = Object.entries(part.columns);
  const arrays = columns.map(([, type], index) => `$${index + 1}::${type}[]`);
  const names = columns.map(([name]) => name);
  const given = `WITH given AS (SELECT * FROM unnest(${arrays}) AS given (${names}))`;
  const parameters = names.map((name) => arrayOf(page.map((row) => row[name] as string | number | null)));
  const answers = await target.run([
    { sql: `${given} ${part.insert}`, parameters },
    { sql: `${given} ${part.findOther}`, parameters },
  ]);
  const other = answers[1]?.rows[0]?.other;
  if (other !== undefined) throw new Error(`the simulated chain there has another ${other}`);
}

function countRows(source: DatabaseSync, table: string): number {
  return Number(source.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count);
}
