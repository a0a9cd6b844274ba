/** Worlds whose files or databases fail, and worlds that are deleted while others work with them. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSql, storeUnderTest } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import type { Reply } from '../support/exchange.ts';
import { type Json, mainKey, WorldsClient } from './worlds-client.ts';

describe('worlds that fail', () => {
  let client: WorldsClient;

  before(async () => {
    client = await WorldsClient.start(['--block-ms', '1000']);
  });
  after(() => client.exchange.close());

  const request = (method: string, path: string, body?: object): Promise<Reply> =>
    client.exchange.operator(method, `/lab/worlds${path}`, body);
  const names = async (): Promise<readonly string[]> =>
    (await request('GET', '')).body.worlds.map(({ name }: Json) => name);
  const folderOf = (name: string) => join(client.exchange.dataFolder, 'worlds', name);

  test('a world on file whose restore or snapshot fails continues unchanged', async () => {
    const world = await client.create({ name: 'restored', storage: 'file' });
    const first = await client.free(mainKey(world));
    const { id: snapshot } = await client.snapshot('restored');
    await client.withdraw(mainKey(world), '2');
    const free = await client.free(mainKey(world));
    const kept = join(folderOf('restored'), snapshot);
    renameSync(kept, `${kept}.away`);
    const restored = await request('POST', '/restored/restore', { snapshot });
    assert.deepEqual([restored.status, /on file: ENOENT/.test(restored.text)], [409, true], restored.text);
    assert.equal(await client.free(mainKey(world)), free);
    renameSync(`${kept}.away`, kept);
    await client.restore('restored', snapshot);
    assert.equal(await client.free(mainKey(world)), first);

    const inTheWay = join(folderOf('restored'), 'world.json.new');
    mkdirSync(inTheWay);
    assert.equal((await request('POST', '/restored/snapshots', {})).status, 409);
    rmdirSync(inTheWay);
    assert.equal((await client.show('restored')).snapshots, 1);
    assert.deepEqual(
      readdirSync(folderOf('restored')).filter((each) => each.startsWith('s_')),
      [snapshot],
    );
    await client.call(['deleteLabWorld', 'DELETE', '/restored']);
  });

  test('a world on file that cannot wake answers that nothing was done, and wakes once it can', async () => {
    const world = await client.create({ name: 'sleeper', storage: 'file' });
    const free = await client.free(mainKey(world));
    await client.operate('sleeper', 'POST', '/lab/clock/freeze', {});
    await eventually(
      () => client.show('sleeper'),
      ({ awake }) => !awake,
      150_000,
    );
    const [books = ''] = readdirSync(folderOf('sleeper')).filter((each) => each.startsWith('books-'));
    const inTheWay = join(folderOf('sleeper'), books, 'rest.json.new');
    mkdirSync(inTheWay);
    const query = { asset: 'ETH' };
    const balance = () =>
      client.exchange.signed(mainKey(world), 'POST', '/sapi/v3/asset/getUserAsset', query);
    assert.equal((await balance()).status, 503);
    assert.equal((await client.operate('sleeper', 'GET', '/chain')).status, 503);
    rmdirSync(inTheWay);
    assert.equal(await client.free(mainKey(world)), free);
    await client.call(['deleteLabWorld', 'DELETE', '/sleeper']);
  });

  test('an operation on a world that is being reset or deleted runs before or after that, or is refused', async () => {
    for (let round = 0; round < 10; round += 1) {
      const world = await client.create({ name: 'shared' });
      await client.withdraw(mainKey(world), '1');
      const free = await client.free(mainKey(world));
      const work = [
        () => request('POST', '/shared/reset', {}),
        () => request('POST', '/shared/fork', {}),
        () => request('POST', '/shared/snapshots', {}),
        () => request('GET', '/shared/export'),
        () => request('GET', '/shared/diff'),
      ];
      const all = [...work, ...work, () => request('DELETE', '/shared'), ...work];
      for (const reply of await Promise.all(all.map((each) => each()))) {
        assert.ok([200, 201, 404, 409].includes(reply.status), `${reply.status} ${reply.text}`);
        if (reply.body.parked === undefined || reply.body.from !== 'shared') continue;
        assert.ok(Number(await client.free(reply.body.apiKeys[0])) >= Number(free));
        await client.call(['deleteLabWorld', 'DELETE', `/${reply.body.name}`]);
      }
      assert.deepEqual(await names(), []);
    }
  });

  if (storeUnderTest === 'postgres') {
    const labDatabases = async (): Promise<readonly string[]> => {
      await using sql = openSql(client.exchange.location);
      const rows = await sql.rows("SELECT datname FROM pg_database WHERE datname LIKE 'bursar_lab_%'");
      return rows.map(({ datname }) => String(datname));
    };
    /** Connects to a database, which PostgreSQL then does not copy. */
    const hold = async (name: string) => {
      const { location } = client.exchange;
      const url = new URL('postgres' in location ? location.postgres : '');
      const sql = openSql({ postgres: Object.assign(url, { pathname: name }).href });
      await sql.rows('SELECT 1');
      return sql;
    };

    test('a world on PostgreSQL that cannot begin does not exist; a failed restore changes nothing', async () => {
      const world = await client.create({ name: 'first', storage: 'postgres' });
      const [template = ''] = (await labDatabases()).toSorted();
      const free = await client.free(mainKey(world));
      const before = new Set(await labDatabases());
      const { id: snapshot } = await client.snapshot('first');
      const [copy = ''] = (await labDatabases()).filter((name) => !before.has(name));
      await client.withdraw(mainKey(world), '2');
      const after = await client.free(mainKey(world));
      {
        await using _held = await hold(copy);
        const { status, text } = await request('POST', '/first/restore', { snapshot });
        assert.deepEqual([status, /accessed by other users/.test(text)], [409, true], text);
      }
      assert.equal(await client.free(mainKey(world)), after);
      await client.restore('first', snapshot);
      assert.equal(await client.free(mainKey(world)), free);
      const count = (await labDatabases()).length;
      for (const name of await labDatabases()) {
        if (name !== template) continue;
        await using _held = await hold(name);
        const { status, text } = await request('POST', '', { name: 'second', storage: 'postgres' });
        assert.deepEqual([status, /accessed by other users/.test(text)], [409, true], text);
      }
      assert.deepEqual(await names(), ['first']);
      assert.equal((await labDatabases()).length, count);
      await client.call(['deleteLabWorld', 'DELETE', '/first']);
    });

    test('a difference and a reset at the same time do not refuse each other', async () => {
      await client.create({ name: 'compared', storage: 'postgres' });
      const work = [() => request('GET', '/compared/diff'), () => request('POST', '/compared/reset', {})];
      const replies = await Promise.all([...work, ...work].map((each) => each()));
      assert.deepEqual(
        replies.map(({ status }) => status),
        [200, 200, 200, 200],
        replies.map(({ text }) => text).join('\n'),
      );
      await client.call(['deleteLabWorld', 'DELETE', '/compared']);
    });
  }
});
