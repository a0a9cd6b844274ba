/** The table declarations and the migrations of each store agree. */

import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { columnName } from '../../../src/store/columns.ts';
import { createClient } from '../../../src/store/postgres/client.ts';
import {
  columnsOf as declaredColumnsOf,
  sequenced,
  type TableName,
  tables,
} from '../../../src/store/tables.ts';
import { databaseAt } from '../../support/database-at.ts';
import { conformance, type Site } from './stores.ts';

type Column = {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
};

const sqliteTypes = { integer: 'INTEGER', text: 'TEXT', units: 'TEXT', flag: 'INTEGER', json: 'TEXT' };
const postgresTypes = { integer: 'bigint', text: 'text', units: 'units', flag: 'boolean', json: 'json_text' };

function declared(types: Readonly<Record<string, string>>): Column[] {
  return (Object.keys(tables) as TableName[]).flatMap((table) =>
    Object.entries(declaredColumnsOf(table)).map(([field, { kind, nullable }]) => ({
      table,
      name: columnName(field),
      type: types[kind] ?? '',
      nullable,
    })),
  );
}

/** `withdrawal_quorum_guards` is a constraint: it protects against REPLACE, which PostgreSQL does not have. */
function sqliteColumns(path: string): Column[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const columns = database
    .prepare(
      `SELECT t.name AS "table", c.name, c.type, c."notnull" = 0 AND c.pk = 0 AS nullable
       FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT IN ('migrations', 'sequences', 'withdrawal_quorum_guards')`,
    )
    .all();
  database.close();
  return columns.map((column) => ({ ...column, nullable: column.nullable === 1 }) as Column);
}

async function postgresColumns(url: string): Promise<Column[]> {
  const client = createClient(databaseAt(url), { max: 1 });
  const columns = await client.unsafe<Column[]>(
    `SELECT table_name AS "table", column_name AS name, coalesce(domain_name, data_type) AS type, is_nullable = 'YES' AS nullable
     FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN ('migrations', 'sequences')`,
  );
  await client.end();
  return columns.map((column) => ({ ...column }));
}

const order = (columns: readonly Column[]) =>
  columns.map((column) => JSON.stringify(column, Object.keys(column).sort())).sort();

function columnsOf({ kind, location }: Site): Promise<Column[]> | Column[] {
  return kind === 'PostgreSQL' ? postgresColumns(location) : sqliteColumns(location);
}

conformance(
  'every column exists with its type and nullability',
  async (site) => {
    const types = site.kind === 'PostgreSQL' ? postgresTypes : sqliteTypes;
    assert.deepEqual(order(await columnsOf(site)), order(declared(types)));
  },
  ['SQLite on disk', 'PostgreSQL'],
);

conformance(
  'the primary key is the declared one, and numbers are assigned by the database',
  async ({ location }) => {
    const client = createClient(databaseAt(location), { max: 1 });
    try {
      for (const [table, { key }] of Object.entries(tables)) {
        const columns = `{${[...key].map(columnName).sort().join()}}`;
        const [row] = await client.unsafe(
          `SELECT count(*) AS unique FROM pg_index i WHERE i.indrelid = $1::text::regclass AND i.indisunique AND i.indpred IS NULL
           AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)) = $2::text::text[]`,
          [table, columns],
        );
        assert.equal(row?.unique, 1, `${table} ${columns}`);
        const [identity] = await client.unsafe(
          `SELECT count(*) AS columns FROM information_schema.columns WHERE table_name = $1 AND column_name = 'seq' AND is_identity = 'YES'`,
          [table],
        );
        assert.equal(identity?.columns, sequenced.has(table as TableName) ? 1 : 0, table);
      }
    } finally {
      await client.end();
    }
  },
  ['PostgreSQL'],
);
