/** Copies the rows of a migration in batches, and compares both sides. */
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type Contents, describeKey, type RawRow, tableNames } from '../store/migration/canonical-rows.ts';
import type { MigrationMark } from '../store/migration/migration-mark.ts';
import type { PostgresTarget } from '../store/migration/postgres-target.ts';
import type { SqliteSource } from '../store/migration/sqlite-source.ts';
import { sequenceNames, type TableName } from '../store/tables.ts';
import { MigrationFailed, startOver } from './migration-failed.ts';

const rowsPerBatch = 5000;

type OnProgress = (doing: string, rows: number) => void;

/** Copies all rows that the target does not have yet. */
export async function copyRows(
  source: SqliteSource,
  target: PostgresTarget,
  progress: MigrationMark['progress'],
  onProgress: OnProgress,
): Promise<void> {
  let copied = 0;
  for (const table of tableNames) {
    let appended = Promise.resolve();
    for (const batch of batchesOf(source.rows(table, progress[table]))) {
      await appended;
      appended = target.append(table, batch);
      // The next batch is read meanwhile; an error is thrown by the `await` after it.
      appended.catch(() => {});
      await turn();
      copied += batch.length;
      onProgress('copied', copied);
    }
    await appended;
  }
}

function* batchesOf(rows: Iterable<RawRow>): Generator<readonly RawRow[]> {
  let batch: RawRow[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < rowsPerBatch) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** @throws MigrationFailed if a table of the target differs from the source; names the first different row. */
export async function compareRows(
  source: SqliteSource,
  target: PostgresTarget,
  contents: Contents,
  onProgress: OnProgress,
): Promise<void> {
  const found = await target.contents((rows) => onProgress('read back from the target', rows));
  const different = tableNames.find((table) => !isDeepStrictEqual(found[table], contents[table]));
  if (different === undefined) return;
  const counts = `${contents[different].rows} rows in the source, ${found[different].rows} in the target`;
  const first = await findFirstDifference(source, target, different);
  throw new MigrationFailed(
    `the rows of ${different} differ: ${counts}, first difference at ${first}. The target was written to during the migration. ${startOver}`,
  );
}

/** @throws MigrationFailed if a sequence of the target is not where that of the source is. */
export async function compareSequences(source: SqliteSource, target: PostgresTarget): Promise<void> {
  const [expected, found] = [source.sequences(), await target.sequences()];
  const different = sequenceNames.find((name) => found[name] !== expected[name]);
  if (different === undefined) return;
  throw new MigrationFailed(
    `the sequence ${different} is at ${expected[different]} in the source and at ${found[different]} in the target. The target was written to during the migration. ${startOver}`,
  );
}

async function findFirstDifference(
  source: SqliteSource,
  target: PostgresTarget,
  table: TableName,
): Promise<string> {
  const expected = source.lines(table);
  for await (const line of target.lines(table)) {
    const { value, done } = expected.next();
    if (value !== line) return describeKey(table, done ? line : value);
  }
  return describeKey(table, expected.next().value ?? '');
}
