/**
 * The databases that the lab makes beside that of the exchange, on the same server: each is new, or a copy of one
 * that nobody is connected to (`CREATE DATABASE … TEMPLATE`). Their names identify their exchange and their process,
 * so that the next process finds those of one that was killed.
 */

import { createHash, randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../boundary/caught.ts';
import { present } from '../../boundary/present.ts';
import { asNotDone } from '../port.ts';
import { type Client, createClient, type Database, query, type RawRow } from './client.ts';
import { databaseIn, withDatabase } from './database-hosts.ts';
import { DatabaseProblem } from './database-problem.ts';
import { sqlStateOf, storeFaultOf } from './failure.ts';

const insufficientPrivilege = '42501';
const objectInUse = '55006';
const undefinedDatabase = '3D000';
/** In the names of the databases of this process. */
const processTag = `${randomBytes(4).toString('hex')}_`;
/** Time limit of a statement, including the wait for other sessions to end, ms. */
const answerMs = 60_000;

/** Rows that a replaced database hands on to the new one. */
export type KeptTable = { readonly table: string; readonly columns: readonly string[] };

export class LabDatabases {
  readonly #exchange: Database;
  /** Name of the exchange's database; known after the first connection to it. */
  #name: string | undefined;

  constructor(exchange: Database) {
    this.#exchange = exchange;
  }

  /** A new database with the encoding and the locale of the exchange's, without tables. @returns its URL. */
  create(): Promise<string> {
    return this.#make(
      (name) => `
      SELECT format('CREATE DATABASE ${name} TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
        pg_encoding_to_char(encoding), datcollate, datctype) AS sql
      FROM pg_database WHERE datname = current_database()`,
    );
  }

  /** A copy of a database of the lab that nobody is connected to. @returns its URL. */
  copy(url: string): Promise<string> {
    return this.#make((name) => `SELECT 'CREATE DATABASE ${name} TEMPLATE ${databaseIn(url)}' AS sql`);
  }

  /** Ends the connections to a database of the lab and drops it. */
  drop(url: string): Promise<void> {
    return this.#beside((client) => drop(client, databaseIn(url)));
  }

  /** The names of those that this process has made, and of those of others. */
  names(): Promise<{ readonly own: readonly string[]; readonly others: readonly string[] }> {
    return this.#beside(async (client, { prefix }) => {
      const rows = await query(client, 'SELECT datname FROM pg_database WHERE starts_with(datname, $1)', [
        prefix,
      ]);
      const { own = [], others = [] } = Object.groupBy(
        rows.map(({ datname }) => String(datname)),
        (name) => (name.startsWith(`${prefix}${processTag}`) ? 'own' : 'others'),
      );
      return { own, others };
    });
  }

  /** Ends sessions that dead processes have left: PostgreSQL completes a copy although nobody waits for it. */
  endOthers(): Promise<void> {
    return this.#beside(async (client) => {
      await query(client, endOtherSessions, [answerMs]);
    });
  }

  dropNamed(names: readonly string[]): Promise<void> {
    return this.#beside(async (client) => {
      for (const name of names) await drop(client, name);
    });
  }

  /** In bytes. */
  sizeOf(url: string): Promise<number> {
    return this.#beside(async (client) => {
      const [row] = await query(client, 'SELECT pg_database_size($1)::bigint AS bytes', [databaseIn(url)]);
      return Number(row?.bytes);
    });
  }

  /**
   * Checks that the database of the exchange can be replaced now.
   * @throws DatabaseProblem
   */
  checkReplaceable(): Promise<void> {
    return this.#beside(async (client) => {
      const [row] = await query(client, selectRights);
      if (row?.is_owner !== true) throw new DatabaseProblem(notOwner(present(row)));
      if (row.may_create !== true) throw new DatabaseProblem(mayNotCreate(row));
      const others = await query(client, selectOtherSessions);
      if (others.length > 0) throw new DatabaseProblem(usedByOthers(row, others));
    });
  }

  /**
   * Replaces the database of the exchange, to which nothing of this process is connected, by another one of the lab,
   * which gets its name. At any moment there is a database of that name: the old one or the new one.
   * @param aside any other database of the lab
   * @throws DatabaseProblem if others are connected to it; it is then as before.
   */
  async replaceExchange(next: string, aside: string, kept: readonly KeptTable[]): Promise<void> {
    const { timers } = this.#exchange;
    const { name, prefix } = await this.#beside(async (from, names) => {
      await administer({ url: next, timers }, (to) => handOn(from, to, kept));
      return names;
    });
    await administer({ url: aside, timers }, async (client) => {
      const [row] = await query(client, selectOwner, [name]);
      const old = newName(prefix);
      await query(
        client,
        `BEGIN; ALTER DATABASE ${quote(name)} RENAME TO ${old};
         ALTER DATABASE ${databaseIn(next)} RENAME TO ${quote(name)};
         ALTER DATABASE ${quote(name)} OWNER TO ${String(row?.owner)}; COMMIT`,
      );
      await drop(client, old);
    });
  }

  #make(sqlFor: (name: string) => string): Promise<string> {
    return this.#beside(async (client, { prefix }) => {
      const name = newName(prefix);
      const [row] = await query(client, sqlFor(name));
      try {
        await query(client, String(row?.sql));
      } catch (error) {
        if (sqlStateOf(error) !== insufficientPrivilege) throw error;
        const [rights] = await query(client, selectRights);
        throw new DatabaseProblem(mayNotCreate(present(rights)));
      }
      return withDatabase(this.#exchange.url, name);
    }).catch((error: unknown) => {
      // A database that was created in spite of the error is never used.
      throw asNotDone(error);
    });
  }

  /** Works on a connection to the exchange's database. */
  #beside<T>(work: (client: Client, names: Names) => Promise<T>): Promise<T> {
    return administer(this.#exchange, async (client) => {
      this.#name ??= String((await query(client, 'SELECT current_database() AS name'))[0]?.name);
      const digest = createHash('sha256').update(this.#name).digest('hex').slice(0, 12);
      return work(client, { name: this.#name, prefix: `bursar_lab_${digest}_` });
    });
  }
}

