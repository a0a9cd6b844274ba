/**
 * A data folder that cannot be made or used is one line that says why and what to do, whatever is wrong with it.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { environmentWithoutSettings } from '../support/environment.ts';
import { assertInvalidUsage, program } from './command-line.ts';

const limits = { timeout: 60_000 };
const another = 'choose another folder with --data or BURSAR_DATA\\.$';
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-data-folder-'));
  writeFileSync(join(folder, 'file'), 'kept');
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('loop', join(folder, 'loop'));
});
after(() => rmSync(folder, { recursive: true }));

const flags = (data: string) => ['start', '--port', '0', '--operator-port', '0', '--data', data];

test('a path that cannot be a data folder is explained, and nothing is created', limits, async () => {
  const names = readdirSync(folder);
  const cases: readonly (readonly [string, string])[] = [
    ['file', `file is a file and not a folder; ${another}`],
    ['file/sub/deep', `A part of .*file/sub/deep is a file and not a folder; ${another}`],
    ['dangling', `dangling cannot be created; ${another}`],
    ['loop', `The symbolic links in .*loop form a loop; ${another}`],
    [`${'x'.repeat(300)}`, `… is too long for the name of a folder; ${another}`],
  ];
  for (const [name, says] of cases)
    await assertInvalidUsage(new RegExp(says, 'm'), ...flags(join(folder, name)));
  await assertInvalidUsage(/--data must not be empty/, ...flags(''));
  assert.deepEqual(readdirSync(folder), names);
});

const skip = process.platform === 'linux' ? false : 'needs /proc and setpriv';

test('a start in a place where folders cannot be created ends at once', {
  ...limits,
  skip,
}, async () => {
  const says = new RegExp(`/proc/none\\S* cannot be created; ${another}`, 'm');
  for (const name of ['/proc/none', '/proc/none/of/these']) await assertInvalidUsage(says, ...flags(name));
});

test('a data folder of another user is explained', { ...limits, skip }, () => {
  const theirs = join(folder, 'theirs');
  mkdirSync(theirs, { mode: 0o755 });
  chmodSync(folder, 0o755);
  const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (process.getuid?.() !== 0) chmodSync(theirs, 0o555);
  const refuses = (data: string, path = data) => {
    const { status, stderr } = spawnSync(process.execPath, [program, ...flags(data)], {
      env: environmentWithoutSettings(),
      encoding: 'utf8',
      ...identity,
    });
    const says = `${path} cannot be written to by this user; make it writable, or ${another}`;
    assert.match(stderr, new RegExp(says, 'm'));
    assert.deepEqual([status, stderr.trim().split('\n').length], [2, 1]);
  };
  refuses(theirs);
  refuses(join(theirs, 'sub'));
  // SQLite can open the databases of another user's server for reading.
  chmodSync(theirs, 0o755);
  const database = join(theirs, 'bursar.sqlite');
  for (const file of [join(theirs, 'server.lock'), database]) {
    new DatabaseSync(file).close();
    chmodSync(file, 0o444);
  }
  if (process.getuid?.() !== 0) chmodSync(theirs, 0o555);
  refuses(theirs);
  chmodSync(theirs, 0o777);
  refuses(theirs, database);
});
