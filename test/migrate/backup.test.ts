/** `bursar backup` under concurrent writes, and a server that starts from the backup. */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { copyDatabase } from '../../src/store/sqlite/database-copy.ts';
import { runBursar, startBursar } from '../cli/command-line.ts';
import { type ServerProcess, startServerProcess } from '../crash/server-process.ts';
import { announceSeed, createRandom, seed } from '../support/seed.ts';
import { accountNames, outsideAddresses } from '../support/standard-world.ts';
import {
  addOrderEvents,
  copyFolder,
  makeSource,
  openSource,
  readContents,
  removeFolder,
  type Source,
} from './source.ts';

const limits = { timeout: 180_000 };
let source: Source;
let files = '';
before(async () => {
  source = await makeSource(seed);
  files = mkdtempSync(join(tmpdir(), 'bursar-backup-'));
});
after(() => {
  removeFolder(source.folder);
  removeFolder(files);
});

async function assertBacksUp(file: string, folder: string, ...flags: readonly string[]): Promise<void> {
  const { code, output, errors } = await runBursar('backup', file, '--data', folder, ...flags);
  assert.equal(code, 0, errors);
  assert.match(output, /^OK: the books of the copy balance \(\d+ transfers\)\.$/m);
}

async function assertUsageError(says: RegExp, ...args: readonly string[]): Promise<void> {
  const { code, output, errors } = await runBursar('backup', ...args);
  assert.deepEqual([code, output], [2, ''], errors);
  assert.match(errors, says);
}

/** Creates a data folder from a backup and the secrets of the old one. */
function restore(file: string, oldFolder: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-restored-'));
  copyFileSync(file, join(folder, 'bursar.sqlite'));
  copyFileSync(`${file}.chain`, join(folder, 'chain.sqlite'));
  copyFileSync(join(oldFolder, 'master-key'), join(folder, 'master-key'));
  return folder;
}

function withdrawalIds(path: string): readonly string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('SELECT id FROM withdrawals ORDER BY id').all();
  database.close();
  return rows.map(({ id }) => id as string);
}

/** Keeps withdrawing, with several concurrent requests, until it is stopped. */
function startLoad(server: ServerProcess) {
  const acknowledged: string[] = [];
  let stopped = false;
  const withdrawing = accountNames.map(async (name) => {
    while (!stopped) {
      const query = { asset: 'ETH', address: outsideAddresses.ETH?.[0] ?? '', amount: '0.00001' };
      const answer = await server.signed(name, 'POST', '/wapi/v3/withdraw.html', query);
      if (answer === null) throw new Error(`the server ended after ${acknowledged.length} withdrawals`);
      assert.equal(answer.body.success, true, JSON.stringify(answer.body));
      acknowledged.push(answer.body.id);
    }
  });
  return {
    acknowledged,
    async waitForCount(count: number): Promise<void> {
      while (acknowledged.length < count) await Promise.race([pause(5), ...withdrawing]);
    },
    async stop(): Promise<void> {
      stopped = true;
      await Promise.all(withdrawing);
    },
  };
}

test(
  'the copy of a server under load has all withdrawals acknowledged before, and a server can start from it',
  limits,
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'bursar-loaded-'));
    t.after(() => removeFolder(folder));
    await (await startServerProcess(folder, 0)).stop();
    // Enough rows for many steps, between which others write.
    await addOrderEvents(folder, 100_000);
    const server = await startServerProcess(folder, 20);
    t.after(() => server.kill());
    const load = startLoad(server);
    await load.waitForCount(200);
    const earlier = [...load.acknowledged];
    const file = join(files, 'of-a-loaded-server');
    await assertBacksUp(file, folder);
    const later = load.acknowledged.length;
    await load.stop();
    await server.kill();
    assert.ok(later > earlier.length, 'withdrawals must be accepted during the copy');
    const copied = withdrawalIds(file);
    assert.deepEqual(
      earlier.filter((id) => !copied.includes(id)),
      [],
    );
    t.diagnostic(`${earlier.length} before, ${copied.length} in the copy, ${later} after`);
    const verified = await runBursar('verify', file);
    assert.equal(verified.code, 0, verified.errors);
    await assertServesAndVerifies(restore(file, folder), copied);
  },
);

async function assertServesAndVerifies(folder: string, ids: readonly string[]): Promise<void> {
  const server = await startServerProcess(folder, 20);
  try {
    const load = startLoad(server);
    await load.waitForCount(30);
    await load.stop();
    const all = [...ids, ...load.acknowledged];
    assert.equal(new Set(all).size, all.length);
    await server.stop();
    assert.deepEqual(withdrawalIds(join(folder, 'bursar.sqlite')), all.toSorted());
    const verified = await runBursar('verify', '--data', folder);
    assert.equal(verified.code, 0, verified.output);
  } finally {
    await server.kill();
    removeFolder(folder);
  }
}