/** The name of the exchange's database, and the prefix of the names of the lab's databases. */
type Names = { readonly name: string; readonly prefix: string };

const newName = (prefix: string) => `${prefix}${processTag}${randomBytes(4).toString('hex')}`;

/** @throws StoreFault if the server is unavailable, DatabaseProblem. */
async function administer<T>(database: Database, work: (client: Client) => Promise<T>): Promise<T> {
  const session = { application_name: 'bursar lab', statement_timeout: answerMs };
  const client = createClient(database, { max: 1, session });
  try {
    return await work(client);
  } catch (error) {
    if (error instanceof DatabaseProblem) throw error;
    if (sqlStateOf(error) === objectInUse)
      throw new DatabaseProblem(`PostgreSQL: ${messageOf(error)}; close what is connected to it`);
    throw storeFaultOf(error, 'unknown');
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Copies rows from one database to another. */
async function handOn(from: Client, to: Client, kept: readonly KeptTable[]): Promise<void> {
  for (const { table, columns } of kept) {
    const rows = await from.unsafe(`COPY (SELECT ${columns} FROM ${table}) TO STDOUT`).readable();
    await pipeline(rows, await to.unsafe(`COPY ${table} (${columns}) FROM STDIN`).writable());
  }
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function drop(client: Client, name: string): Promise<void> {
  try {
    await query(client, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } catch (error) {
    if (sqlStateOf(error) !== undefinedDatabase) throw error;
  }
}

const selectRights = `
  SELECT current_database() AS name, current_user AS role, pg_has_role(datdba, 'USAGE') AS is_owner,
    (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user) AS may_create
  FROM pg_database WHERE datname = current_database()`;
const selectOwner = 'SELECT datdba::regrole::text AS owner FROM pg_database WHERE datname = $1';
const endOtherSessions = `
  SELECT pg_terminate_backend(pid, $1) FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'bursar lab'`;
/** Sessions of Bursar are recognised by their names. */
const selectOtherSessions = `
  SELECT pid, application_name FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND application_name NOT IN ('bursar', 'bursar changes', 'bursar lab')
  ORDER BY pid LIMIT 10`;

const mayNotCreate = ({ role }: RawRow) =>
  `the role ${role} may not create databases in PostgreSQL; allow it: ALTER ROLE ${quote(String(role))} CREATEDB`;
const notOwner = ({ role, name }: RawRow) =>
  `the role ${role} does not own the database ${name}; make it the owner: ALTER DATABASE ${quote(String(name))} OWNER TO ${quote(String(role))}`;
const usedByOthers = ({ name }: RawRow, others: readonly RawRow[]) =>
  `other programs are connected to the database ${name} (${others.map(({ pid, application_name: program }) => `${program || 'unnamed'}, process ${pid}`).join('; ')}); close these connections first`;
