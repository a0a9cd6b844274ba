/** Worlds on PostgreSQL: databases beside that of the exchange, copied from each other. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { openSql, type Sql, storeUnderTest } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { demoKey, type Json, mainKey, WorldsClient } from './worlds-client.ts';

if (storeUnderTest === 'postgres')
  describe('worlds on PostgreSQL', () => {
    let client: WorldsClient;
    let sql: Sql;

    before(async () => {
      client = await WorldsClient.start(['--block-ms', '1000']);
      sql = openSql({ postgres: adminUrl() });
    });
    after(async () => {
      await client.exchange.close();
      await sql[Symbol.asyncDispose]();
    });

    const exchangeUrl = () => {
      const { location } = client.exchange;
      return new URL('postgres' in location ? location.postgres : '');
    };
    const adminUrl = () => Object.assign(exchangeUrl(), { pathname: 'postgres' }).href;
    /** The number of databases that the lab has beside the exchange. */
    const databases = async (): Promise<number> => {
      const digest = createHash('sha256').update(exchangeUrl().pathname.slice(1)).digest('hex').slice(0, 12);
      const [row] = await sql.rows(
        `SELECT count(*) AS count FROM pg_database WHERE starts_with(datname, 'bursar_lab_${digest}_')`,
      );
      return Number(row?.count);
    };
    const create = (more: object = {}): Promise<Json> => client.create({ storage: 'postgres', ...more });
    const remove = (name: string) => client.call(['deleteLabWorld', 'DELETE', `/${name}`]);

    test('a world is copied from a template, and is an exchange of its own', async () => {
      const world = await create({ name: 'own' });
      assert.deepEqual([world.storage, world.from], ['postgres', 'demo']);
      const first = await client.free(mainKey(world));
      const ofExchange = await client.free(demoKey);
      const id = await client.withdraw(mainKey(world), '2');
      assert.equal(await client.free(demoKey), ofExchange);
      assert.notEqual(await client.free(mainKey(world)), first);
      await eventually(
        () => client.stageOf('own', id),
        (stage) => stage === 'completed',
        60_000,
      );
      const { body: report } = await client.operate('own', 'GET', '/integrity');
      assert.equal(report.ok, true, JSON.stringify(report));
      await client.reset('own');
      assert.equal(await client.free(mainKey(world)), first);
      assert.equal(await client.free(demoKey, 'ETH', '/w/own'), first);
      await remove('own');
      assert.equal(
        (await client.exchange.signed(mainKey(world), 'GET', '/sapi/v1/account/status')).status,
        401,
      );
    });

    test('a fork loses nothing acknowledged, and parks withdrawals under way; a snapshot is restored', async () => {
      const world = await create({ name: 'original' });
      const frozen = await client.operate('original', 'POST', '/lab/clock/freeze', {});
      assert.equal(frozen.status, 200, frozen.text);
      const snapshot = await client.snapshot('original');
      const first = await client.free(mainKey(world));
      const id = await client.withdraw(mainKey(world), '3');
      const after = await client.free(mainKey(world));
      const fork = await client.fork('original', { storage: 'postgres', name: 'copy' });
      assert.deepEqual([fork.storage, fork.parked], ['postgres', 1]);
      assert.equal((await client.operate('copy', 'GET', `/withdrawals/${id}`)).status, 200);
      assert.equal(await client.free(mainKey(fork)), after);
      const { body: clock } = await client.operate('copy', 'GET', '/lab/clock');
      assert.equal(clock.now, frozen.body.now);
      await client.withdraw(mainKey(fork), '1');
      assert.equal(await client.free(mainKey(world)), after);
      const inMemory = await client.fork('original');
      assert.equal(inMemory.storage, 'memory');
      assert.equal(await client.free(mainKey(inMemory)), after);
      const { withdrawals } = await client.call([
        'diffLabWorld',
        'GET',
        `/original/diff?snapshot=${snapshot.id}`,
      ]);
      assert.deepEqual(
        withdrawals.map((each: Json) => each.id),
        [id],
      );
      const made = await client.create({
        ...{
          from: 'snapshot',
          world: 'original',
          snapshot: snapshot.id,
          storage: 'postgres',
          name: 'earlier',
        },
      });
      assert.equal(await client.free(mainKey(made)), first);
      await client.restore('original', snapshot.id);
      assert.equal(await client.free(mainKey(world)), first);
      for (const name of ['original', 'copy', 'earlier', inMemory.name]) await remove(name);
      // The template stays.
      assert.equal(await databases(), 1);
    });

    test('a world in memory, a snapshot of it, its file and the exchange are copied into worlds on PostgreSQL', async () => {
      const world = await client.create({ name: 'memory' });
      await client.operate('memory', 'POST', '/lab/clock/freeze', {});
      const completed = await client.withdraw(mainKey(world), '2');
      await client.operate('memory', 'POST', '/lab/clock/advance', { by: '1h' });
      await client.operate('memory', 'PATCH', '/lab/chains/ETH', { auto: false });
      const snapshot = await client.snapshot('memory');
      const underWay = await client.withdraw(mainKey(world), '3');
      const { body: chain } = await eventually(
        () => client.operate('memory', 'GET', '/lab/chains/ETH'),
        ({ body }) => body.waiting.length === 1,
      );
      const free = await client.free(mainKey(world));
      const { sqlite } = await client.call(['exportLabWorld', 'GET', '/memory/export']);

      const storage = 'postgres';
      const fork = await client.fork('memory', { storage });
      const imported = (await client.exchange.operator('POST', '/lab/imported-worlds', { sqlite, storage }))
        .body;
      const earlier = await client.create({
        ...{ from: 'snapshot', world: 'memory', snapshot: snapshot.id, storage },
      });
      for (const made of [fork, imported, earlier])
        assert.equal(made.storage, 'postgres', JSON.stringify(made));
      assert.equal(fork.parked, 1);
      for (const { name, apiKeys } of [fork, imported]) {
        assert.equal(await client.free(apiKeys[0]), free);
        assert.deepEqual((await client.operate(name, 'GET', '/lab/chains/ETH')).body, chain);
        await client.operate(name, 'PATCH', '/lab/chains/ETH', { auto: true });
        await client.operate(name, 'POST', '/lab/clock/advance', { by: '1h' });
        for (const id of [completed, underWay]) assert.equal(await client.stageOf(name, id), 'completed');
        assert.equal((await client.operate(name, 'GET', '/integrity')).body.ok, true);
      }
      await client.reset(fork.name);
      assert.equal(await client.stageOf(fork.name, underWay), 'broadcast');
      assert.notEqual(await client.free(mainKey(earlier)), free);
      assert.equal(await client.stageOf('memory', underWay), 'broadcast');

      const ofExchange = await client.free(demoKey);
      const main = await client.fork('main', { storage });
      assert.deepEqual([main.storage, main.from], ['postgres', 'main']);
      assert.equal(await client.free(mainKey(main)), ofExchange);
      await client.withdraw(mainKey(main), '1');
      assert.equal(await client.free(demoKey), ofExchange);
      for (const { name } of [world, fork, imported, earlier, main]) await remove(name);
      // The template stays.
      assert.equal(await databases(), 1);
    });

    test('the databases of a world end with its time to live, and with the process', async () => {
      const world = await create({ timeToLive: '1ms' });
      await eventually(
        () => client.exchange.operator('GET', `/lab/worlds/${world.name}`),
        ({ status }) => status === 404,
        30_000,
      );
      await eventually(databases, (count) => count === 1, 30_000);
      await create();
      await client.exchange.restart();
      assert.equal(await databases(), 0);
      assert.deepEqual((await client.call(['listLabWorlds', 'GET', ''])).worlds, []);
    });
  });
else
  test('on SQLite there are no worlds on PostgreSQL', async () => {
    const { exchange } = await WorldsClient.start();
    try {
      const { status, body } = await exchange.operator('POST', '/lab/worlds', { storage: 'postgres' });
      assert.deepEqual(
        [status, body.msg],
        [409, 'Worlds on PostgreSQL are beside an exchange on PostgreSQL, and this one is on SQLite.'],
      );
    } finally {
      await exchange.close();
    }
  });
