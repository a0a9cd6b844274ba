/** Write-ahead logs are copied to their SQLite files while the writer commits. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../src/clock/system-clock.ts';
import { Engine } from '../../src/engine/engine.ts';
import { databaseFile } from '../../src/engine/open-store.ts';
import { Checkpointer } from '../../src/store/sqlite/checkpointer.ts';
import { WriteAheadLog } from '../../src/store/sqlite/write-ahead-log.ts';
import { operator } from '../support/world-plan.ts';

const copyFromPages = 50;

/** A SQLite file with one table, its writer, and a checkpointer. */
async function withFile(
  use: (file: {
    readonly path: string;
    readonly writer: DatabaseSync;
    readonly log: WriteAheadLog;
    readonly checkpointer: Checkpointer;
    readonly commit: (count: number) => void;
  }) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-checkpoint-'));
  const path = join(folder, 'file.sqlite');
  const writer = new DatabaseSync(path);
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE numbers (n INTEGER)');
  const insert = writer.prepare('INSERT INTO numbers SELECT count(*) FROM numbers');
  const commit = (count: number) => {
    for (let done = 0; done < count; done += 1) insert.run();
  };
  const log = new WriteAheadLog(path, writer);
  const checkpointer = new Checkpointer([log], copyFromPages);
  try {
    await use({ path, writer, log, checkpointer, commit });
  } finally {
    await checkpointer.close();
    writer.close();
    rmSync(folder, { recursive: true });
  }
}

/** Pages in the log, whether they are in the file as well or not. */
function pagesInLog(database: DatabaseSync): number {
  return (database.prepare('PRAGMA wal_checkpoint(NOOP)').get() as { log: number }).log;
}

test('a log that has grown is copied, and the next commit restarts it', () =>
  withFile(async ({ writer, log, checkpointer, commit }) => {
    commit(copyFromPages - log.size - 1);
    await checkpointer.run();
    assert.equal(log.size, copyFromPages - 1, 'a small log is left alone');
    commit(100);
    await checkpointer.run();
    assert.equal(log.size, 0);
    commit(1);
    assert.ok(pagesInLog(writer) < 5, `${pagesInLog(writer)} pages`);
  }));

test('changes committed while the log is copied are in the file afterwards, without its log', () =>
  withFile(async ({ path, writer, checkpointer, commit }) => {
    let isCopying = true;
    commit(1000);
    const copying = checkpointer.run().finally(() => {
      isCopying = false;
    });
    let committed = 1000;
    while (isCopying) {
      commit(10);
      committed += 10;
      await turn();
    }
    await copying;
    writer.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
    const reader = new DatabaseSync(path, { readOnly: true });
    assert.deepEqual(
      { ...reader.prepare('SELECT count(*) AS n, max(n) AS last FROM numbers').get() },
      {
        n: committed,
        last: committed - 1,
      },
    );
    assert.equal(reader.prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok');
    reader.close();
  }));

test('a reader in progress prevents a restart of the log, and loses nothing', () =>
  withFile(async ({ path, writer, checkpointer, commit }) => {
    commit(100);
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec('BEGIN');
    const countSeen = () => reader.prepare('SELECT count(*) AS n FROM numbers').get()?.n;
    assert.equal(countSeen(), 100);
    commit(100);
    await checkpointer.run();
    commit(100);
    assert.ok(pagesInLog(writer) > 200, 'the reader needs the log');
    assert.equal(countSeen(), 100);
    reader.exec('COMMIT');
    reader.close();
    await checkpointer.run();
    commit(1);
    assert.ok(pagesInLog(writer) < 5, `${pagesInLog(writer)} pages`);
  }));

test('a log that cannot be copied is an error that names the file; the writer continues, and the next log is copied', () =>
  withFile(async ({ path, writer, log, commit }) => {
    const folder = `${path}-folder`;
    mkdirSync(folder);
    const broken = new Checkpointer([new WriteAheadLog(folder, writer)], copyFromPages);
    commit(100);
    await assert.rejects(broken.run(), {
      message: new RegExp(`write-ahead log of ${folder}: .*unable to open`),
    });
    commit(100);
    await assert.rejects(broken.run());
    await broken.close();
    const checkpointer = new Checkpointer([log], copyFromPages);
    await checkpointer.run();
    assert.equal(log.size, 0);
    await checkpointer.close();
  }));

test('the engine restarts its write-ahead log while customers keep sending requests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-checkpoint-'));
  const engine = await Engine.open({
    location: { folder },
    clock: systemClock,
    blockMs: 0,
    onChanged: () => {},
    onBug: (error) => assert.fail(error as Error),
    afterBatch: () => {},
    onFault: (what, error) => assert.fail(`${what}: ${error}`),
  });
  engine.start();
  const observer = new DatabaseSync(databaseFile(folder), { readOnly: true });
  const customers = engine.commits.priority('foreground');
  let most = 0;
  let opened = 0;
  // The writer itself copies a log of 64,000 pages.
  while (pagesInLog(observer) >= most && most < 60_000) {
    most = pagesInLog(observer);
    const batch = Array.from({ length: 32 }, () => {
      opened += 1;
      return customers.submit('openAccount', { operator, email: `${opened % 997}.${opened}@example.com` });
    });
    for (const outcome of await Promise.all(batch)) assert.ok('done' in outcome);
  }
  assert.ok(most < 60_000 && pagesInLog(observer) < most, `${most} pages`);
  observer.close();
  await engine.close();
  rmSync(folder, { recursive: true });
});
