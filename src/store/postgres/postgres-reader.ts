/** Read-only access: for the thread that serves requests, and consistent snapshots for integrity checks. */
import { present } from '../../boundary/present.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import { StoreFault } from '../port.ts';
import type { Reads } from '../reads.ts';
import type { Database, Select } from './client.ts';
import { Connection, type Statement } from './connection.ts';
import { storeFaultOf } from './failure.ts';
import { checkSchema } from './migrations.ts';
import { createPostgresReads, createSnapshotReads } from './postgres-reads.ts';
import { ReadingPool } from './reading-pool.ts';
import { readReferenceData, selectReferenceData } from './reference-data.ts';

/** Number of connections for reads of operators, which so never occupy those that serve customers. */
const limitedConnections = 2;
/** After this time the server ends a statement on a limited connection, ms. */
const limitedStatementMs = 2000;

export class PostgresReader {
  readonly reads: Reads;
  /** On connections of their own. @throws ReadTooLong if a statement takes longer than two seconds. */
  readonly limitedReads: Reads;
  readonly #pool: ReadingPool;
  readonly #limited: ReadingPool;

  constructor(database: Database, connections: number) {
    this.#pool = new ReadingPool(database, connections);
    this.#limited = new ReadingPool(database, limitedConnections, { statement_timeout: limitedStatementMs });
    this.reads = createPostgresReads(this.#pool.select);
    this.limitedReads = createPostgresReads(this.#limited.select);
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.close(), this.#limited.close()]);
  }
}

/**
 * A snapshot of the database as of this moment, however long reading takes.
 * @throws StoreFault, also from its reads, if the database is or becomes unavailable.
 * @throws SchemaMismatch if another version has written the database.
 */
export async function openPostgresSnapshot(
  database: Database,
): Promise<{ readonly reads: Reads; readonly catalog: Catalog; close(): Promise<void> }> {
  const session = { default_transaction_read_only: 'on' };
  const connection = new Connection({ database, session, answerMs: 60_000 });
  let backend = 0;
  const run = async (statement: Statement) => {
    const answers = await connection.run([statement]).catch((error) => {
      throw storeFaultOf(error, 'not-done');
    });
    return present(answers[0]);
  };
  const select: Select = async (sql, parameters = []) => {
    const answer = await run({ sql, parameters });
    // A new session would not see the same snapshot.
    if (answer.backend !== backend)
      throw new StoreFault('not-done', 'the connection was lost before everything was read');
    return answer.rows;
  };
  try {
    backend = (await run({ sql: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' })).backend;
    await checkSchema(select);
    const reference = [];
    for (const { sql } of selectReferenceData) reference.push(await select(sql));
    const { catalog } = readReferenceData(reference);
    return { reads: createSnapshotReads(select), catalog, close: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
