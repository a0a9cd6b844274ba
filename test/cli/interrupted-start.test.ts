/** A start whose database does not answer says so, and can be stopped. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startBursar } from './command-line.ts';

const limits = { timeout: 60_000 };
const folder = mkdtempSync(join(tmpdir(), 'bursar-interrupted-'));
/** Closes each connection before it answers, as a proxy without a server does. */
const proxy = createServer((socket) => socket.end());
before(async () => {
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
after(() => {
  proxy.close();
  rmSync(folder, { recursive: true });
});

function start() {
  const { port } = proxy.address() as AddressInfo;
  const url = `postgres://user:password@127.0.0.1:${port}/bursar`;
  const ports = ['--port', '0', '--operator-port', '0', '--log-level', 'error'];
  return startBursar('start', ...ports, '--data', join(folder, 'data'), '--database-url', url);
}

test('a database that closes each connection ends the start with a reason', limits, async () => {
  const { code, errors } = await start().finished;
  assert.deepEqual([code, errors], [1, 'bursar: the database is unavailable: no answer within 10 s\n']);
});

test('a second signal ends a start that waits for its database', limits, async () => {
  const { child, finished } = start();
  await once(proxy, 'connection');
  child.kill('SIGTERM');
  // Sooner it would count as the same signal.
  setTimeout(() => child.kill('SIGTERM'), 400);
  const { code, errors } = await finished;
  assert.deepEqual([code, errors], [1, 'bursar: stopped before it could serve\n']);
});

test('one signal ends a start that waits for its database, a few seconds later', limits, async () => {
  const { child, finished } = start();
  await once(proxy, 'connection');
  child.kill('SIGINT');
  const { code, errors } = await finished;
  assert.deepEqual([code, errors], [1, 'bursar: stopped before it could serve\n']);
});
