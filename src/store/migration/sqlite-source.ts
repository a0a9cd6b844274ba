/** The source of a migration: reads a database file row by row, as of one moment, without changing it. */

import type { DatabaseSync } from 'node:sqlite';
import { recordOf } from '../../boundary/record.ts';
import { textIn } from '../../boundary/selected.ts';
import { openForReading } from '../sqlite/database.ts';
import { sequenceNames, type TableName } from '../tables.ts';
import {
  type Contents,
  columnNamesOf,
  createSpeller,
  orderOf,
  type RawRow,
  type RawValue,
  type Sequences,
  type TableContents,
  TableDigest,
  tableNames,
} from './canonical-rows.ts';

/** Approximate number of characters that are hashed at once. */
const pieceLength = 65_536;

export class SqliteSource {
  readonly #database: DatabaseSync;

  constructor(path: string) {
    this.#database = openForReading(path);
    // An open read transaction: all reads see the database as of now.
    this.#database.exec('BEGIN');
    this.#database.prepare('SELECT 1 FROM sqlite_schema').get();
  }

  /** Tables whose columns differ from those of this version. */
  incompatibleTables(): readonly string[] {
    const select = this.#database.prepare('SELECT name FROM pragma_table_info(?)');
    const differs = (table: string, columns: readonly string[]) => {
      const found = select.all(table).map((row) => textIn(row, 'name'));
      return found.sort().join() !== [...columns].sort().join();
    };
    const different = tableNames.filter((table) => differs(table, columnNamesOf(table)));
    return differs('sequences', ['name', 'last']) ? [...different, 'sequences'] : different;
  }

  /** The last number of each sequence. */
  sequences(): Sequences {
    const select = this.#database.prepare('SELECT last FROM sequences WHERE name = ?');
    // cast: the store counts them from its first migration on.
    return recordOf(sequenceNames, (name) => select.get(name)?.last) as Sequences;
  }

  /** The rows in order: those after a key, or all. */
  *rows(table: TableName, after: RawRow | undefined): Generator<RawRow> {
    const order = orderOf(table).join();
    const condition = after === undefined ? '' : ` WHERE (${order}) > (${after.map(() => '?').join()})`;
    const statement = this.#database.prepare(
      `SELECT ${columnNamesOf(table).join()} FROM ${table}${condition} ORDER BY ${order}`,
    );
    statement.setReturnArrays(true);
    // cast: arrays were asked for.
    yield* statement.iterate(...(after ?? [])) as Iterable<RawValue[]>;
  }

  *lines(table: TableName): Generator<string> {
    const spell = createSpeller(table);
    for (const row of this.rows(table, undefined)) yield spell(row);
  }

  /** `onRows` is called with the total number of rows read so far. */
  contents(onRows: (rows: number) => void): Contents {
    let rows = 0;
    const read = (table: TableName): TableContents => {
      const digest = new TableDigest();
      let piece = '';
      for (const line of this.lines(table)) {
        rows += 1;
        piece += line;
        if (piece.length < pieceLength) continue;
        digest.add(Buffer.from(piece));
        piece = '';
        onRows(rows);
      }
      digest.add(Buffer.from(piece));
      return digest.finish();
    };
    return recordOf(tableNames, read);
  }

  close(): void {
    this.#database.close();
  }
}
