/** Batches when PostgreSQL or the connection to it fails: never a false success or a false failure. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { commands } from '../../../src/command/registry.ts';
import type { Execution, Store } from '../../../src/store/port.ts';
import { createClient } from '../../../src/store/postgres/client.ts';
import { ConnectionStuck } from '../../../src/store/postgres/failure.ts';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { WriteConnection } from '../../../src/store/postgres/write-connection.ts';
import { amountOf, buildModelWorld } from '../../property/model-world.ts';
import { joinTestCluster } from '../../support/database.ts';
import { databaseAt } from '../../support/database-at.ts';
import { assertLedgerBalances } from '../../support/ledger-checks.ts';
import { clockReading } from '../../support/manual-clock.ts';
import { skipWithoutPostgres } from '../../support/postgres.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { operator } from '../../support/world-plan.ts';
import { adjust, withdraw } from './orders.ts';
import { banRow, dump, kindOf, run, writing } from './raw.ts';
import { conformance, openSite } from './stores.ts';

const options = { skip: skipWithoutPostgres };
const postgresOnly = ['PostgreSQL'] as const;

type Setup = {
  readonly proxy: TcpProxy;
  /** Connected through the proxy. */
  readonly store: Store;
  /** Connected directly. */
  readonly direct: Store;
  readonly master: number;
  readonly proxied: string;
  /** The tables announced as changed by `store`, sorted, one entry per announcement. */
  readonly announced: readonly string[];
};

async function withProxy(play: (setup: Setup) => Promise<void>): Promise<void> {
  const site = await openSite('PostgreSQL');
  const { port } = await joinTestCluster();
  const proxy = new TcpProxy(port);
  const proxied = site.location.replace(`${port}`, `${await proxy.start()}`);
  let randoms = 0;
  const clock = clockReading(() => 1_700_000_000_000);
  const parts = { clock, randomHex: () => `f${++randoms}`.padStart(20, '0') };
  try {
    const direct = await site.open();
    const [master = 0] = await buildModelWorld(direct);
    await run(direct, adjust(0, 1000n));
    const announced: string[] = [];
    const listener = {
      onChanged: (changed: ReadonlySet<string>) => void announced.push([...changed].sort().join()),
      onListenerError: (error: unknown) => assert.fail(String(error)),
    };
    const store = await PostgresStore.open({ ...parts, url: proxied, listener });
    try {
      await play({ proxy, store, direct, master, proxied, announced });
    } finally {
      await store.close();
    }
  } finally {
    proxy.stop();
    await site.close();
  }
}

/** Acts once, when a client sends this text. */
function onceSent(proxy: TcpProxy, text: string, action: 'drop' | 'drop after'): () => boolean {
  let hit = false;
  proxy.onRequest = (bytes) => {
    if (hit || !bytes.includes(text)) return 'pass';
    hit = true;
    return action;
  };
  return () => hit;
}

const order = (master: number): Execution => withdraw(master, 100n, { orderId: 'o' });

for (const text of ['BEGIN', 'COMMIT']) {
  test(`PostgreSQL: a connection lost before ${text} arrives leaves nothing behind`, options, () =>
    withProxy(async ({ proxy, store, direct, master }) => {
      await store.execute([adjust(1, 1n), order(0)]);
      const before = await dump(direct);
      const hit = onceSent(proxy, text, 'drop');
      const outcomes = await store.execute([order(master), withdraw(master, 1n)]);
      assert.ok(hit());
      assert.equal(kindOf(outcomes[0]!), text === 'COMMIT' ? 'unknown' : 'not-done');
      assert.deepEqual(await dump(direct), before);
      assert.deepEqual((await store.execute([order(master)])).map(kindOf), ['done']);
    }),
  );
}

test(
  'PostgreSQL: a COMMIT without acknowledgement is unknown, and the order id reveals the outcome',
  options,
  () =>
    withProxy(async ({ proxy, store, direct, master }) => {
      await store.execute([adjust(1, 1n), order(0)]);
      const hit = onceSent(proxy, 'COMMIT', 'drop after');
      const outcomes = await store.execute([order(master), withdraw(master, 1n)]);
      assert.ok(hit());
      assert.deepEqual(outcomes.map(kindOf), ['unknown', 'amount-below-minimum']);
      const [row] = await direct.reads.rows('withdrawals', {});
      assert.deepEqual(await store.execute([order(master)]), [{ done: { id: row?.id } }]);
      assert.equal((await direct.reads.rows('withdrawals', {})).length, 1);
      await assertLedgerBalances(direct);
    }),
);

test(
  'PostgreSQL: after a COMMIT without acknowledgement, tables that may have changed are announced as changed',
  options,
  () =>
    withProxy(async ({ proxy, store, direct, announced }) => {
      const hit = onceSent(proxy, 'COMMIT', 'drop after');
      const price = { operator, asset: 'BTC', price: amountOf(7n, 'BTC') };
      const ban = { ip: '1.2.3.4', bannedUntilMs: 1, offences: 1, lastOffenceMs: 1 };
      const outcomes = await store.execute([
        { command: commands.putPrice, input: price },
        { command: commands.recordBan, input: ban },
      ]);
      assert.ok(hit());
      assert.deepEqual(outcomes.map(kindOf), ['unknown', 'unknown']);
      assert.equal((await direct.reads.rows('bans', {})).length, 1);
      assert.ok(announced.includes('audit,bans,prices'), announced.join(' '));
      assert.equal(store.catalog().prices.get('BTC'), '0.00000007');
    }),
);

