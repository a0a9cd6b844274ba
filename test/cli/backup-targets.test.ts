/** A backup that cannot be made is one line, and destroys nothing. */
import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertInvalidUsage, runBursar, startBursar, startBursarWith } from './command-line.ts';

const limits = { timeout: 100_000 };
let folder = '';
let data = '';
const at = (name: string) => join(folder, name);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-backup-targets-'));
  data = at('data');
  const running = startBursar('start', '--port', '0', '--operator-port', '0', '--data', data);
  await running.printed(/^Wallet API/m);
  running.child.kill('SIGTERM');
  await running.finished;
  writeFileSync(at('file'), 'kept');
  symlinkSync('nowhere', at('dangling'));
  mkdirSync(at('taken.chain'));
});
after(() => rmSync(folder, { recursive: true }));

test(
  'a target that cannot be written is refused, also with --force, and nothing is lost',
  limits,
  async () => {
    const own = ['master-key', 'operator-token', 'server.lock', 'chain.sqlite', 'bursar.sqlite'];
    const before = own.map((name) => readFileSync(join(data, name)));
    const cases: readonly (readonly [string, RegExp])[] = [
      ['', /backup needs the name of a FILE/],
      ['  ', /backup needs the name of a FILE/],
      [folder, /is not a regular file; choose another name/],
      [at('dangling'), /is not a regular file; choose another name/],
      [at('taken'), /taken\.chain is not a regular file/],
      [at('none/copy'), /none\/copy cannot be written: there is no folder .*none/],
      [at('file/copy'), /file\/copy cannot be written: there is no folder .*file/],
      [at('copy/'), /the path names no file/],
      [join(data, 'master-key'), /keeps in its data folder; choose another name/],
      [join(data, 'operator-token'), /keeps in its data folder/],
      [join(data, 'server.lock'), /keeps in its data folder/],
      [join(data, 'chain.sqlite'), /is the database to be copied/],
      [join(data, 'bursar.sqlite'), /is the database to be copied/],
    ];
    for (const [file, says] of cases)
      await assertInvalidUsage(says, 'backup', file, '--data', data, '--force');
    assert.deepEqual(
      own.map((name) => readFileSync(join(data, name))),
      before,
    );
    assert.equal(readFileSync(at('file'), 'utf8'), 'kept');
    assert.ok(!existsSync(at('taken')) && !existsSync(at('dangling.chain')));
    linkSync(join(data, 'bursar.sqlite'), at('hard'));
    assert.equal((await runBursar('backup', at('hard'), '--data', data, '--force')).code, 0);
    assert.ok(readFileSync(join(data, 'bursar.sqlite')).length > 0);
  },
);

test(
  'a backup copies no SQLite database by chance while another database is configured',
  limits,
  async () => {
    const configured = { DATABASE_URL: 'postgres://127.0.0.1:1/x', BURSAR_DATA: data };
    const { code, output, errors } = await startBursarWith(configured, 'backup', at('stale')).finished;
    assert.deepEqual([code, output], [2, '']);
    assert.match(errors, /^bursar: DATABASE_URL names a PostgreSQL database, which pg_dump copies; .+\n$/);
    assert.ok(!existsSync(at('stale')));
    const chosen = startBursarWith(configured, 'backup', at('chosen'), '--data', data);
    assert.equal((await chosen.finished).code, 0);
  },
);

test('a file that is not a database of Bursar is not copied', limits, async () => {
  for (const [name, text] of [
    ['empty', ''],
    ['other', 'not a database at all'.repeat(100)],
  ] as const) {
    mkdirSync(at(name));
    writeFileSync(join(at(name), 'bursar.sqlite'), text);
    const { code, output, errors } = await runBursar('backup', at(`${name}-copy`), '--data', at(name));
    assert.deepEqual([code, output], [1, '']);
    assert.match(errors, /is not a database of Bursar, or cannot be read: .+\n$/);
    assert.equal(errors.trimEnd().split('\n').length, 1, errors);
    assert.ok(!existsSync(at(`${name}-copy`)));
    assert.equal(readFileSync(join(at(name), 'bursar.sqlite'), 'utf8'), text);
  }
});
