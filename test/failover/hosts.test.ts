/** Several hosts in `DATABASE_URL`, and finding the primary among them. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { showDatabaseUrl } from '../../src/cli/database-url.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { ConfigError } from '../../src/engine/config-error.ts';
import { readConfig } from '../../src/runtime/config.ts';
import { type Primary, PrimaryFinder } from '../../src/store/postgres/primary-finder.ts';

const read = (url: string) => readConfig(['--database-url', url], {}).DATABASE_URL;

test('several hosts are accepted as given and shown without the password', () => {
  const url = 'postgresql://u:p%40s@a:5432,[::1]:5433,c/books?target_session_attrs=primary&sslmode=require';
  assert.equal(read(url), url);
  assert.equal(showDatabaseUrl(url), 'postgresql://u@a:5432,[::1]:5433,c/books');
  assert.equal(showDatabaseUrl('postgres://u:secret@a/books'), 'postgres://u@a/books');
});

test('invalid hosts are rejected in one line that does not contain the password', () => {
  const refused: readonly (readonly [url: string, why: RegExp])[] = [
    ['postgres://u:secret@a,,b/books', /must be a URL/],
    ['postgres://u:secret@a:1,b:x/books', /must be a URL/],
    ['mysql://u:secret@a,b/books', /must be a URL/],
    ['postgres://u:secret@a,b/books?target_session_attrs=read-write', /must be primary/],
    ['postgres://u:secret@a/books?target_session_attrs=any', /must be primary/],
  ];
  for (const [url, why] of refused) {
    assert.throws(
      () => read(url),
      (error) => error instanceof ConfigError && why.test(error.message) && !/secret|\n/.test(error.message),
      url,
    );
  }
});

/** Opens a port that accepts connections; `ask` decides what the server there reports. */
async function listen(t: { after(end: () => void): void }): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => open.add(socket.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of open) socket.resetAndDestroy();
  });
  return (server.address() as { port: number }).port;
}

test('if two hosts claim to be the primary, the later timeline wins; connections to the other end', async (t) => {
  const [early, late] = [await listen(t), await listen(t)];
  const primaries = new Map<string, Primary>([['a', { host: '127.0.0.1', port: early, timeline: 1 }]]);
  const ask = async (url: string) => primaries.get(url) ?? Promise.reject(new Error(`${url} is a standby`));
  const finder = new PrimaryFinder({ name: 'two', urls: ['a', 'b'], timers: systemClock.monotonic, ask });
  const connect = async () => (await finder.connect()).on('error', () => {}) as Socket;
  const first = await connect();
  const second = await connect();
  assert.deepEqual([first.remotePort, second.remotePort], [early, early]);

  primaries.set('b', { host: '127.0.0.1', port: late, timeline: 2 });
  const cutOff = Promise.all([once(first, 'error'), once(second, 'error')]);
  // Concurrent connections share one query: it takes a moment until the next query.
  const limit = AbortSignal.timeout(5000);
  while ((await connect()).remotePort !== late) limit.throwIfAborted();
  for (const [error] of await cutOff) assert.match(String(error), /the primary has moved/);

  primaries.delete('b');
  while ((await connect()).remotePort === late) limit.throwIfAborted();
  const none = await connect();
  const refused = once(none, 'error');
  none.write('anything');
  assert.match(String(await refused), /no host is the primary: .* was the primary before .*; b is a standby/);
});
