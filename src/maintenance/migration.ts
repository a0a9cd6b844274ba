/**
 * Copies the ledger and the simulated chain of a data folder into a PostgreSQL database and compares both sides.
 *
 * Invariants: the source is never changed, and no server writes to it meanwhile. The target is marked as unfinished
 * before the first row is written, and as finished once both sides are equal: the rows of every table, and every
 * balance and the hash chain of the transfers, which are recomputed. A killed run can be repeated and resumes where it
 * stopped; a run after a finished one copies nothing and compares again.
 */

import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { codeOf, messageOf } from '../boundary/caught.ts';
import { copySimulatedChain } from '../chain/simulated/chain-copy.ts';
import type { Timers } from '../clock/clock.ts';
import { DataFolderInUse, lockDataFolder } from '../engine/data-folder-lock.ts';
import { chainFile, databaseFile } from '../engine/open-store.ts';
import { type Contents, tableNames } from '../store/migration/canonical-rows.ts';
import type { MigrationMark } from '../store/migration/migration-mark.ts';
import { MigrationUnderWay, PostgresTarget } from '../store/migration/postgres-target.ts';
import { SqliteSource } from '../store/migration/sqlite-source.ts';
import { type IntegrityReport, reportIntegrity } from './integrity-report.ts';
import { MigrationFailed, startOver } from './migration-failed.ts';
import { compareRows, compareSequences, copyRows } from './migration-rows.ts';

export type MigrationOptions = {
  readonly folder: string;
  readonly url: string;
  readonly timers: Timers;
  readonly onProgress: (doing: string, rows: number) => void;
};

export type MigrationReport = {
  /** `unchanged`: it was migrated before. `in-use`: it was migrated before and has been written to since. */
  readonly outcome: 'migrated' | 'unchanged' | 'in-use';
  readonly tables: Contents;
  /** The report of the target. */
  readonly integrity: IntegrityReport;
};

export async function migrateBooks(options: MigrationOptions): Promise<MigrationReport> {
  const { folder, onProgress } = options;
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(lockSource(folder));
  const { source, expected, contents } = await beforeCopying(
    `the source ${folder} cannot be read`,
    async () => {
      const source = new SqliteSource(databaseFile(folder));
      cleanup.defer(() => source.close());
      const expected = await checkSource(source, options);
      return {
        source,
        expected,
        contents: source.contents((rows) => onProgress('read from the source', rows)),
      };
    },
  );
  const target = await beforeCopying('the target cannot be opened', () => connect(options));
  cleanup.defer(() => target.close());
  const mark = await target.mark();
  if (mark !== undefined) refuseOther(mark, contents);
  if (mark?.finished) return await checkAgain(target, contents, options);
  await beginOrResume(target, mark, contents, options);
  await copyRows(source, target, mark?.progress ?? {}, onProgress);
  await target.setRunningNumbers(source.sequences());
  await copyChain(options);
  await compareRows(source, target, contents, onProgress);
  await compareSequences(source, target);
  const integrity = await reportTarget(options);
  if (!isDeepStrictEqual(integrity, expected)) {
    throw new MigrationFailed('the balances of the target differ from those of the source', integrity);
  }
  await target.finish();
  return { outcome: 'migrated', tables: contents, integrity };
}

/** Runs `work`; a system or database error is reported as a failure before anything was copied. */
async function beforeCopying<T>(failed: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Database and system errors have a code; a bug does not.
    const code = codeOf(error);
    if (typeof code !== 'string') throw error;
    throw new MigrationFailed(`${failed}, so nothing was copied: ${messageOf(error)} (${code})`);
  }
}

function lockSource(folder: string): () => void {
  try {
    return lockDataFolder(folder);
  } catch (error) {
    if (!(error instanceof DataFolderInUse)) throw error;
    throw new MigrationFailed(
      `a server is using ${folder}, and what it writes during the migration would be lost; stop it first`,
    );
  }
}

async function checkSource(
  source: SqliteSource,
  { folder, timers, onProgress }: MigrationOptions,
): Promise<IntegrityReport> {
  const incompatible = source.incompatibleTables();
  if (tableNames.every((table) => incompatible.includes(table))) {
    throw new MigrationFailed(`${databaseFile(folder)} is not a database of Bursar`);
  }
  if (incompatible.length > 0) {
    throw new MigrationFailed(
      `${folder} was written by another version of Bursar (${incompatible.join(', ')}); start this version of the server on it once, or migrate with that version`,
    );
  }
  const report = await reportIntegrity({ folder }, timers, (rows) =>
    onProgress('checked in the source', rows),
  );
  if (!report.ok)
    throw new MigrationFailed(`the books in ${folder} do not balance; nothing was copied`, report);
  return report;
}

async function connect({ url, timers }: MigrationOptions): Promise<PostgresTarget> {
  try {
    return await PostgresTarget.connect({ url, timers });
  } catch (error) {
    if (!(error instanceof MigrationUnderWay)) throw error;
    throw new MigrationFailed('another migration into this database is running; wait until it has finished');
  }
}

/** A migration is identified by the contents of its source. */
function refuseOther(mark: MigrationMark, contents: Contents): void {
  const different = tableNames.filter((table) => !isDeepStrictEqual(mark.contents[table], contents[table]));
  if (different.length === 0) return;
  const tables = different.join(', ');
  throw new MigrationFailed(
    mark.finished
      ? `the target was migrated from other contents than the source has now (${tables}): it is another exchange, or a server has changed the source since, and those changes are not in the target. ${startOver} to copy the source as it is now`
      : `a migration into the target was started from other contents than the source has now (${tables}): it is another exchange, or a server has changed the source since. ${startOver}`,
  );
}

async function beginOrResume(
  target: PostgresTarget,
  mark: MigrationMark | undefined,
  contents: Contents,
  { url, timers }: MigrationOptions,
): Promise<void> {
  if (mark === undefined) {
    const occupied = await target.occupiedTables();
    if (occupied.length > 0) {
      throw new MigrationFailed(
        `the target has other data (${occupied.join(', ')}); migrate into an empty database`,
      );
    }
    await target.begin({ url, timers }, contents);
  }
  // Once the mark is set, no server starts; this finds those that started before.
  if (!(await target.isInUse())) return;
  if (mark === undefined) await target.giveUp();
  throw new MigrationFailed('a server is using the target; stop it first');
}

async function copyChain({ folder, url, timers, onProgress }: MigrationOptions): Promise<void> {
  const path = chainFile(folder);
  if (!existsSync(path)) return;
  try {
    await copySimulatedChain(path, { url, timers }, ({ copied }) => onProgress('chain: copied', copied));
  } catch (error) {
    if (codeOf(error) !== undefined) throw error;
    throw new MigrationFailed(`${messageOf(error)}. ${startOver}`);
  }
}

function reportTarget({ url, timers, onProgress }: MigrationOptions): Promise<IntegrityReport> {
  return reportIntegrity({ postgres: url }, timers, (rows) => onProgress('checked in the target', rows));
}

/** Compares a target whose migration is finished; servers may be using it. */
async function checkAgain(
  target: PostgresTarget,
  contents: Contents,
  options: MigrationOptions,
): Promise<MigrationReport> {
  const tables = await target.contents((rows) => options.onProgress('read back from the target', rows));
  const integrity = await reportTarget(options);
  if (!integrity.ok) throw new MigrationFailed('the books of the target do not balance', integrity);
  const outcome = isDeepStrictEqual(tables, contents) ? 'unchanged' : 'in-use';
  return { outcome, tables, integrity };
}
