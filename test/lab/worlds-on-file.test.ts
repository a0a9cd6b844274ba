/** Worlds on file: found again by the next start with everything that they had, also after a crash. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { demoKey, type Json, mainKey, WorldsClient } from './worlds-client.ts';

describe('worlds on file', () => {
  let client: WorldsClient;

  before(async () => {
    client = await WorldsClient.start(['--block-ms', '1000']);
  });
  after(() => client.exchange.close());

  const onFile = (more: object = {}): Promise<Json> => client.create({ storage: 'file', ...more });
  const folderOf = (name: string) => join(client.exchange.dataFolder, 'worlds', name);
  const clockOf = async (place: WorldsClient, name: string): Promise<Json> =>
    (await place.operate(name, 'GET', '/lab/clock')).body;

  test('a restart finds keys, books, clock, dice, snapshots and time to live again', async () => {
    const world = await onFile({ name: 'kept', seed: 3, timeToLive: '1h' });
    assert.equal(world.storage, 'file');
    const inMemory = await client.create({ name: 'lost' });
    assert.equal(inMemory.storage, 'memory');
    const first = await client.free(mainKey(world));
    const snapshot = await client.snapshot('kept', { label: 'first' });
    await client.operate('kept', 'POST', '/lab/clock/freeze', {});
    await client.operate('kept', 'POST', '/lab/clock/advance', { by: '3d' });
    const id = await client.withdraw(mainKey(world), '2');
    const { body: made } = await client.operate('kept', 'POST', '/accounts/bob@example.com/api-keys', {});
    const clock = await clockOf(client, 'kept');
    const free = await client.free(mainKey(world));
    await client.exchange.restart();
    assert.deepEqual(
      (await client.call(['listLabWorlds', 'GET', ''])).worlds.map(({ name }: Json) => name),
      ['kept'],
    );
    const found = await client.show('kept');
    const { name, from, seed, timeToLiveMs, createdAt, snapshots, storage } = found;
    assert.deepEqual(
      { name, from, seed, timeToLiveMs, createdAt, snapshots, storage },
      {
        ...{ name: 'kept', from: 'demo', seed: 3, timeToLiveMs: 3_600_000, createdAt: world.createdAt },
        ...{ snapshots: 1, storage: 'file' },
      },
    );
    assert.equal(await client.free(mainKey(world)), free);
    assert.equal((await clockOf(client, 'kept')).now, clock.now);
    assert.equal((await client.operate('kept', 'GET', `/withdrawals/${id}`)).status, 200);
    assert.equal((await client.exchange.signed(made, 'GET', '/sapi/v1/account/status')).status, 200);
    assert.equal(
      (await client.exchange.signed(mainKey(inMemory), 'GET', '/sapi/v1/account/status')).status,
      401,
    );
    // The time stands still, so an id that is drawn again would be the same.
    assert.notEqual(await client.withdraw(mainKey(world), '1'), id);
    const { body: again } = await client.operate('kept', 'POST', '/accounts/bob@example.com/api-keys', {});
    assert.notEqual(again.apiKey, made.apiKey);
    await client.restore('kept', snapshot.id);
    assert.equal(await client.free(mainKey(world)), first);
    await client.exchange.restart();
    assert.equal(await client.free(mainKey(world)), first);
    assert.equal((await client.exchange.signed(made, 'GET', '/sapi/v1/account/status')).status, 200);
    await client.withdraw(mainKey(world), '7');
    await client.reset('kept');
    await client.exchange.restart();
    assert.equal(await client.free(mainKey(world)), first);
    const { body: report } = await client.operate('kept', 'GET', '/integrity');
    assert.equal(report.ok, true, JSON.stringify(report));
    await client.call(['deleteLabWorld', 'DELETE', '/kept']);
    assert.equal(existsSync(folderOf('kept')), false);
  });

  test('everything acknowledged before a crash is kept, and no id is drawn twice', async () => {
    const world = await onFile({ name: 'crashed' });
    await client.operate('crashed', 'POST', '/lab/clock/freeze', {});
    await client.operate('crashed', 'POST', '/lab/clock/advance', { by: '2d' });
    const id = await client.withdraw(mainKey(world), '2');
    const clock = await clockOf(client, 'crashed');
    assert.equal((await client.show('crashed')).awake, true);
    const data = mkdtempSync(join(tmpdir(), 'bursar-crash-'));
    cpSync(client.exchange.dataFolder, data, { recursive: true });
    for (const database of ['bursar', 'chain'])
      for (const end of ['', '-wal', '-shm']) rmSync(join(data, `${database}.sqlite${end}`), { force: true });
    const copy = await WorldsClient.start(['--block-ms', '1000', '--data', data]);
    try {
      assert.equal((await copy.operate('crashed', 'GET', `/withdrawals/${id}`)).status, 200);
      assert.equal((await clockOf(copy, 'crashed')).now, clock.now);
      assert.notEqual(await copy.withdraw(mainKey(world), '3'), id);
      const { body: report } = await copy.operate('crashed', 'GET', '/integrity');
      assert.equal(report.ok, true, JSON.stringify(report));
    } finally {
      await copy.exchange.close();
      rmSync(data, { recursive: true, force: true });
    }
    await client.call(['deleteLabWorld', 'DELETE', '/crashed']);
  });

  test('a world on file is forked into memory and onto file, exported and imported', async () => {
    const world = await onFile({ seed: 8 });
    await client.withdraw(mainKey(world), '4');
    const free = await client.free(mainKey(world));
    const inMemory = await client.fork(world.name);
    const copy = await client.fork(world.name, { storage: 'file', name: 'copied' });
    await client.withdraw(mainKey(world), '1');
    for (const each of [inMemory, copy]) assert.equal(await client.free(mainKey(each)), free);
    const { sqlite } = await client.call(['exportLabWorld', 'GET', `/${copy.name}/export`]);
    const imported = await client.call(['importLabWorld', 'POST', ''], {
      ...{ sqlite, name: 'from-file', storage: 'file' },
    });
    assert.equal(await client.free(mainKey(imported)), free);
    await client.exchange.restart();
    for (const each of [copy, imported]) assert.equal(await client.free(mainKey(each)), free);
    assert.equal(await client.free(demoKey, 'ETH', '/w/copied'), free);
    for (const name of [world.name, 'copied', 'from-file'])
      await client.call(['deleteLabWorld', 'DELETE', `/${name}`]);
  });

  test('a world that sleeps or is not used for long: its files are closed, or removed', async () => {
    const world = await onFile({ name: 'sleeper' });
    const free = await client.free(mainKey(world));
    await client.operate('sleeper', 'POST', '/lab/clock/freeze', {});
    await eventually(
      () => client.show('sleeper'),
      ({ awake }) => !awake,
      150_000,
    );
    const [books = ''] = readdirSync(folderOf('sleeper')).filter((each) => each.startsWith('books-'));
    assert.deepEqual(
      readdirSync(join(folderOf('sleeper'), books)).filter((each) => each.endsWith('-wal')),
      [],
    );
    assert.equal(await client.free(mainKey(await client.fork('sleeper'))), free);
    assert.equal(await client.free(mainKey(world)), free);
    await onFile({ name: 'short', timeToLive: '1ms' });
    await eventually(
      async () => existsSync(folderOf('short')),
      (exists) => !exists,
    );
    await client.call(['deleteLabWorld', 'DELETE', '/sleeper']);
  });

  test('a folder that is in the way is reported, and a folder that cannot be read is left as it is', async () => {
    mkdirSync(folderOf('taken'), { recursive: true });
    const body = { name: 'taken', storage: 'file' };
    const refused = await client.exchange.operator('POST', '/lab/worlds', body);
    assert.deepEqual([refused.status, /taken exists already/.test(refused.text)], [409, true], refused.text);
    assert.equal((await client.exchange.operator('GET', '/lab/worlds/taken')).status, 404);
    const wrong = await client.exchange.operator('POST', '/lab/worlds', { ...body, storage: 'tape' });
    assert.deepEqual([wrong.status, /storage/.test(wrong.text)], [400, true], wrong.text);
    writeFileSync(join(folderOf('taken'), 'world.json'), '{');
    await client.exchange.restart();
    assert.equal((await client.exchange.operator('GET', '/lab/worlds/taken')).status, 404);
    assert.equal(existsSync(join(folderOf('taken'), 'world.json')), true);
  });
});