test(
  'a backup is equal to its source, private, and consists of two files, also after it was read',
  limits,
  async () => {
    const file = join(files, 'equal');
    await assertBacksUp(file, source.folder);
    const verified = await runBursar('verify', file);
    assert.equal(verified.code, 0);
    assert.match(verified.output, /^OK: the books balance\.$/m);
    const beside = readdirSync(files).filter((name) => name.startsWith('equal'));
    assert.deepEqual(beside, ['equal', 'equal.chain']);
    for (const name of beside) assert.equal(statSync(join(files, name)).mode & 0o777, 0o600);
    const restored = restore(file, source.folder);
    assert.deepEqual(await readContents(openSource(restored)), await readContents(openSource(source.folder)));
    removeFolder(restored);
  },
);

test(
  'the copy is a snapshot of one moment and completes although others write at every step',
  limits,
  async (t) => {
    const folder = copyFolder(source.folder);
    await addOrderEvents(folder, 50_000);
    const path = join(folder, 'bursar.sqlite');
    const writer = new DatabaseSync(path);
    const insert = writer.prepare('INSERT INTO bans VALUES (?, 1, 1, 1)');
    const before = bansIn(path);
    let steps = 0;
    const copy = join(files, 'one-moment');
    await copyDatabase(path, copy, () => {
      insert.run(`written in step ${++steps}`);
      assert.ok(steps < 1000, 'the copy restarts forever');
    });
    t.diagnostic(`${steps} steps`);
    assert.ok(steps > 1);
    assert.deepEqual(bansIn(copy), before);
    assert.equal(bansIn(path).length, before.length + steps);
    writer.close();
    removeFolder(folder);
  },
);

function bansIn(path: string): readonly string[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare('SELECT ip FROM bans ORDER BY ip').all();
  database.close();
  return rows.map(({ ip }) => ip as string);
}

test(
  'existing files are not replaced without --force, and the source is never replaced',
  limits,
  async () => {
    const file = join(files, 'once');
    const other = copyFolder(source.folder);
    await assertBacksUp(file, other);
    await addOrderEvents(other, 10_000);
    const before = statSync(file);
    await assertUsageError(/once exists; .*--force/, file, '--data', other);
    assert.deepEqual(statSync(file).mtimeMs, before.mtimeMs);
    await assertBacksUp(file, other, '--force');
    assert.notEqual(statSync(file).ino, before.ino);
    const live = join(other, 'bursar.sqlite');
    const link = join(files, 'link');
    symlinkSync('/dev/zero', link);
    for (const wrong of [files, link])
      await assertUsageError(/is not a regular file/, wrong, '--data', other, '--force');
    assert.equal(readlinkSync(link), '/dev/zero');
    await assertUsageError(/is the database to be copied/, live, '--data', other, '--force');
    await assertUsageError(/there is no database/, join(files, 'new'), '--data', join(other, 'nothing'));
    await assertUsageError(/needs the name of a FILE/, '--data', other);
    await assertUsageError(/--frobnicate/, file, '--frobnicate');
    removeFolder(other);
  },
);

test('a backup that is killed at any moment leaves no copy or a complete one', limits, async (t) => {
  announceSeed(t, 'migrate');
  const random = createRandom(seed);
  const folder = copyFolder(source.folder);
  await addOrderEvents(folder, 50_000);
  const started = performance.now();
  await assertBacksUp(join(files, 'measured'), folder);
  const durationMs = performance.now() - started;
  const found = { absent: 0, complete: 0 };
  for (let kills = 0; kills < 12; kills += 1) {
    const file = join(files, `killed-${kills}`);
    const running = startBursar('backup', file, '--data', folder);
    await Promise.race([pause(random.below(durationMs), undefined, { ref: false }), running.finished]);
    running.child.kill('SIGKILL');
    await running.finished;
    found[existsSync(file) ? 'complete' : 'absent'] += 1;
    if (!existsSync(file)) continue;
    assert.ok(existsSync(`${file}.chain`));
    const { code, output } = await runBursar('verify', file);
    assert.equal(code, 0, output);
  }
  t.diagnostic(JSON.stringify(found));
  removeFolder(folder);
});

test('inconsistent books are copied unchanged and reported', limits, async () => {
  const folder = copyFolder(source.folder);
  const database = new DatabaseSync(join(folder, 'bursar.sqlite'));
  database.exec("UPDATE balances SET free = '9' || free WHERE asset = 'BTC'");
  database.close();
  const file = join(files, 'tampered');
  const { code, errors } = await runBursar('backup', file, '--data', folder);
  assert.equal(code, 1);
  assert.match(errors, /its books do not balance/);
  assert.match(errors, /free BTC +expected/);
  const verified = await runBursar('verify', file);
  assert.equal(verified.code, 1);
  assert.match(verified.output, /^NOT OK/m);
  removeFolder(folder);
});
