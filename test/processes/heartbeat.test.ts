/**
 * A process that no longer receives the changes of others reads everything anew instead of using its caches, and soon
 * reports that it is not ready, until it receives changes again.
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { ask, done } from '../operator/operator-client.ts';
import { joinTestCluster, openSql, type Sql } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import type { Exchange, Reply } from '../support/exchange.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld } from '../support/standard-world.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { createKey, emailOf, keyOf } from '../support/world.ts';
import { startOver } from './pair.ts';

const reason = 'a test';
const isRevoked = ({ body }: Reply) => body.code === -2015;
const isServed = ({ status }: Reply) => status === 200;
const probe = (at: Exchange) => ask(at, 'GET', '/ready', undefined, { authorization: '' });
const isReady = ({ status }: { readonly status: number }) => status === 200;

describe('two processes, one of which no longer receives the changes of the other', {
  skip: skipWithoutPostgres,
}, () => {
  let a: Exchange;
  let b: Exchange;
  let sql: Sql;
  let proxy: TcpProxy;
  /** Backend process id of the session that delivers changes to the second process. */
  let listening = 0;
  const closing = new AsyncDisposableStack();

  before(async () => {
    const cluster = await joinTestCluster();
    const url = await cluster.createMigratedDatabase();
    closing.defer(() => cluster.dropDatabase(url));
    sql = closing.use(openSql({ postgres: url }));
    proxy = closing.adopt(new TcpProxy(cluster.port), (each) => each.stop());
    const port = await proxy.start();
    a = closing.adopt(await startOver(url), (each) => each.close());
    await buildStandardWorld(a.server);
    const [ofA] = await listeners();
    b = closing.adopt(await startOver(url.replace(`:${cluster.port}/`, `:${port}/`)), (each) => each.close());
    listening = (await listeners()).find((each) => each !== ofA) as number;
  });
  after(() => closing.disposeAsync());
  afterEach(() => eventually(feedAge, (seconds) => seconds < 1));

  async function feedAge(): Promise<number> {
    const text = await (await fetch(`${b.operatorUrl}/metrics`)).text();
    return Number(/^bursar_change_feed_age_seconds (\S+)$/m.exec(text)?.[1]);
  }

  async function listeners(): Promise<number[]> {
    const found = await sql.rows(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'`,
    );
    return found.map(({ pid }) => Number(pid));
  }

  const atA = (method: string, path: string, body: object = {}) =>
    done(a, method, path, method === 'DELETE' ? undefined : { reason, ...body });
  const revokeAtA = (apiKey: string) =>
    atA('DELETE', `/accounts/${emailOf('alice')}/api-keys/${apiKey}?reason=x`);
  const useAtB = (key: Awaited<ReturnType<typeof createKey>>) =>
    b.signed(key, 'GET', '/wapi/v3/accountStatus.html');
  const withdrawAtB = (key: Awaited<ReturnType<typeof createKey>>) =>
    b.signed(key, 'POST', '/wapi/v3/withdraw.html', { asset: 'ADA', address: 'x', amount: '3' });
  const keyInUse = async () => {
    const key = await createKey(a.server, emailOf('alice'));
    assert.ok(isServed(await useAtB(key)));
    return key;
  };
  /** Resolves when the second process no longer uses its caches. */
  const untilStale = () => eventually(feedAge, (seconds) => seconds > 1);

  /** Checks that the second process applies changes that were not announced to it. */
  async function assertReadsThrough(): Promise<void> {
    const key = await keyInUse();
    await revokeAtA(key.apiKey);
    assert.ok(isRevoked(await useAtB(key)));
    assert.ok(isRevoked(await withdrawAtB(key)));
    const terms = { network: 'NET', addressFormat: 'opaque', withdrawFee: '0.75', withdrawMinimum: '2' };
    await atA('PATCH', '/assets/ADA', { networks: [{ network: 'ADA', remove: true }, terms] });
    const withdrawn = await withdrawAtB(keyOf('bob'));
    assert.ok(isServed(withdrawn), withdrawn.text);
    const row = await b.server.reads.row('withdrawals', { id: withdrawn.body.id });
    assert.equal(row?.fee, 750_000n, 'decisions use the current fee');
    const path = `/accounts/${emailOf('bob')}`;
    await atA('PATCH', path, { enabled: false });
    assert.equal((await withdrawAtB(keyOf('bob'))).status, 400);
    await atA('PATCH', path, { enabled: true });
    await atA('PUT', '/system-status', { status: 1 });
    await eventually(
      () => useAtB(keyOf('bob')),
      ({ status }) => status === 503,
    );
    await atA('PUT', '/system-status', { status: 0 });
    await eventually(() => useAtB(keyOf('bob')), isServed);
  }

  test('a process whose listening backend is stopped refuses a revoked key, then is not ready, and recovers by itself', async () => {
    const key = await keyInUse();
    process.kill(listening, 'SIGSTOP');
    try {
      await revokeAtA(key.apiKey);
      await eventually(() => useAtB(key), isRevoked);
      assert.ok(isRevoked(await withdrawAtB(key)));
      await untilStale();
      await assertReadsThrough();
      const { body } = await eventually(
        () => probe(b),
        ({ status }) => status === 503,
      );
      assert.deepEqual(body, {
        status: 'not ready',
        store: 'ok',
        changeFeed: 'unavailable',
        draining: false,
      });
      assert.ok(isReady(await probe(a)), 'the other process is not affected');
    } finally {
      process.kill(listening, 'SIGCONT');
    }
    await eventually(() => probe(b), isReady);
    assert.ok(isRevoked(await useAtB(key)));
  });

  test('lost notifications are detected, and changes made meanwhile apply afterwards', async () => {
    const keys = [await keyInUse(), await keyInUse()] as const;
    proxy.onReply = (bytes) => !bytes.includes('bursar_changed') && !bytes.includes('bursar_beat');
    try {
      await untilStale();
      await revokeAtA(keys[0].apiKey);
      assert.ok(isRevoked(await useAtB(keys[0])));
      // Its announcement is lost, and the process may have read everything for the last time before it.
      await revokeAtA(keys[1].apiKey);
    } finally {
      proxy.onReply = () => true;
    }
    await eventually(() => useAtB(keys[1]), isRevoked);
    await eventually(() => probe(b), isReady);
    assert.ok(isRevoked(await useAtB(keys[1])));
  });

  test('a lost connection is replaced, and changes made meanwhile apply', async () => {
    const key = await keyInUse();
    const before = await listeners();
    await sql.run(`SELECT pg_terminate_backend(${listening})`);
    await revokeAtA(key.apiKey);
    await eventually(() => useAtB(key), isRevoked);
    const now = await eventually(listeners, (found) => found.length === 2 && !found.includes(listening));
    listening = now.find((each) => !before.includes(each)) as number;
  });
});
