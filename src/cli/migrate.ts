/** `bursar migrate`: copies the data folder of a server to PostgreSQL and proves that both are equal. */

import { join, resolve } from 'node:path';
import { codeOf, messageOf } from '../boundary/caught.ts';
import { systemClock } from '../clock/system-clock.ts';
import { ConfigError } from '../engine/config-error.ts';
import { databaseFile } from '../engine/open-store.ts';
import { type MigrationReport, migrateBooks } from '../maintenance/migration.ts';
import { MigrationFailed } from '../maintenance/migration-failed.ts';
import { readSetting } from '../runtime/config.ts';
import { readOptions } from '../runtime/options.ts';
import { path } from '../runtime/setting-readers.ts';
import { settings } from '../runtime/settings.ts';
import { requireDatabase } from './database-file.ts';
import { readDatabaseUrl, showDatabaseUrl } from './database-url.ts';
import { describeReport } from './integrity-text.ts';
import { createProgress } from './progress.ts';
import { alignColumns, type Verb } from './verb.ts';

async function run(args: readonly string[]): Promise<number> {
  const { folder, url, json } = readArguments(args);
  requireDatabase(databaseFile(folder), '; --from names its folder');
  let report: MigrationReport;
  try {
    report = await migrateBooks({ folder, url, timers: systemClock.monotonic, onProgress: createProgress() });
  } catch (error) {
    return explain(error);
  }
  console.log(json ? JSON.stringify(report, null, 2) : describe(report, folder, url));
  return 0;
}

function explain(error: unknown): number {
  if (error instanceof MigrationFailed) {
    const { message, report } = error;
    console.error(`bursar: ${message}${report === undefined ? '' : `\n\n${describeReport(report)}`}`);
    return 1;
  }
  // Database and system errors have a code; a bug does not.
  const code = codeOf(error);
  const message = messageOf(error);
  if (typeof code !== 'string') throw error;
  console.error(
    `bursar: the migration stopped: ${message} (${code})\nNo data was lost; run it again to resume.`,
  );
  return 1;
}

function readArguments(args: readonly string[]) {
  const options = { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean' } } as const;
  const { from, to, json = false } = readOptions(args, options).values;
  if (to === undefined) throw new ConfigError('--to must name the PostgreSQL database');
  const folder =
    from === undefined ? readSetting('BURSAR_DATA', undefined, process.env) : path(from, '--from');
  return { folder, url: readDatabaseUrl(to, '--to'), json };
}

const outcomes: Readonly<Record<MigrationReport['outcome'], string>> = {
  migrated: 'OK: everything was copied, and both sides are equal.',
  unchanged: 'OK: nothing to do. The data was migrated before, and both sides are equal.',
  'in-use':
    'OK: nothing to do. The data was migrated before, the source is unchanged, and the target has been written to since.',
};

function describe({ outcome, tables, integrity }: MigrationReport, folder: string, url: string): string {
  const rows = Object.entries(tables).map(([table, { rows, digest }]) => [table, `${rows}`, digest]);
  return `${folder} → ${showDatabaseUrl(url)}

${alignColumns([['table', 'rows', 'SHA-256 of the rows'], ...rows])}

${describeReport(integrity)}

${outcomes[outcome]}

Start the server with DATABASE_URL=${showDatabaseUrl(url)} and the secrets of this folder: either with
--data ${folder}, or with BURSAR_MASTER_KEY set to the contents of ${join(resolve(folder), 'master-key')}
(unless it is set already): without it, no API key works. Do not run a server on the SQLite database any more.`;
}

export const migrateVerb: Verb = {
  summary: 'Copies an SQLite database to PostgreSQL and proves that both are the same.',
  help: `usage: bursar migrate [--from DIR] --to URL [--json]

Copies everything from the SQLite databases in a data folder to an empty PostgreSQL database (15 or later). Then it
recomputes every balance and the hash chain on both sides and compares them, and every row of every table. No server can
start on the target until everything is equal.

The source is not changed, and no server may be using it. The migration may be interrupted at any moment; run it again to
resume. After it has finished, another run copies nothing and compares again.

  --from DIR   The data folder. Default: BURSAR_DATA, else ${settings.BURSAR_DATA.fallback}.
  --to URL     The PostgreSQL database: postgres://user:password@host:5432/database. It must exist and be empty.
  --json       Prints the report as JSON.

Exit codes: 0 both are equal; 1 they differ, or the migration was refused or interrupted; 2 usage error or no database.`,
  run,
};
