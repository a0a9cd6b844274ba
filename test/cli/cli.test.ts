import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { settings } from '../../src/runtime/settings.ts';
import { assertInvalidUsage, runBursar, startBursar, startBursarWith } from './command-line.ts';

const limits = { timeout: 60_000 };
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-cli-'));
});
after(() => rmSync(folder, { recursive: true }));

test('invalid usage prints one line and exits with 2', limits, async () => {
  const empty = join(folder, 'nothing-here');
  await assertInvalidUsage(/no verb 'frobnicate'/, 'frobnicate');
  await assertInvalidUsage(/no verb 'frobnicate'/, 'help', 'frobnicate');
  await assertInvalidUsage(/--port must be a whole number/, 'start', '--port', 'many');
  await assertInvalidUsage(/--frobnicate/, 'start', '--frobnicate', '1');
  await assertInvalidUsage(/--frobnicate/, 'verify', '--frobnicate');
  await assertInvalidUsage(/no database .*nothing-here/, 'verify', '--data', empty);
  await assertInvalidUsage(/no database .*nothing-here/, 'verify', empty);
  await assertInvalidUsage(/one of FILE, --data and --database-url/, 'verify', empty, '--data', empty);
  await assertInvalidUsage(/--database-url must be a URL/, 'verify', '--database-url', 'mysql://x');
});

test('without a verb the server starts, and says what to do next', limits, async () => {
  const variables = { BURSAR_PORT: '0', BURSAR_OPERATOR_PORT: '0', BURSAR_DATA: join(folder, 'no-verb') };
  const running = startBursarWith(variables);
  const [, customers] = await running.printed(/^Wallet API +(http:\S+)/m);
  assert.equal((await fetch(`${customers}/api/v3/ping`)).status, 200);
  await running.printed(/^Withdraw 1 ETH:\n.*^npx bursar demo .*^npx bursar help .*^Ctrl-C stops it/ms);
  running.child.kill('SIGTERM');
  assert.equal((await running.finished).code, 0);
});

test(
  'help explains every verb and every setting, and the version is that of the package',
  limits,
  async () => {
    const overview = await runBursar('--help');
    assert.equal(overview.code, 0);
    for (const verb of ['start', 'verify', 'demo', 'key', 'backup', 'migrate']) {
      assert.match(overview.output, new RegExp(`^ {2}${verb} `, 'm'));
      const help = await runBursar(verb, '--help');
      assert.equal(help.code, 0);
      assert.match(help.output, new RegExp(`^usage: bursar ${verb}\\b`));
      assert.equal((await runBursar('help', verb)).output, help.output);
    }
    assert.equal((await runBursar('help', 'help')).output, overview.output);
    const { output } = await runBursar('start', '--help');
    for (const [name, { flag }] of Object.entries(settings)) {
      assert.match(output, new RegExp(`^ +--${flag} +${name} `, 'm'));
    }
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    assert.equal((await runBursar('--version')).output, `${manifest.version}\n`);
  },
);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(
    `start serves both ports until ${signal}, exits with 0, and verify passes afterwards`,
    limits,
    async () => {
      const data = join(folder, signal);
      const running = startBursar('start', '--port', '0', '--operator-port', '0', '--data', data);
      const [, customers] = await running.printed(/^Wallet API +(http:\S+)/m);
      const [, operators] = await running.printed(/^Operator API +(http:\S+?)\/operator/m);
      assert.equal((await fetch(`${customers}/api/v3/ping`)).status, 200);
      assert.equal((await fetch(`${operators}/operator/v1/integrity`)).status, 401);
      running.child.kill(signal);
      running.child.kill(signal);
      const { code, errors } = await running.finished;
      assert.equal(code, 0, errors);
      const verified = await runBursar('verify', '--data', data);
      assert.equal(verified.code, 0);
      assert.match(verified.output, /^Hash chain: verified/m);
      assert.match(verified.output, /^OK: the books balance\.$/m);
    },
  );
}

test(
  'a second server on the same data is refused in one line and can start once the first has ended',
  limits,
  async () => {
    const flags = ['start', '--port', '0', '--operator-port', '0', '--data', join(folder, 'shared')] as const;
    const first = startBursar(...flags);
    await first.printed(/^Wallet API +(http:\S+)/m);
    await assertInvalidUsage(/Another server is using .*shared/, ...flags, '--log-level', 'silent');
    first.child.kill('SIGKILL');
    await first.finished;
    const next = startBursar(...flags);
    await next.printed(/^Wallet API +(http:\S+)/m);
    next.child.kill('SIGTERM');
    assert.equal((await next.finished).code, 0);
  },
);

