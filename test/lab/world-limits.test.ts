/** The limits on the number of worlds and on the snapshots of each. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { WorldsClient } from './worlds-client.ts';

const maxWorlds = 2000;
const maxSnapshots = 100;
/** The number of concurrent requests. */
const atATime = 20;

async function repeat(times: number, action: () => Promise<unknown>): Promise<void> {
  let begun = 0;
  const one = async () => {
    while (begun < times) {
      begun += 1;
      await action();
    }
  };
  await Promise.all(Array.from({ length: atATime }, one));
}

// Worlds in memory are the same whatever store the suite runs on.
if (process.env.BURSAR_TEST_STORE !== 'postgres')
  describe('the limits of worlds', () => {
    let client: WorldsClient;
    before(async () => {
      client = await WorldsClient.start();
    });
    after(() => client.exchange.close());

    async function assertRefused(path: string, body: object, reason: RegExp): Promise<void> {
      const reply = await client.exchange.operator('POST', `/lab/worlds${path}`, body);
      assert.equal(reply.status, 409, reply.text);
      assert.match(reply.body.msg, reason);
    }

    test('there are at most 2000, also if several are made at once, and a deleted one makes room', async () => {
      await client.create({ name: 'first', from: 'empty' });
      const statuses: number[] = [];
      await repeat(maxWorlds + 10, async () => {
        statuses.push((await client.exchange.operator('POST', '/lab/worlds/first/fork', {})).status);
      });
      const made = statuses.filter((status) => status === 201).length;
      assert.deepEqual([made, statuses.length - made], [maxWorlds - 1, 11]);
      await assertRefused('', { from: 'empty' }, /There are 2000 worlds, which is the maximum/);
      const { worlds } = await client.call(['listLabWorlds', 'GET', '']);
      assert.equal(worlds.length, maxWorlds);
      await client.call(['deleteLabWorld', 'DELETE', `/${worlds.at(-1).name}`]);
      await client.create({ from: 'empty' });
      await assertRefused('/first/fork', {}, /There are 2000 worlds/);
    });

    test('each has at most 100 snapshots', async () => {
      await repeat(maxSnapshots, () => client.snapshot('first'));
      await assertRefused('/first/snapshots', {}, /World first has 100 snapshots, which is the maximum/);
      const { snapshots } = await client.call(['listLabSnapshots', 'GET', '/first/snapshots']);
      assert.equal(snapshots.length, maxSnapshots);
    });
  });
