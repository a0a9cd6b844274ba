/** Permissions of the files that a server writes, and the destination of its log. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertInvalidUsage, runBursar, startBursar, startBursarWith } from './command-line.ts';

const limits = { timeout: 60_000 };
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-files-'));
});
after(() => rmSync(folder, { recursive: true }));

const flags = ['start', '--port', '0', '--operator-port', '0', '--data'];
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

function openFolder(name: string): string {
  const data = join(folder, name);
  mkdirSync(data);
  chmodSync(data, 0o755);
  return data;
}

function assertPrivate(data: string): void {
  const names = readdirSync(data);
  const modes = names.map((name) => `${name} ${modeOf(join(data, name))}`);
  assert.deepEqual(
    modes,
    names.map((name) => `${name} 600`),
  );
}

/** Checks while the server runs and after it has stopped. @returns its log output. */
async function assertPrivateDuringRun(data: string): Promise<string> {
  const running = startBursar(...flags, data);
  await running.printed(/^Wallet API/m);
  assert.ok(readdirSync(data).includes('bursar.sqlite-wal'));
  assertPrivate(data);
  running.child.kill('SIGTERM');
  const { code, errors } = await running.finished;
  assert.equal(code, 0, errors);
  assertPrivate(data);
  return errors;
}

test(
  'every file in a data folder that was open to others is private, and the folder becomes private',
  limits,
  async () => {
    const data = openFolder('existing');
    await assertPrivateDuringRun(data);
    assert.equal(modeOf(data), '700');
  },
);

test(
  'files that are open to others become private at the next start, also after a crash',
  limits,
  async () => {
    const data = join(folder, 'widened');
    const first = startBursar(...flags, data);
    await first.printed(/^Wallet API/m);
    first.child.kill('SIGKILL');
    await first.finished;
    for (const name of readdirSync(data)) chmodSync(join(data, name), 0o644);
    chmodSync(data, 0o755);
    assert.ok(readdirSync(data).includes('bursar.sqlite-wal'));
    await assertPrivateDuringRun(data);
    assert.equal(modeOf(data), '700');
  },
);

test('a folder that also contains other files is left unchanged, with a warning', limits, async () => {
  const data = openFolder('shared');
  const other = join(data, 'notes.txt');
  writeFileSync(other, '', { mode: 0o644 });
  const running = startBursar(...flags, data);
  await running.printed(/^Wallet API/m);
  running.child.kill('SIGTERM');
  const { errors } = await running.finished;
  assert.match(errors, /"level":40.*"path":"[^"]*shared","why":"[^"]*not Bursar’s"/);
  assert.deepEqual([modeOf(data), modeOf(other)], ['755', '644']);
  rmSync(other);
  assertPrivate(data);
});

test('a backup is private, even if it replaces one that was not', limits, async () => {
  const data = join(folder, 'existing');
  const file = join(folder, 'backup.sqlite');
  writeFileSync(file, '', { mode: 0o644 });
  const { code, errors } = await runBursar('backup', file, '--force', '--data', data);
  assert.equal(code, 0, errors);
  assert.deepEqual([modeOf(file), modeOf(`${file}.chain`)], ['600', '600']);
});

test(
  'a database restored without its master key is refused, and no other key is created',
  limits,
  async () => {
    const data = join(folder, 'restored');
    mkdirSync(data);
    copyFileSync(join(folder, 'existing', 'bursar.sqlite'), join(data, 'bursar.sqlite'));
    await assertInvalidUsage(
      /its master key is not in the data folder: copy .*restored.master-key from the old/,
      ...flags,
      data,
    );
    assert.ok(!readdirSync(data).includes('master-key'), 'no other key must be left behind');
  },
);

test('unusable secrets in the data folder are reported in one line', limits, async () => {
  const data = join(folder, 'secrets');
  mkdirSync(data);
  writeFileSync(join(data, 'master-key'), 'no key');
  await assertInvalidUsage(/secrets\/master-key must be 32 bytes/, ...flags, data, '--log-level', 'silent');
  rmSync(join(data, 'master-key'));
  rmSync(join(data, 'operator-token'), { force: true });
  mkdirSync(join(data, 'operator-token'));
  await assertInvalidUsage(
    /secrets\/operator-token cannot be read or written .*--data or BURSAR_DATA\./,
    ...[...flags, data, '--log-level', 'silent'],
  );
});

test(
  'the log goes to standard error, one JSON object per line, and none of it to standard output',
  limits,
  async () => {
    const running = startBursar(...flags, join(folder, 'log-json'));
    await running.printed(/Ctrl-C stops it/);
    running.child.kill('SIGTERM');
    const { output, errors } = await running.finished;
    const entries = errors
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.ok(entries.some(({ msg, port }) => msg === 'listening' && port > 0));
    assert.doesNotMatch(output, /listening/);
  },
);

test('BURSAR_LOG_FORMAT=text writes readable lines', limits, async () => {
  const running = startBursarWith({ BURSAR_LOG_FORMAT: 'text' }, ...flags, join(folder, 'log-text'));
  await running.printed(/Ctrl-C stops it/);
  running.child.kill('SIGTERM');
  const { errors } = await running.finished;
  assert.match(
    errors,
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z INFO {2}listening port=\d+ operatorPort=\d+$/m,
  );
  assert.doesNotMatch(errors, /^\{/m);
});

test('wrong operator tokens are logged with their address, but not one line each', limits, async () => {
  const running = startBursar(...flags, join(folder, 'tokens'));
  const [, url] = await running.printed(/^Operator API +(http:\S+)/m);
  const headers = { authorization: 'Bearer guessed-guessed-guessed' };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    assert.equal((await fetch(`${url}/accounts`, { headers })).status, 401);
  }
  const body = JSON.stringify({ name: 'mallory', password: 'guessed-guessed' });
  const signIn = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  assert.equal((await fetch(`${url}/sign-in`, signIn)).status, 401);
  const figures = await (await fetch(new URL('/metrics', url))).text();
  assert.match(figures, /^bursar_operator_failed_sign_ins_total\{kind="password"\} 1$/m);
  assert.match(figures, /^bursar_operator_wrong_tokens_total 5$/m);
  running.child.kill('SIGTERM');
  const { errors } = await running.finished;
  const warnings = errors.split('\n').filter((line) => line.includes('wrong operator token'));
  assert.deepEqual(
    warnings.map((line) => JSON.parse(line)).map(({ level, ip, attempts }) => [level, ip, attempts]),
    [[40, '127.0.0.1', 1]],
  );
  const failed = errors.split('\n').filter((line) => line.includes('failed sign-in of an operator'));
  assert.deepEqual(
    failed.map((line) => JSON.parse(line)).map(({ name, kind, ip, attempts }) => [name, kind, ip, attempts]),
    [['mallory', 'password', '127.0.0.1', 1]],
  );
});
