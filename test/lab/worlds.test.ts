/** Worlds of the lab: their own books, clock, chains and keys; how requests find them; forks, snapshots and resets. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import { demoKey, type IssuedKey, type Json, mainKey, WorldsClient } from './worlds-client.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

describe('worlds', () => {
  let client: WorldsClient;

  before(async () => {
    client = await WorldsClient.start(['--block-ms', '1000']);
  });
  after(() => client.exchange.close());

  test('a request goes to the world of its key, and changes nothing elsewhere', async () => {
    const [one, other] = [await client.create(), await client.create()];
    assert.deepEqual(
      one.apiKeys.map(({ email }: IssuedKey) => email),
      ['demo@example.com', 'alice@example.com', 'bob@example.com'],
    );
    const before = await client.free(demoKey);
    assert.equal(await client.free(mainKey(one)), before);
    const id = await client.withdraw(mainKey(one), '7');
    assert.equal(Number(await client.free(mainKey(one))), Number(before) - 7);
    assert.equal(await client.free(mainKey(other)), before);
    assert.equal(await client.free(demoKey), before);
    assert.equal((await client.exchange.operator('GET', `/withdrawals/${id}`)).status, 404);
    assert.equal((await client.operate(other.name, 'GET', `/withdrawals/${id}`)).status, 404);
    assert.equal((await client.operate(one.name, 'GET', `/withdrawals/${id}`)).status, 200);
  });

  test('the path prefix reaches a world with the keys of its template, and without a key', async () => {
    const { name, apiKeys } = await client.create({ name: 'by-path' });
    await client.withdraw(apiKeys[0], '3');
    const before = await client.free(demoKey);
    assert.equal(Number(await client.free(demoKey, 'ETH', '/w/by-path')), Number(before) - 3);
    await client.operate(name, 'POST', '/lab/clock/freeze', { wire: 'world' });
    await client.operate(name, 'POST', '/lab/clock/advance', { by: '2d' });
    const { body } = await client.exchange.request('GET', '/w/by-path/api/v3/time');
    const { body: outside } = await client.exchange.request('GET', '/api/v3/time');
    assert.ok(body.serverTime - outside.serverTime > dayMs);
    const unknown = await client.exchange.request('GET', '/w/nobody/api/v3/time');
    assert.equal(unknown.status, 404);
    assert.match(unknown.body.msg, /there is no world 'nobody'/);
    assert.equal((await client.exchange.request('GET', '/w/by-path')).status, 404);
  });

  test('an empty world is filled by its operator, and its keys find it', async () => {
    const { name, apiKeys } = await client.create({ from: 'empty' });
    assert.deepEqual(apiKeys, []);
    const { body: assets } = await client.operate(name, 'GET', '/assets');
    assert.deepEqual(assets.assets, []);
    await client.operate(name, 'POST', '/accounts', { email: 'eve@example.com' });
    const { body: key, text } = await client.operate(name, 'POST', '/accounts/eve@example.com/api-keys', {});
    assert.equal(typeof key.secretKey, 'string', text);
    const { status } = await client.exchange.signed(key, 'GET', '/sapi/v1/account/status');
    assert.equal(status, 200);
    assert.equal((await client.exchange.operator('GET', '/accounts/eve@example.com/balances')).status, 404);
  });

  test('a fork continues from the state of its world, independently', async () => {
    const first = await client.create({ seed: 5 });
    await client.withdraw(mainKey(first), '2');
    const fork = await client.fork(first.name);
    assert.equal(fork.from, first.name);
    assert.equal(fork.seed, 5);
    assert.deepEqual(
      fork.apiKeys.map(({ email }: IssuedKey) => email),
      first.apiKeys.map(({ email }: IssuedKey) => email),
    );
    assert.notEqual(mainKey(fork).apiKey, mainKey(first).apiKey);
    const free = await client.free(mainKey(first));
    assert.equal(await client.free(mainKey(fork)), free);
    await client.withdraw(mainKey(fork), '1');
    assert.equal(await client.free(mainKey(first)), free);
    const again = await client.fork(fork.name);
    assert.equal(Number(await client.free(mainKey(again))), Number(free) - 1);
  });

  test('restoring a snapshot brings back the time of the world, and keeps the keys issued since', async () => {
    const world = await client.create();
    const { name } = world;
    await client.operate(name, 'POST', '/lab/clock/freeze', {});
    const free = await client.free(mainKey(world));
    const snapshot = await client.snapshot(name, { label: 'before' });
    await client.withdraw(mainKey(world), '4');
    await client.operate(name, 'POST', '/accounts', { email: 'late@example.com' });
    const { body: key } = await client.operate(name, 'POST', '/accounts/bob@example.com/api-keys', {});
    await client.operate(name, 'POST', '/lab/clock/advance', { by: '3d' });
    await client.restore(name, snapshot.id);
    assert.equal(await client.free(mainKey(world)), free);
    assert.equal((await client.operate(name, 'GET', '/lab/clock')).body.now, snapshot.at);
    assert.equal((await client.operate(name, 'GET', '/accounts/late@example.com/balances')).status, 404);
    assert.equal((await client.exchange.signed(key, 'GET', '/sapi/v1/account/status')).status, 200);
    const made = await client.create({ from: 'snapshot', world: name, snapshot: snapshot.id });
    assert.equal(await client.free(mainKey(made)), free);
    const { snapshots } = await client.call(['listLabSnapshots', 'GET', `/${name}/snapshots`]);
    assert.deepEqual(snapshots, [snapshot]);
  });

  test('a reset returns a world to its initial state, and keeps its keys', async () => {
    const world = await client.create();
    const free = await client.free(mainKey(world));
    await client.withdraw(mainKey(world), '5');
    await client.operate(world.name, 'POST', '/lab/clock/freeze', {});
    await client.reset(world.name);
    assert.equal(await client.free(mainKey(world)), free);
    assert.equal((await client.operate(world.name, 'GET', '/lab/clock')).body.frozen, false);
    const fork = await client.fork(world.name);
    await client.withdraw(mainKey(fork), '6');
    await client.reset(fork.name);
    assert.equal(await client.free(mainKey(fork)), free);
  });

  test('each world has its own time, blocks and faults', async () => {
    const [one, other] = [await client.create(), await client.create()];
    await client.operate(one.name, 'POST', '/lab/clock/freeze', {});
    const id = await client.withdraw(mainKey(one));
    const { status, text } = await client.operate(one.name, 'POST', '/lab/faults', {
      on: { operation: 'withdraw' },
      do: 'success-false',
    });
    assert.equal(status, 201, text);
    const { body: clock } = await client.operate(one.name, 'POST', '/lab/clock/advance', { by: '1h' });
    assert.ok(clock.ran.length > 0);
    assert.equal(await client.stageOf(one.name, id), 'completed');
    const { body: others } = await client.operate(other.name, 'GET', '/lab/clock');
    assert.ok(clock.now - others.now > 50 * minuteMs);
    assert.deepEqual((await client.operate(other.name, 'GET', '/lab/faults')).body.faults, []);
    await client.withdraw(mainKey(other));
  });

  test('advancing a world makes one block for each block time', async () => {
    const { name, apiKeys } = await client.create();
    const height = async (): Promise<number> =>
      (await client.operate(name, 'GET', '/lab/chains/ETH')).body.height;
    await client.operate(name, 'POST', '/lab/clock/freeze', {});
    const before = await height();
    for (const made of [1, 2, 3, 4]) {
      if (made === 2) await client.withdraw(apiKeys[0]);
      await client.operate(name, 'POST', '/lab/clock/advance', { by: '1s' });
      assert.equal(await height(), before + made);
    }
  });

  test('a fork has the faults of its world, for its own keys, and a restore brings them back', async () => {
    const world = await client.create();
    const { name } = world;
    const rule = {
      on: { operation: 'withdraw', apiKey: mainKey(world).apiKey, nth: 2 },
      do: 'success-false',
      times: 2,
    };
    assert.equal((await client.operate(name, 'POST', '/lab/faults', rule)).status, 201);
    await client.withdraw(mainKey(world));
    const snapshot = await client.snapshot(name);
    const fork = await client.fork(name);
    const faultIn = async (place: string): Promise<Json> =>
      (await client.operate(place, 'GET', '/lab/faults/f_1')).body;
    const [here, there] = [await faultIn(name), await faultIn(fork.name)];
    assert.deepEqual(there, { ...here, on: { ...here.on, apiKey: mainKey(fork).apiKey } });
    assert.equal(there.matched, 1);
    assert.equal(await client.refusedWithdrawal(mainKey(fork)), true);
    assert.equal((await faultIn(name)).fired, 0);
    assert.equal(await client.refusedWithdrawal(mainKey(world)), true);
    assert.equal((await faultIn(name)).fired, 1);
    await client.operate(name, 'DELETE', '/lab/faults');
    await client.restore(name, snapshot.id);
    assert.deepEqual(await faultIn(name), here);
    assert.equal((await client.operate(name, 'GET', '/lab/requests')).body.requests.length, 0);
  });

  test('a withdrawal that has not reached its chain waits in a fork, and goes to the chain of the fork', async () => {
    const world = await client.create();
    await client.operate(world.name, 'PATCH', '/lab/chains/ETH', { node: 'not-done' });
    const id = await client.withdraw(mainKey(world));
    const fork = await client.fork(world.name);
    assert.equal(fork.parked, 1);
    assert.equal(world.parked, 0);
    await client.operate(fork.name, 'PATCH', '/lab/chains/ETH', { node: 'up' });
    await eventually(
      () => client.stageOf(fork.name, id),
      (stage) => stage === 'completed',
      60_000,
    );
    assert.notEqual(await client.stageOf(world.name, id), 'completed');
    await client.call(['deleteLabWorld', 'DELETE', `/${world.name}`]);
  });

  test('worlds of one seed draw the same ids, and a reset begins anew', async () => {
    const drawn = async (world: Json) => {
      const ids = [await client.withdraw(mainKey(world)), await client.withdraw(mainKey(world))];
      // An id begins with its time.
      return ids.map((id) => id.slice(12));
    };
    const [one, same, other] = [
      await client.create({ seed: 11 }),
      await client.create({ seed: 11 }),
      await client.create({ seed: 12 }),
    ];
    const ids = await drawn(one);
    assert.deepEqual(await drawn(same), ids);
    assert.notDeepEqual(await drawn(other), ids);
    await client.reset(one.name);
    assert.deepEqual(await drawn(one), ids);
    const fork = await client.fork(one.name);
    assert.deepEqual(await drawn(fork), await drawn(one));
  });

  test('a world of the same name and seed on another server has the same keys and transactions', async () => {
    const drawn = async (server: WorldsClient) => {
      const { apiKeys } = await server.create({ name: 'repeated', seed: 5 });
      const { body: made } = await server.operate(
        'repeated',
        'POST',
        `/accounts/${apiKeys[0].email}/api-keys`,
        {},
      );
      const path = '/sapi/v1/capital/deposit/address';
      const { body: place } = await server.exchange.signed(apiKeys[0], 'GET', path, { coin: 'ETH' });
      const received = { asset: 'ETH', address: place.address, amount: '1' };
      const fork = await server.fork('repeated', { name: 'repeated-fork' });
      const txIds = [];
      for (const name of ['repeated', 'repeated', 'repeated-fork']) {
        const { body } = await server.operate(name, 'POST', '/deposits', received);
        txIds.push(body.txId);
      }
      return { apiKeys, made, forkKeys: fork.apiKeys, txIds };
    };
    const second = await WorldsClient.start(['--block-ms', '1000']);
    try {
      const { made, ...rest } = await drawn(client);
      const { made: again, ...restAgain } = await drawn(second);
      assert.deepEqual(restAgain, rest);
      assert.deepEqual([again.apiKey, again.secretKey], [made.apiKey, made.secretKey]);
      const keys = [...rest.apiKeys, made, ...rest.forkKeys].map(({ apiKey }: IssuedKey) => apiKey);
      assert.equal(new Set(keys).size, keys.length);
      // A fork draws what its world draws next.
      assert.deepEqual(rest.txIds[2], rest.txIds[0]);
      assert.notEqual(rest.txIds[1], rest.txIds[0]);
    } finally {
      await second.exchange.close();
    }
  });

  test('a restore ends what the lab delays, and a request under way is answered', async () => {
    const world = await client.create();
    const { id } = await client.snapshot(world.name);
    const rule = {
      on: { operation: 'withdraw' },
      do: { position: 'before', ending: { kind: 'delay', ms: 600_000 } },
    };
    assert.equal((await client.operate(world.name, 'POST', '/lab/faults', rule)).status, 201);
    const delayed = client.refusedWithdrawal(mainKey(world));
    await eventually(
      async () => (await client.operate(world.name, 'GET', '/lab/faults/f_1')).body,
      ({ fired }: Json) => fired === 1,
    );
    await client.restore(world.name, id);
    assert.equal(await delayed, false);
    assert.deepEqual((await client.operate(world.name, 'GET', '/lab/faults')).body.faults, []);
  });

  test('an unused world sleeps while its time passes, and does its work when it is used again', async () => {
    const world = await client.create();
    const id = await client.withdraw(mainKey(world));
    await eventually(
      () => client.stageOf(world.name, id),
      (stage) => stage === 'completed',
      60_000,
    );
    // In the last minute of a day it stays awake for the closing balances.
    const { bytes } = await eventually(
      () => client.show(world.name),
      ({ awake }) => !awake,
      150_000,
    );
    assert.ok(bytes > 0);
    const { body } = await client.operate(world.name, 'GET', '/chain');
    assert.ok(body.networks.length > 0);
    assert.equal((await client.show(world.name)).awake, true);
    assert.equal(await client.stageOf(world.name, id), 'completed');
  });

  test('a world is deleted by hand, or when nobody has used it for long', async () => {
    const world = await client.create({ name: 'gone' });
    await client.call(['deleteLabWorld', 'DELETE', '/gone']);
    const { status } = await client.exchange.signed(mainKey(world), 'GET', '/sapi/v1/account/status');
    assert.equal(status, 401);
    assert.equal((await client.exchange.operator('GET', '/lab/worlds/gone')).status, 404);
    await client.create({ name: 'short', timeToLive: '1ms' });
    await eventually(
      () => client.exchange.operator('GET', '/lab/worlds/short'),
      ({ status }) => status === 404,
    );
    await client.create({ name: 'gone' });
  });

  test('a world that owes a late reply is not deleted before the reply is sent', async () => {
    const world = await client.create({ name: 'late', timeToLive: '1s' });
    const fault = {
      on: { operation: 'withdraw' },
      do: { position: 'after', ending: { kind: 'delay', ms: 6000 } },
    };
    await client.operate('late', 'POST', '/lab/faults', fault);
    const reply = client.withdraw(mainKey(world), '0.1');
    await pause(4000);
    assert.equal((await client.exchange.operator('GET', '/lab/worlds/late')).status, 200);
    await reply;
    await eventually(
      () => client.exchange.operator('GET', '/lab/worlds/late'),
      ({ status }) => status === 404,
    );
  });

  test('a world has at most 100 snapshots', async () => {
    const { name } = await client.create();
    for (let count = 0; count < 100; count += 1) await client.snapshot(name);
    const { status, body } = await client.exchange.operator('POST', `/lab/worlds/${name}/snapshots`, {});
    assert.deepEqual([status, body.msg], [409, `World ${name} has 100 snapshots, which is the maximum.`]);
    assert.equal((await client.show(name)).snapshots, 100);
    await client.call(['deleteLabWorld', 'DELETE', `/${name}`]);
  });

  test('an invalid request is rejected with the reason, and changes nothing', async () => {
    await client.create({ name: 'taken' });
    const { worlds } = await client.call(['listLabWorlds', 'GET', '']);
    const refused = async (status: number, method: string, path: string, body?: object) => {
      const reply = await client.exchange.operator(method, `/lab/worlds${path}`, body);
      assert.equal(reply.status, status, reply.text);
      return reply.body.msg as string;
    };
    assert.match(await refused(409, 'POST', '', { name: 'taken' }), /taken/);
    for (const name of ['', 'A', '-a', 'a_b', 'a/b', 'a'.repeat(41)])
      assert.match(await refused(400, 'POST', '', { name }), /name/);
    assert.match(await refused(400, 'POST', '', { from: 'snapshot' }), /world and snapshot/);
    assert.match(await refused(400, 'POST', '', { from: 'demo', world: 'taken' }), /snapshot/);
    assert.match(await refused(400, 'POST', '', { seed: -1 }), /seed/);
    for (const timeToLive of ['soon', '0s', '999999999d999999999d'])
      assert.match(await refused(400, 'POST', '', { timeToLive }), /timeToLive/);
    assert.match(await refused(400, 'GET', `/${'a'.repeat(5000)}`), /name/);
    assert.match(await refused(414, 'GET', `/${'a'.repeat(10_000)}`), /longer than 8192 bytes/);
    assert.match(
      await refused(404, 'POST', '', { from: 'snapshot', world: 'taken', snapshot: 's_9' }),
      /s_9/,
    );
    assert.match(await refused(404, 'POST', '/taken/restore', { snapshot: 's_9' }), /s_9/);
    for (const path of ['/nobody/fork', '/nobody/reset', '/nobody/snapshots'])
      assert.match(await refused(404, 'POST', path, {}), /nobody/);
    const { status, body } = await client.operate('nobody', 'GET', '/assets');
    assert.deepEqual([status, body.msg], [400, 'Bursar-World: there is no world nobody.']);
    const names = (list: Json) => list.worlds.map(({ name }: Json) => name);
    assert.deepEqual(names(await client.call(['listLabWorlds', 'GET', ''])), names({ worlds }));
  });

  test('a world shows its own time, also while it sleeps, and a snapshot that of the world', async () => {
    const { name } = await client.create({ name: 'ahead' });
    const { body: frozen } = await client.operate(name, 'POST', '/lab/clock/freeze', {});
    await client.operate(name, 'POST', '/lab/clock/advance', { to: frozen.now + 10 * 365 * 86_400_000 });
    const { at, createdAt } = await client.snapshot(name);
    assert.equal(at, frozen.now + 10 * 365 * 86_400_000);
    assert.ok(Math.abs(createdAt - Date.now()) < 60_000);
    const shown = await client.show(name);
    assert.equal(shown.worldTime, at);
    await client.operate(name, 'POST', '/lab/clock/resume', {});
    await eventually(
      () => client.show(name),
      ({ awake }) => !awake,
    );
    assert.ok((await client.show(name)).worldTime > at);
  });
});
