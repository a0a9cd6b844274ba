/** `bursar backup`: copies the databases of a data folder, also while a server uses it, and verifies the copy. */

import { join } from 'node:path';
import { messageOf } from '../boundary/caught.ts';
import { systemClock } from '../clock/system-clock.ts';
import { ConfigError } from '../engine/config-error.ts';
import { databaseFile, openSnapshot } from '../engine/open-store.ts';
import { backUp } from '../maintenance/backup.ts';
import { reportIntegrity } from '../maintenance/integrity-report.ts';
import { readSetting } from '../runtime/config.ts';
import { readOptions } from '../runtime/options.ts';
import { settings } from '../runtime/settings.ts';
import { requireDatabase } from './database-file.ts';
import { describeReport } from './integrity-text.ts';
import { createProgress } from './progress.ts';
import type { Verb } from './verb.ts';

async function run(args: readonly string[]): Promise<number> {
  const { file, folder, force } = readArguments(args);
  requireDatabase(databaseFile(folder), '; --data names its folder');
  if (!(await isReadable(databaseFile(folder)))) return 1;
  const progress = createProgress();
  const copy = (doing: string, pages: number) => progress(doing, pages, 'pages');
  let written: readonly string[];
  try {
    written = await backUp({ folder, file, force, onProgress: copy });
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    console.error(`bursar: the backup failed; ${file} was not written: ${messageOf(error)}`);
    return 1;
  }
  for (const path of written) console.log(`wrote ${path}`);
  return verify(file, folder, progress);
}

/** Checks that the source is a database of Bursar, because nothing else is copied. */
async function isReadable(file: string): Promise<boolean> {
  try {
    await (await openSnapshot({ file }, systemClock.monotonic)).close();
    return true;
  } catch (error) {
    console.error(`bursar: ${file} is not a database of Bursar, or cannot be read: ${messageOf(error)}`);
    return false;
  }
}

async function verify(
  file: string,
  folder: string,
  progress: ReturnType<typeof createProgress>,
): Promise<number> {
  const report = await reportIntegrity({ file }, systemClock.monotonic, (rows) => progress('checked', rows));
  if (!report.ok) {
    console.error(`bursar: the copy was made, but its books do not balance\n\n${describeReport(report)}`);
    return 1;
  }
  console.log(
    `OK: the books of the copy balance (${report.transfers} transfers).
To restore, copy them to bursar.sqlite and chain.sqlite in an empty folder, with the master key, which they do not
contain: ${join(folder, 'master-key')}, unless BURSAR_MASTER_KEY gives it.`,
  );
  return 0;
}

function readArguments(args: readonly string[]) {
  const options = { data: { type: 'string' }, force: { type: 'boolean' } } as const;
  const { values, positionals } = readOptions(args, options, 1);
  const [file] = positionals;
  if (file === undefined || file.trim() === '')
    throw new ConfigError('backup needs the name of a FILE to write');
  if (values.data === undefined && (process.env.DATABASE_URL?.trim() ?? '') !== '')
    throw new ConfigError(
      'DATABASE_URL names a PostgreSQL database, which pg_dump copies; --data names the folder of an SQLite database',
    );
  const folder = readSetting('BURSAR_DATA', values.data, process.env);
  return { file, folder, force: values.force ?? false };
}

export const backupVerb: Verb = {
  summary: 'Copies a live SQLite database to a file and verifies the copy.',
  help: `usage: bursar backup FILE [--data DIR] [--force]

Copies the database of a data folder to FILE as of one moment, and the simulated chain to FILE.chain. A server may be
running and writing meanwhile. Then the copy is verified as by bursar verify FILE.

FILE appears only once it is complete. A backup that was killed may leave FILE.*.partial behind, which can be deleted.

  --data DIR   The data folder. Default: BURSAR_DATA, else ${settings.BURSAR_DATA.fallback}.
  --force      Replaces FILE and FILE.chain if they exist as regular files.

To restore, copy FILE to bursar.sqlite and FILE.chain to chain.sqlite in an empty folder, add the master-key and the
operator-token of the old folder, and start the server with --data on it. API secrets in a backup cannot be decrypted
without the master key: keep a copy of it in another place. For PostgreSQL use pg_dump: with DATABASE_URL, only a folder
that --data names is copied.

Exit codes: 0 success; 1 the copy failed or its books do not balance; 2 usage error, FILE exists or no database.`,
  run,
};
