/**
 * A world of the lab as one SQLite file: its books, the tables of its simulated chains, and other data for a copy of
 * it. `bursar verify` reads such a file like any other.
 */

import type { DatabaseSync } from 'node:sqlite';
import { selected } from '../boundary/selected.ts';
import { chainDatabaseVersion, openChainDatabase } from '../chain/simulated/sqlite-chain-database.ts';
import { SchemaMismatch } from '../store/migration-files.ts';
import { openForWriting, openImageForWriting } from '../store/sqlite/database.ts';
import { imageOf, openImage } from '../store/sqlite/image.ts';
import type { SqliteImage } from '../store/world-image.ts';

/** The content of a file besides the books and chains of its world. */
export type WorldNotes = { readonly atMs: number; readonly more: unknown };

/** The file cannot be imported. The message says why. */
export class NotAWorldFile extends Error {}

const notesTable = 'lab_world';
const otherVersion = 'was exported by another version of Bursar';
/** Version of the format of these files. */
const format = 1;

type Notes = WorldNotes & { readonly format: number; readonly chainVersion: number };

/** A world on SQLite. */
export type WorldContents = { readonly image: SqliteImage; readonly atMs: number };

export function worldFile({ image, atMs }: WorldContents, more: unknown): Uint8Array {
  const books = openImage(image.store);
  const chains = openImage(image.chains);
  try {
    for (const { sql } of schemaOf(chains)) books.exec(sql);
    for (const name of tablesOf(chains)) copyRows(chains, books, name);
    const notes: Notes = { format, atMs, chainVersion: chainDatabaseVersion(chains), more };
    books.exec(`CREATE TABLE ${notesTable} (notes TEXT NOT NULL) STRICT`);
    books.prepare(`INSERT INTO ${notesTable} VALUES (?)`).run(JSON.stringify(notes));
    return imageOf(books);
  } finally {
    books.close();
    chains.close();
  }
}

/** @throws NotAWorldFile */
export function readWorldFile(file: Uint8Array): WorldContents & { readonly more: unknown } {
  const { database: chains } = openChainDatabase(':memory:');
  const books = openFile(file, chains);
  try {
    const { atMs, more, chainVersion } = notesOf(books);
    if (chainVersion !== chainDatabaseVersion(chains)) throw new NotAWorldFile(otherVersion);
    for (const name of tablesOf(chains)) {
      copyRows(books, chains, name);
      books.exec(`DROP TABLE ${name}`);
    }
    books.exec(`DROP TABLE ${notesTable}; VACUUM`);
    const store = imageOf(books);
    checkSchema(store);
    return { image: { store, chains: imageOf(chains) }, atMs, more };
  } finally {
    books.close();
    chains.close();
  }
}

function openFile(file: Uint8Array, chains: DatabaseSync): DatabaseSync {
  let books: DatabaseSync | undefined;
  try {
    books = openImage(file);
    refuseForeign(books, chains);
    const [problem] = selected<{ readonly quick_check: string }>(
      books.prepare('PRAGMA quick_check(1)').all(),
    );
    if (problem?.quick_check !== 'ok') throw new Error(problem?.quick_check);
    return books;
  } catch (error) {
    books?.close();
    chains.close();
    if (error instanceof NotAWorldFile) throw error;
    throw new NotAWorldFile('is not an SQLite database, or is damaged');
  }
}

/** Before anything is read from it: a view may never end, and a trigger or a column may do anything to what is written. */
function refuseForeign(books: DatabaseSync, chains: DatabaseSync): void {
  const own = openForWriting(':memory:');
  const known = new Map([own, chains].flatMap(schemaOf).map((row) => [row.name, row]));
  own.close();
  const named = selected<SchemaRow>(
    books.prepare("SELECT type, name, coalesce(sql, '') AS sql FROM sqlite_schema").all(),
  );
  for (const { type, name, sql } of named) {
    const isTable = type === 'table' || type === 'index';
    const isOwn = name === notesTable || known.get(name)?.type === type || name.startsWith('sqlite_');
    const isPlain = !/^\s*CREATE\s+VIRTUAL|\bGENERATED\b|\bAS\s*\(/i.test(sql);
    // A table of an earlier version may have fewer columns; the others are compared when they have been added.
    if (!isOwn || (isTable ? !isPlain : known.get(name)?.sql !== sql))
      throw new NotAWorldFile(`is not an exported world: it has a ${type} ${name.slice(0, 80)} of its own`);
  }
}

function notesOf(books: DatabaseSync): Notes {
  if (!tablesOf(books).includes(notesTable)) throw new NotAWorldFile('is not an exported world');
  const row = books.prepare(`SELECT * FROM ${notesTable}`).get();
  const notes = parsed(row?.notes);
  if (notes?.format !== format) throw new NotAWorldFile(otherVersion);
  return notes;
}

function parsed(text: unknown): Notes | undefined {
  try {
    return JSON.parse(String(text)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** An earlier version is migrated first. */
function checkSchema(store: Uint8Array): void {
  const own = openForWriting(':memory:');
  try {
    const migrated = openImageForWriting(store);
    const differs = textOf(schemaOf(migrated)) !== textOf(schemaOf(own));
    migrated.close();
    if (differs) throw new NotAWorldFile(otherVersion);
  } catch (error) {
    throw error instanceof SchemaMismatch ? new NotAWorldFile(otherVersion) : error;
  } finally {
    own.close();
  }
}

const textOf = (schema: readonly SchemaRow[]) =>
  schema
    .map(({ type, name, sql }) => `${type} ${name} ${sql}`)
    .sort()
    .join('\n');

type SchemaRow = { readonly type: string; readonly name: string; readonly sql: string };

/** Tables before their indexes, without those that SQLite makes by itself. */
function schemaOf(database: DatabaseSync): readonly SchemaRow[] {
  return selected<SchemaRow>(
    database
      .prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY type DESC",
      )
      .all(),
  );
}

function tablesOf(database: DatabaseSync): readonly string[] {
  return schemaOf(database).flatMap(({ type, name }) => (type === 'table' ? [name] : []));
}

/** @throws NotAWorldFile if the source lacks the table or one of its columns. */
function copyRows(from: DatabaseSync, to: DatabaseSync, table: string): void {
  const columns = to
    .prepare(`SELECT * FROM ${table}`)
    .columns()
    .map(({ name }) => name);
  const insert = to.prepare(
    `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
  );
  try {
    const select = from.prepare(`SELECT ${columns.join()} FROM ${table}`);
    select.setReturnArrays(true);
    to.exec('BEGIN');
    // cast: arrays were asked for.
    for (const row of select.iterate()) insert.run(...(row as unknown as (string | number | null)[]));
    to.exec('COMMIT');
  } catch {
    throw new NotAWorldFile(`has no table ${table} of the chains that fits`);
  }
}