test('PostgreSQL: while it is unreachable nothing is done, and afterwards everything works', options, () =>
  withProxy(async ({ proxy, store, master }) => {
    proxy.open = false;
    proxy.dropAll();
    for (let turn = 0; turn < 3; turn += 1) {
      assert.deepEqual((await store.execute([order(master), order(master)])).map(kindOf), [
        'not-done',
        'not-done',
      ]);
      await assert.rejects(store.reads.rows('withdrawals', {}));
    }
    proxy.open = true;
    // The first attempt may still use a connection that was refused a moment ago.
    const kinds = await untilDone(async () => (await store.execute([order(master)])).map(kindOf));
    assert.deepEqual(kinds, ['done']);
    const rows = await untilDone<unknown>(() =>
      store.reads.rows('withdrawals', {}).catch(() => ['not-done']),
    );
    assert.equal(rows.length, 1);
    assert.notEqual(rows[0], 'not-done');
  }),
);

/** Retries until the answer is something other than "not done". */
async function untilDone<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  const giveUpAt = performance.now() + 5000;
  for (;;) {
    const answer = await ask();
    if (answer[0] !== 'not-done' || performance.now() > giveUpAt) return answer;
    await pause(50);
  }
}

test(
  'PostgreSQL: a change announced while the connection was lost is noticed after reconnecting',
  options,
  () =>
    withProxy(async ({ proxy, store, direct }) => {
      proxy.open = false;
      proxy.dropAll();
      const row = { name: 'dustIntervalHours', value: 3 };
      await run(direct, writing({ put: 'settings', row }));
      proxy.open = true;
      const limit = AbortSignal.timeout(5000);
      while (store.catalog().settings.dustIntervalHours !== 3) {
        limit.throwIfAborted();
        await store.reads.rows('settings', {}).catch(() => {});
      }
    }),
);

test('PostgreSQL: a connection that does not answer is abandoned, and the next one works', options, () =>
  withProxy(async ({ proxy, proxied }) => {
    const connection = new WriteConnection({ database: databaseAt(proxied), answerMs: 300, commitMs: 300 });
    await connection.run([{ sql: 'SELECT 1' }]);
    proxy.answers = false;
    await assert.rejects(connection.run([{ sql: 'SELECT 1' }]), ConnectionStuck);
    proxy.answers = true;
    assert.deepEqual([...(await connection.run([{ sql: 'SELECT 2 AS two' }]))[0]!], [{ two: 2 }]);
    await connection.close();
  }),
);

test('PostgreSQL: a statement left behind by a lost transaction writes nothing', options, () =>
  withProxy(async ({ proxy, direct, proxied }) => {
    const connection = new WriteConnection({ database: databaseAt(proxied), answerMs: 5000, commitMs: 5000 });
    const insert = "INSERT INTO bans VALUES ('ghost', 1, 1, 1)";
    await assert.rejects(connection.run([{ sql: insert }]), /read-only transaction/);
    await connection.begin([]);
    proxy.dropAll();
    await assert.rejects(connection.commit([{ sql: insert }, { sql: insert.replace('ghost', 'ghost 2') }]));
    assert.deepEqual(await direct.reads.rows('bans', {}), []);
    await connection.close();
  }),
);

/** Makes inserts of bans fail with a code this many times. */
async function failInserts(url: string, code: string, times: number): Promise<void> {
  const client = createClient(databaseAt(url), { max: 1 });
  await client.unsafe(`
    CREATE SEQUENCE failures;
    CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF nextval('failures') <= ${times} THEN RAISE EXCEPTION 'injected failure' USING ERRCODE = '${code}'; END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER fail BEFORE INSERT ON bans FOR EACH ROW EXECUTE FUNCTION fail();`);
  await client.end();
}

for (const [code, what] of [
  ['40001', 'a serialization failure'],
  ['40P01', 'a deadlock'],
] as const) {
  conformance(
    `a batch that fails with ${what} is decided again for up to five seconds`,
    async ({ location }, store) => {
      await failInserts(location, code, 3);
      const put = (ip: string) => writing({ put: 'bans', row: banRow(ip) });
      assert.deepEqual((await store.execute([put('::a'), put('::b')])).map(kindOf), ['done', 'done']);
      const client = createClient(databaseAt(location), { max: 1 });
      await client.unsafe('DROP TRIGGER fail ON bans; DROP FUNCTION fail; DROP SEQUENCE failures');
      await client.end();
      await failInserts(location, code, 1_000_000);
      const startedMs = performance.now();
      assert.deepEqual((await store.execute([put('::c')])).map(kindOf), ['not-done']);
      assert.ok(performance.now() - startedMs < 10_000);
      assert.equal((await store.reads.rows('bans', {})).length, 2);
    },
    postgresOnly,
  );
}
