/** `bursar migrate`: copies the data folder of a server to PostgreSQL and proves that both are equal. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { databaseFile } from '../engine/books.ts';
import { ConfigError } from '../engine/config-error.ts';
import { MigrationRefused, type MigrationReport, migrateBooks } from '../maintenance/migration.ts';
import { readSetting, settings } from '../runtime/config.ts';
import { readOptions } from '../runtime/options.ts';
import { path } from '../runtime/setting-readers.ts';
import { readDatabaseUrl, showDatabaseUrl } from './database-url.ts';
import { describeReport } from './integrity-text.ts';
import { createProgress } from './progress.ts';
import { alignColumns, type Verb } from './verb.ts';

async function run(args: readonly string[]): Promise<number> {
  const { folder, url, json } = readArguments(args);
  if (!existsSync(databaseFile(folder))) {
    throw new ConfigError(`there is no database ${databaseFile(folder)}; --from names its folder`);
  }
  let report: MigrationReport;
  try {
    report = await migrateBooks({ folder, url, onProgress: createProgress() });
  } catch (error) {
    return explain(error);
  }
  console.log(json ? JSON.stringify(report, null, 2) : describe(report, folder, url));
  return 0;
}

function explain(error: unknown): number {
  if (error instanceof MigrationRefused) {
    const { message, report } = error;
    console.error(`bursar: ${message}${report === undefined ? '' : `\n\n${describeReport(report)}`}`);
    return 1;
  }
  // Database and system errors have a code; a bug does not.
  const { code, message } = error as NodeJS.ErrnoException;
  if (typeof code !== 'string') throw error;
  console.error(
    `bursar: the migration stopped: ${message} (${code})\nNo data was lost; run it again to resume.`,
  );
  return 1;
}

function readArguments(args: readonly string[]) {
  const options = { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean' } } as const;
  const { from, to, json = false } = readOptions(args, options).values;
  if (to === undefined) throw new ConfigError('--to must say which PostgreSQL database');
  const folder =
    from === undefined ? readSetting('BURSAR_DATA', undefined, process.env) : path(from, '--from');
  return { folder, url: readDatabaseUrl(to, '--to'), json };
}

const outcomes: Readonly<Record<MigrationReport['outcome'], string>> = {
  migrated: 'OK: everything was copied, and both sides are equal.',
  unchanged: 'OK: nothing to do. It was migrated before, and both sides are equal.',
  'in-use':
    'OK: nothing to do. It was migrated before, the source is as it was then, and the target has been written to since.',
};

function describe({ outcome, tables, integrity }: MigrationReport, folder: string, url: string): string {
  const rows = Object.entries(tables).map(([table, { rows, digest }]) => [table, `${rows}`, digest]);
  return `${folder} → ${showDatabaseUrl(url)}

${alignColumns([['table', 'rows', 'SHA-256 of the rows'], ...rows])}

${describeReport(integrity)}

${outcomes[outcome]}

Start the server with DATABASE_URL=${showDatabaseUrl(url)} and the secrets of this folder: either with
--data ${folder}, or with BURSAR_MASTER_KEY set to the contents of ${join(resolve(folder), 'master-key')}
(unless that is how it is given already): without it no customer can sign in. No server must run over the SQLite
database any more.`;
}

export const migrateVerb: Verb = {
  summary: 'Copies an SQLite database to PostgreSQL and proves that both are the same.',
  help: `usage: bursar migrate [--from DIR] --to URL [--json]

Copies everything from the SQLite databases in a data folder into an empty PostgreSQL database (15 or later), then
recomputes every balance and the hash chain on both sides and compares them, as well as every row of every table. Only
when all is equal the target is free to use: until then no server starts over it.

The source is not changed, and no server may run over it. It may be interrupted at any moment: started again it goes on
where it was. Started again after its end it copies nothing and compares again.

  --from DIR   The data folder: BURSAR_DATA, or else ${settings.BURSAR_DATA.fallback}.
  --to URL     The PostgreSQL database: postgres://user:password@host:5432/database. It must exist, and be empty.
  --json       Prints the report as JSON.

Exit code: 0 when both are equal, 1 when they are not or it was refused or interrupted, 2 on a usage error or
there is no database.`,
  run,
};
