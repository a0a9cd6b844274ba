/** `bursar verify`: verifies the books of a server or a backup, also while a server is running; changes nothing. */
import { asError } from '../boundary/caught.ts';
import { systemClock } from '../clock/system-clock.ts';
import { ConfigError } from '../engine/config-error.ts';
import { databaseFile } from '../engine/open-store.ts';
import { type IntegrityReport, reportIntegrity } from '../maintenance/integrity-report.ts';
import { readSetting } from '../runtime/config.ts';
import { readOptions } from '../runtime/options.ts';
import { settings } from '../runtime/settings.ts';
import { requireDatabase } from './database-file.ts';
import { readDatabaseUrl, showDatabaseUrl } from './database-url.ts';
import { describeReport } from './integrity-text.ts';
import { createProgress } from './progress.ts';
import type { Verb } from './verb.ts';

type Books = {
  readonly location: Parameters<typeof reportIntegrity>[0];
  /** The name to display. */
  readonly name: string;
};

async function run(args: readonly string[]): Promise<number> {
  const { books, json } = readArguments(args);
  const progress = createProgress();
  let report: IntegrityReport;
  try {
    report = await reportIntegrity(books.location, systemClock.monotonic, (rows) =>
      progress('checked', rows),
    );
  } catch (error) {
    const { cause, message } = asError(error);
    const reason = cause instanceof Error ? cause.message : message;
    console.error(`bursar: ${books.name} cannot be read completely: ${reason}`);
    return 1;
  }
  console.log(json ? JSON.stringify(report, null, 2) : `${books.name}\n\n${describeReport(report)}`);
  return report.ok ? 0 : 1;
}

function readArguments(args: readonly string[]): { readonly books: Books; readonly json: boolean } {
  const options = {
    data: { type: 'string' },
    'database-url': { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const { values, positionals } = readOptions(args, options, 1);
  const { data, 'database-url': url } = values;
  if (positionals.length + [data, url].filter((each) => each !== undefined).length > 1) {
    throw new ConfigError('verify takes only one of FILE, --data and --database-url');
  }
  return { books: findBooks(positionals[0], data, url), json: values.json ?? false };
}

function findBooks(file: string | undefined, data: string | undefined, url: string | undefined): Books {
  if (file?.trim() === '') throw new ConfigError('FILE must not be empty');
  if (file !== undefined) return { location: { file: requireDatabase(file) }, name: file };
  if (url !== undefined) return inPostgres(url, '--database-url');
  const { DATABASE_URL: named = '' } = process.env;
  if (data === undefined && named.trim() !== '') return inPostgres(named, 'DATABASE_URL');
  const folder = readSetting('BURSAR_DATA', data, process.env);
  return { location: { folder }, name: requireDatabase(databaseFile(folder), '; --data names its folder') };
}

function inPostgres(given: string, source: string): Books {
  const url = readDatabaseUrl(given, source);
  return { location: { postgres: url }, name: showDatabaseUrl(url) };
}

export const verifyVerb: Verb = {
  summary: 'Checks the books of a server or a backup: balances, holds, sums and the hash chain.',
  help: `usage: bursar verify [FILE | --data DIR | --database-url URL] [--json]

Recomputes every balance from the transfers, compares holds with withdrawals and deposits in progress, sums each asset
over all ledger accounts, and verifies the hash chain. Nothing is changed; a server may be using the data meanwhile.

  FILE                 A single database file, such as a backup.
  --database-url URL   A PostgreSQL database. Default: DATABASE_URL, unless FILE or --data is given.
  --data DIR           The folder of an SQLite database. Default: BURSAR_DATA, else ${settings.BURSAR_DATA.fallback}.
  --json               Prints the report as JSON, as the operator API's GET /operator/v1/integrity does.

Anyone who can write to the database could also delete the newest transfers with their seals, or recompute all seals.
To detect this, record the latest seal in another place regularly, and check that it is still among the seals.

Exit codes: 0 the books balance; 1 they do not, or cannot be read; 2 usage error or no database.`,
  run,
};
