/** Reads for those who do not write: of the thread that serves requests, and of one moment for those who check. */
import type { Catalog } from '../../domain/catalog.ts';
import type { Reads } from '../reads.ts';
import { Connection } from './connection.ts';
import { createPostgresReads, createSnapshotReads, type Select } from './postgres-reads.ts';
import { ReadingPool } from './reading-pool.ts';
import { readReferenceData, selectReferenceData } from './reference-data.ts';

export class PostgresReader {
  readonly reads: Reads;
  readonly #pool: ReadingPool;

  constructor(url: string, connections: number) {
    this.#pool = new ReadingPool(url, connections);
    this.reads = createPostgresReads(this.#pool.select);
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** The books as they are at this moment, however long it takes to read them. */
export async function openPostgresSnapshot(
  url: string,
): Promise<{ readonly reads: Reads; readonly catalog: Catalog; close(): Promise<void> }> {
  const session = { default_transaction_read_only: 'on' };
  const connection = new Connection({ url, session, answerMs: 60_000 });
  let backend = 0;
  const select: Select = async (sql, parameters = []) => {
    const [answer] = await connection.run([{ sql, parameters }]);
    // Another session would see another moment.
    if (answer?.backend !== backend) throw new Error('the connection was lost before everything was read');
    return answer.rows;
  };
  try {
    const [begun] = await connection.run([{ sql: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' }]);
    backend = begun?.backend ?? 0;
    const reference = [];
    for (const { sql } of selectReferenceData) reference.push(await select(sql));
    const { catalog } = readReferenceData(reference);
    return { reads: createSnapshotReads(select), catalog, close: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
