/**
 * The target database of a migration. Each batch of rows is written together with the progress, in one transaction, so
 * that a killed run resumes where it stopped.
 */

import { present } from '../../boundary/present.ts';
import { textIn } from '../../boundary/selected.ts';
import { fieldName } from '../columns.ts';
import { type Client, createClient, type Database, query, type SqlValue } from '../postgres/client.ts';
import { sqlTypeOf } from '../postgres/encoding.ts';
import { sqlStateOf } from '../postgres/failure.ts';
import { migrate } from '../postgres/migrations.ts';
import { sequenced, sequenceNames, type TableName } from '../tables.ts';
import {
  type Contents,
  columnNamesOf,
  orderOf,
  type RawRow,
  type RawValue,
  type Sequences,
  type TableContents,
  TableDigest,
  tableNames,
} from './canonical-rows.ts';
import {
  finishMark,
  type MigrationMark,
  noteProgressSql,
  readMark,
  removeMark,
  setMark,
} from './migration-mark.ts';

/** Advisory lock held while a migration runs. The session of a killed process may keep it for a few seconds. */
const lockNumber = 4_205_114_365;
const lockNotAvailable = '55P03';
const session = {
  application_name: 'bursar migrate',
  lock_timeout: '10s',
  // Reading a large table may take long.
  statement_timeout: '0',
};

/** Another process is migrating into the same database. */
export class MigrationUnderWay extends Error {}

export class PostgresTarget {
  readonly #client: Client;

  /** Connects and takes the lock, but writes nothing. */
  static async connect(database: Database): Promise<PostgresTarget> {
    const target = new PostgresTarget(createClient(database, { max: 1, session }));
    try {
      await query(target.#client, `SELECT pg_advisory_lock(${lockNumber})`);
      return target;
    } catch (error) {
      await target.close();
      throw sqlStateOf(error) === lockNotAvailable ? new MigrationUnderWay() : error;
    }
  }

  private constructor(client: Client) {
    this.#client = client;
  }

  mark(): Promise<MigrationMark | undefined> {
    return readMark(this.#client);
  }

  /** Tables that contain rows, or that have the name of one of ours but were not created by Bursar. */
  async occupiedTables(): Promise<readonly string[]> {
    const known = await query(
      this.#client,
      'SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(quote_ident(name)) IS NOT NULL',
      [`{${['migrations', 'sequences', ...tableNames].join()}}`],
    );
    const found = known.map((row) => textIn(row, 'name'));
    if (found.length === 0) return [];
    if (!found.includes('migrations')) return found;
    const occupied: string[] = [];
    for (const name of tableNames.filter((each) => found.includes(each))) {
      const [row] = await query(this.#client, `SELECT EXISTS (SELECT FROM ${name}) AS occupied`);
      if (row?.occupied === true) occupied.push(name);
    }
    return occupied;
  }

  /** Whether Bursar servers are connected, which would work on incomplete data. */
  async isInUse(): Promise<boolean> {
    // A connection that was just closed, also by this process, remains visible for a moment.
    for (let attempts = 0; attempts < 20; attempts += 1) {
      const [row] = await query(
        this.#client,
        `SELECT pg_sleep(0.1), EXISTS (SELECT FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = 'bursar') AS used`,
      );
      if (row?.used === false) return false;
    }
    return true;
  }

  async begin(database: Database, contents: Contents): Promise<void> {
    await migrate(database);
    await setMark(this.#client, contents);
  }

  async giveUp(): Promise<void> {
    await removeMark(this.#client);
  }

  /** @param rows must come after the rows copied so far, in the order of `orderOf`. */
  async append(table: TableName, rows: readonly RawRow[]): Promise<void> {
    const columns = columnNamesOf(table);
    const arrays = columns.map((column, index) => `$${index + 1}::${sqlTypeOf(table, fieldName(column))}[]`);
    const last = present(rows.at(-1));
    await query(
      this.#client,
      `WITH copied AS (
         INSERT INTO ${table} (${columns.join()}) SELECT * FROM unnest(${arrays.join()}) AS r (${columns.join()}))
       ${noteProgressSql(columns.length + 1)}`,
      [...columns.map((_, index) => encodeColumn(rows, index)), table, JSON.stringify(keyOf(table, last))],
    );
  }

  /** Every number that is assigned from now on follows those of the source. */
  async setRunningNumbers(sequences: Sequences): Promise<void> {
    for (const table of sequenced) {
      await query(
        this.#client,
        `SELECT setval(pg_get_serial_sequence('${table}', 'seq'), max(seq)) FROM ${table} HAVING max(seq) > 0`,
      );
    }
    for (const name of sequenceNames)
      await query(this.#client, `SELECT setval('${name}', $1::bigint)`, [sequences[name]]);
    await query(this.#client, `ANALYZE ${tableNames.join()}`);
  }

  async sequences(): Promise<Sequences> {
    const rows = await query(this.#client, 'SELECT name, last FROM sequences');
    // cast: the view has all of them.
    return Object.fromEntries(rows.map(({ name, last }) => [name, last])) as Sequences;
  }

  /** Reads all tables as of one moment. `onRows` is called with the total number of rows read so far. */
  async contents(onRows: (rows: number) => void): Promise<Contents> {
    let rows = 0;
    const read = async (table: TableName): Promise<TableContents> => {
      const digest = new TableDigest();
      for await (const piece of this.#copyOut(table)) {
        digest.add(piece);
        onRows(rows + digest.rows);
      }
      rows += digest.rows;
      return digest.finish();
    };
    await query(this.#client, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const contents: Partial<Record<TableName, TableContents>> = {};
    for (const table of tableNames) contents[table] = await read(table);
    await query(this.#client, 'COMMIT');
    // cast: every table was read.
    return contents as Contents;
  }

  async *lines(table: TableName): AsyncGenerator<string> {
    // COPY sends complete lines and escapes line breaks within text.
    for await (const piece of this.#copyOut(table)) yield* piece.toString().split(/(?<=\n)/);
  }

  async finish(): Promise<void> {
    // Otherwise a server would plan its first queries with the statistics of empty tables.
    await query(this.#client, 'ANALYZE');
    await finishMark(this.#client);
  }

  async close(): Promise<void> {
    await this.#client.end({ timeout: 5 });
  }

  async *#copyOut(table: TableName): AsyncGenerator<Buffer> {
    const select = `SELECT ${columnNamesOf(table).join()} FROM ${table} ORDER BY ${orderOf(table).join()}`;
    yield* await this.#client.unsafe(`COPY (${select}) TO STDOUT`).readable();
  }
}

function keyOf(table: TableName, row: RawRow): readonly RawValue[] {
  const columns = columnNamesOf(table);
  return orderOf(table).map((column) => present(row[columns.indexOf(column)]));
}

/** One column of the rows as a PostgreSQL array literal. */
function encodeColumn(rows: readonly RawRow[], column: number): SqlValue {
  const items = rows.map((row) => {
    const value = present(row[column]);
    if (value === null) return 'NULL';
    return typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
  });
  return `{${items.join()}}`;
}