test('data that is not writable or not a database is reported in one line', limits, async () => {
  const flags = ['start', '--port', '0', '--operator-port', '0', '--log-level', 'silent', '--data'];
  const file = join(folder, 'a-file');
  writeFileSync(file, 'no folder');
  await assertInvalidUsage(
    /a-file.data is a file and not a folder; choose another folder/,
    ...flags,
    join(file, 'data'),
  );
  const data = mkdtempSync(join(folder, 'broken-'));
  writeFileSync(join(data, 'bursar.sqlite'), 'no database '.repeat(1000));
  const { code, errors } = await runBursar(...flags, data);
  assert.deepEqual([code, errors], [1, 'bursar: the database is unavailable: file is not a database\n']);
});

test('a database of another schema is refused in one line, and stays as it was', limits, async () => {
  for (const [change, says] of [
    [
      "UPDATE migrations SET checksum = 'ab'",
      /created with another 0001-spine\.sql than that of this version/,
    ],
    ["INSERT INTO migrations VALUES (999, '0999-later.sql', 'ab')", /newer version of Bursar \(schema 999; /],
  ] as const) {
    const data = mkdtempSync(join(folder, 'schema-'));
    const database = copyOfDatabase('SIGINT', data);
    database.exec(change);
    const flags = ['--port', '0', '--operator-port', '0', '--data', data];
    await assertInvalidUsage(says, 'start', ...flags);
    database.close();
  }
});

test('a master key that did not encrypt the secrets is rejected in one line', limits, async () => {
  const flags = ['start', '--port', '0', '--operator-port', '0', '--data', join(folder, 'shared')];
  await assertInvalidUsage(/the master key is not the one/, ...flags, '--master-key', 'ab'.repeat(32));
});

test(
  'verify exits with 1 and names the mismatch if a balance was changed, as text and as JSON',
  limits,
  async () => {
    const data = mkdtempSync(join(folder, 'tampered-'));
    const database = copyOfDatabase('SIGINT', data);
    database.exec("UPDATE balances SET free = '9' || free WHERE asset = 'BTC' AND account_id = 10000001");
    database.close();
    const words = await runBursar('verify', '--data', data);
    assert.equal(words.code, 1);
    assert.match(words.output, /^NOT OK: 2 mismatches\.$/m);
    assert.match(words.output, /^ {2}balance +10000001:spot:free BTC +expected \S+ +found 9\S+$/m);
    const json = await runBursar('verify', '--data', data, '--json');
    assert.equal(json.code, 1);
    const report = JSON.parse(json.output);
    assert.deepEqual(
      [report.ok, report.mismatches.map((each: { check: string }) => each.check)],
      [false, ['balance', 'sum']],
    );
  },
);

test('verify exits with 1 for a file that is not a database', limits, async () => {
  const data = mkdtempSync(join(folder, 'garbage-'));
  writeFileSync(
    join(data, 'bursar.sqlite'),
    'not a database, but longer than its header would be'.repeat(100),
  );
  const { code, errors } = await runBursar('verify', '--data', data);
  assert.equal(code, 1);
  assert.match(errors, /cannot be read completely: file is not a database/);
});

test('a database that is empty, missing or a folder is reported in one line', limits, async () => {
  const target = ['--to', 'postgres://127.0.0.1:1/x'];
  const [data, long] = [mkdtempSync(join(folder, 'wrong-')), 'x'.repeat(300)];
  mkdirSync(join(data, 'bursar.sqlite'));
  const isFolder = /bursar\.sqlite is a folder and not a database$/m;
  await assertInvalidUsage(isFolder, 'verify', join(data, 'bursar.sqlite'));
  await assertInvalidUsage(isFolder, 'verify', '--data', data);
  await assertInvalidUsage(isFolder, 'backup', join(data, 'copy'), '--data', data);
  await assertInvalidUsage(isFolder, 'migrate', '--from', data, ...target);
  await assertInvalidUsage(/FILE must not be empty/, 'verify', '');
  await assertInvalidUsage(/no database x{300}$/m, 'verify', long);
  await assertInvalidUsage(
    /no database x{300}.bursar\.sqlite; --data names its folder$/m,
    'verify',
    '--data',
    long,
  );
  await assertInvalidUsage(
    /no database x{300}.*; --from names its folder$/m,
    'migrate',
    '--from',
    long,
    ...target,
  );
  await assertInvalidUsage(/--from must not be empty/, 'migrate', '--from', '', ...target);
  await assertInvalidUsage(/--to is empty/, 'migrate', '--to', '');
  await assertInvalidUsage(/unexpected argument 'x'/, 'help', 'start', 'x');
  await assertInvalidUsage(/no option --port; this verb has none/, 'help', '--port');
  await assertInvalidUsage(/unexpected argument ''/, 'start', '');
  await assertInvalidUsage(/unexpected argument ''/, 'demo', '');
});

/** Copies the data that an earlier test left behind. */
function copyOfDatabase(from: string, to: string): DatabaseSync {
  const path = join(to, 'bursar.sqlite');
  copyFileSync(join(folder, from, 'bursar.sqlite'), path);
  return new DatabaseSync(path);
}
