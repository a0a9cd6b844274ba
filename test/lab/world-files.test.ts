/** Worlds that are compared with a snapshot, exported as a file and imported, also by another server. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { reportIntegrity } from '../../src/maintenance/integrity-report.ts';
import { eventually } from '../support/eventually.ts';
import { demoKey, type Json, mainKey, WorldsClient } from './worlds-client.ts';

describe('worlds at rest', () => {
  let client: WorldsClient;

  before(async () => {
    client = await WorldsClient.start();
  });
  after(() => client.exchange.close());

  const diff = (name: string, query = ''): Promise<Json> =>
    client.call(['diffLabWorld', 'GET', `/${name}/diff${query}`]);
  const exported = (name: string): Promise<Json> => client.call(['exportLabWorld', 'GET', `/${name}/export`]);

  test('a diff shows what has changed since a snapshot, and since the creation', async () => {
    const world = await client.create();
    const { name } = world;
    assert.deepEqual(await diff(name), {
      since: null,
      accounts: [],
      withdrawals: [],
      deposits: [],
      balances: [],
      omitted: 0,
    });
    const first = await client.withdraw(mainKey(world), '2');
    const snapshot = await client.snapshot(name);
    await client.operate(name, 'POST', '/accounts', { email: 'new@example.com' });
    await client.operate(name, 'POST', '/accounts/new@example.com/credit', {
      asset: 'BTC',
      amount: '0.5',
      reason: 'a test',
    });
    const second = await client.withdraw(mainKey(world), '3');
    const since = await diff(name, `?snapshot=${snapshot.id}`);
    assert.equal(since.since, snapshot.id);
    assert.deepEqual(since.accounts, [{ email: 'new@example.com', change: 'added' }]);
    const added = since.withdrawals.find(({ id }: Json) => id === second);
    assert.deepEqual(
      [added.email, added.asset, added.network, added.change, added.before],
      ['demo@example.com', 'ETH', 'ETH', 'added', null],
    );
    assert.deepEqual(
      since.balances.find(({ email }: Json) => email === 'new@example.com'),
      {
        email: 'new@example.com',
        asset: 'BTC',
        wallet: 'spot',
        before: { free: '0', held: '0' },
        after: { free: '0.5', held: '0' },
      },
    );
    const all = await diff(name);
    assert.deepEqual(
      [first, second].map((id) => all.withdrawals.some((each: Json) => each.id === id)),
      [true, true],
    );
    const { status, body } = await client.exchange.operator('GET', `/lab/worlds/${name}/diff?snapshot=s_7`);
    assert.deepEqual([status, body.msg], [404, `There is no snapshot s_7 of world ${name}.`]);
  });

  test('an exported world is one file that the ledger verifier accepts, with the chains in it', async () => {
    const world = await client.create();
    await client.withdraw(mainKey(world), '2');
    const { sqlite, bytes } = await exported(world.name);
    const folder = mkdtempSync(join(tmpdir(), 'bursar-world-'));
    try {
      const file = join(folder, 'world.sqlite');
      writeFileSync(file, Buffer.from(sqlite, 'base64'));
      const report = await reportIntegrity({ file }, systemClock.monotonic);
      assert.equal(report.ok, true, JSON.stringify(report));
      const database = new DatabaseSync(file, { readOnly: true });
      const { networks } = database.prepare('SELECT count(*) AS networks FROM heights').get() as Json;
      database.close();
      assert.ok(networks > 0);
      assert.equal(Buffer.from(sqlite, 'base64').byteLength, bytes);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('an imported world continues with its books, chains, clock and ids, also on another server', async () => {
    const world = await client.create({ seed: 3 });
    await client.operate(world.name, 'POST', '/lab/clock/freeze', {});
    const id = await client.withdraw(mainKey(world), '2');
    const { body: clock } = await client.operate(world.name, 'GET', '/lab/clock');
    const chainOf = async (place: WorldsClient, name: string): Promise<Json> =>
      (await place.operate(name, 'GET', '/lab/chains/ETH')).body;
    const chain = await eventually(
      () => chainOf(client, world.name),
      ({ waiting }) => waiting.length === 1,
    );
    const { sqlite } = await exported(world.name);
    const free = await client.free(mainKey(world));
    const other = await WorldsClient.start();
    try {
      for (const place of [client, other]) {
        const imported = await place.call(['importLabWorld', 'POST', ''], {
          name: 'imported',
          sqlite,
        });
        assert.deepEqual([imported.from, imported.seed], ['import', 3]);
        assert.equal(await place.free(mainKey(imported)), free);
        assert.equal((await place.operate('imported', 'GET', '/lab/clock')).body.now, clock.now);
        assert.deepEqual(await chainOf(place, 'imported'), chain);
        await place.operate('imported', 'POST', '/chain/blocks', { network: 'ETH', count: 50 });
        await place.operate('imported', 'POST', '/lab/clock/advance', { by: '1m' });
        await eventually(
          () => place.stageOf('imported', id),
          (stage) => stage === 'completed',
        );
        const { body: report } = await place.operate('imported', 'GET', '/integrity');
        assert.equal(report.ok, true, JSON.stringify(report));
      }
      // The published keys were encrypted by the first server.
      const { status } = await other.exchange.signed(demoKey, 'GET', '/w/imported/sapi/v1/account/status');
      assert.equal(status, 401);
    } finally {
      await other.exchange.close();
    }
    assert.notEqual(await client.stageOf(world.name, id), 'completed');
  });

  test('while a large file is imported, others are served', async () => {
    const { sqlite } = await exported((await client.create()).name);
    const large = new DatabaseSync(':memory:');
    large.deserialize(Buffer.from(sqlite, 'base64'));
    large.exec(`INSERT INTO settings VALUES ('large', '"' || hex(zeroblob(${10 * 1024 * 1024})) || '"')`);
    const body = { name: 'large', sqlite: Buffer.from(large.serialize()).toString('base64') };
    large.close();
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    let isOver = false;
    const importing = client.call(['importLabWorld', 'POST', ''], body).finally(() => {
      isOver = true;
      end();
    });
    let served = 0;
    while (!isOver) {
      await Promise.race([client.exchange.request('GET', '/api/v3/time'), over]);
      served += 1;
    }
    assert.ok((await importing).bytes > 20 * 1024 * 1024);
    assert.ok(served > 30, `${served} requests were served meanwhile`);
    await client.call(['deleteLabWorld', 'DELETE', '/large']);
  });

  test('a file that is not an exported world is refused, and nothing is created', async () => {
    const { worlds } = await client.call(['listLabWorlds', 'GET', '']);
    const refused = async (sqlite: string) => {
      const reply = await client.exchange.operator('POST', '/lab/imported-worlds', { name: 'bad', sqlite });
      assert.equal(reply.status, 400, reply.text);
      return reply.body.msg as string;
    };
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE t (a)');
    const foreign = Buffer.from(database.serialize());
    database.close();
    const { sqlite } = await exported((await client.create({ name: 'whole' })).name);
    const whole = Buffer.from(sqlite, 'base64');
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 4096, 40_960);
    assert.match(await refused(''), /sqlite/);
    assert.match(await refused('not base64!'), /sqlite/);
    assert.match(await refused(Buffer.from('hello').toString('base64')), /not an SQLite database/);
    assert.match(await refused(foreign.toString('base64')), /not an exported world/);
    assert.match(await refused(damaged.toString('base64')), /damaged|not an exported world/);
    assert.match(await refused(whole.subarray(0, 20_000).toString('base64')), /damaged/);
    const changed = (sql: string) => {
      const copy = new DatabaseSync(':memory:');
      copy.deserialize(whole);
      copy.exec(sql);
      const file = Buffer.from(copy.serialize()).toString('base64');
      copy.close();
      return refused(file);
    };
    const never = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT';
    assert.match(await changed(`CREATE VIEW extra AS ${never} i FROM n`), /a view extra of its own/);
    assert.match(
      await changed(
        `DROP TABLE heights; CREATE VIEW heights AS ${never} 'ETH' AS network, i AS height FROM n`,
      ),
      /a view heights of its own/,
    );
    assert.match(
      await changed('CREATE TRIGGER steal AFTER INSERT ON transfers BEGIN UPDATE balances SET free = 0; END'),
      /a trigger steal of its own/,
    );
    assert.match(await changed('DROP TRIGGER transfers_are_not_edited'), /another version/);
    assert.match(
      await changed(
        'DROP TRIGGER transfers_are_not_edited; CREATE TRIGGER transfers_are_not_edited BEFORE UPDATE ON transfers BEGIN SELECT 1; END',
      ),
      /a trigger transfers_are_not_edited of its own/,
    );
    assert.match(await changed('CREATE TABLE more (a INT, b AS (zeroblob(1000000000)))'), /a table more/);
    assert.match(await changed('ALTER TABLE accounts ADD COLUMN more TEXT'), /another version/);
    assert.match(await changed('DROP TABLE transactions'), /no table transactions/);
    assert.match(await changed("UPDATE lab_world SET notes = '{'"), /another version/);
    assert.match(await changed('DELETE FROM lab_world'), /another version/);
    for (const value of ["'x'", '-1', '1.5', 'null'])
      assert.match(
        await changed(
          `UPDATE lab_world SET notes = json_set(notes, '$.more.seed', json(${value === "'x'" ? `'"x"'` : `'${value}'`}))`,
        ),
        /notes on clock and seed/,
      );
    assert.match(await changed("UPDATE api_keys SET permissions = '{'"), /damaged/);
    const large = await client.exchange.operator('POST', '/lab/imported-worlds', {
      sqlite: Buffer.alloc(64 * 1024 * 1024 + 1).toString('base64'),
    });
    assert.deepEqual([large.status, /longer than/.test(large.text)], [400, true], large.text.slice(0, 200));
    const after = await client.call(['listLabWorlds', 'GET', '']);
    assert.equal(after.worlds.length, worlds.length + 1);
  });
});
