/** Another process learns that the server is ready, and stops it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readVersion } from '../../src/runtime/version.ts';
import { assertInvalidUsage, startBursar } from './command-line.ts';

const limits = { timeout: 120_000 };
const freePorts = ['--port', '0', '--operator-port', '0', '--log-level', 'error'] as const;
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-ready-'));
});
after(() => rmSync(folder, { recursive: true }));

/** Resolves with the text of the file as soon as it is JSON. */
async function readyText(file: string): Promise<string> {
  const watcher = watch(folder);
  try {
    for (;;) {
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      if (text.startsWith('{')) return text;
      await once(watcher, 'change');
    }
  } finally {
    watcher.close();
  }
}

async function statusOf(url: string): Promise<number> {
  const reply = await fetch(url);
  await reply.arrayBuffer();
  return reply.status;
}

test('--ready-file appears whole when both ports serve, and is removed at the stop', limits, async () => {
  const file = join(folder, 'ready.json');
  writeFileSync(file, 'of an earlier start');
  const data = join(folder, 'data');
  const server = startBursar('start', ...freePorts, '--data', data, '--ready-file', file);
  const text = await readyText(file);
  const ready = JSON.parse(text);
  assert.equal(text.trimEnd().split('\n').length, 1);
  assert.deepEqual(
    [ready.version, ready.dataFolder, ready.operatorTokenFile],
    [readVersion(), data, join(data, 'operator-token')],
  );
  assert.equal(ready.pid, server.child.pid);
  assert.equal(await statusOf(`${ready.url}/wapi/v3/systemStatus.html`), 200);
  assert.equal(await statusOf(`${ready.operatorUrl}/ready`), 200);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('ready')),
    ['ready.json'],
  );
  server.child.kill('SIGTERM');
  assert.equal((await server.finished).code, 0);
  assert.ok(!existsSync(file));
});

test('a server that stops leaves the ready file that another one has written since', limits, async () => {
  const file = join(folder, 'shared.json');
  const first = startBursar('start', ...freePorts, '--temporary', '--ready-file', file);
  await readyText(file);
  const other = JSON.stringify({ pid: 1 });
  writeFileSync(file, other);
  first.child.kill('SIGTERM');
  assert.equal((await first.finished).code, 0);
  assert.equal(readFileSync(file, 'utf8'), other);
});

test('--json prints one line, and --stop-with-stdin stops when standard input ends', limits, async () => {
  const server = startBursar('start', ...freePorts, '--temporary', '--json', '--stop-with-stdin');
  const [line] = await server.printed(/^.*\n/);
  const { url, dataFolder } = JSON.parse(line);
  assert.equal(await statusOf(`${url}/wapi/v3/systemStatus.html`), 200);
  assert.ok(existsSync(dataFolder));
  server.child.stdin.end();
  assert.deepEqual(await server.finished, { code: 0, output: line, errors: '' });
  assert.ok(!existsSync(dataFolder), 'the temporary data folder is removed');
});

test('a ready file that cannot be written is a usage error that names the option', limits, async () => {
  const says =
    /The ready file .*absent\/ready.json cannot be written \(.*\); choose another with --ready-file/;
  const { code, output, errors } = await startBursar(
    'start',
    ...freePorts,
    '--temporary',
    '--ready-file',
    join(folder, 'absent', 'ready.json'),
  ).finished;
  assert.deepEqual([code, output], [2, ''], errors);
  assert.match(errors, says);
  await assertInvalidUsage(/--temporary must be 1 or 0/, 'start', '--temporary=yes');
});
