/** A reset of a world that sleeps opens no store, also if keys were made in the world. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isRejection } from '../../src/contract/errors.ts';
import { createApiKey } from '../../src/contract/operator/api-keys.ts';
import type { OperatorParts } from '../../src/operator/handler.ts';
import { callOperation } from '../../src/operator/operation-in-process.ts';
import { createWorlds } from '../../src/runtime/worlds/worlds-start.ts';
import { playedParts, takeOpenedEngine } from '../property/played-world.ts';

const email = 'demo@example.com';
const worlds = createWorlds(playedParts());
after(() => worlds.close());

async function makeKey(operators: OperatorParts): Promise<string> {
  const { status, reply } = await callOperation(
    createApiKey,
    { path: { email }, query: {}, body: {} },
    operators,
  );
  assert.equal(status, 201, JSON.stringify(reply));
  return (reply as { readonly apiKey: string }).apiKey;
}

test('a world with a key of its own keeps it over resets, and is not woken by them', async () => {
  const made = await worlds.createFromTemplate('demo', { name: 'own-key', seed: 1 });
  assert.ok(!isRejection(made));
  const { world } = made;
  const keys: string[] = [];
  const wakes: boolean[] = [];
  const hasAll = () =>
    world.use(async ({ reads }) => {
      for (const apiKey of keys) assert.ok(await reads.row('api_keys', { apiKey }), apiKey);
    });
  for (let round = 0; round < 2; round += 1) {
    keys.push(await world.use(({ operators }) => makeKey(operators)));
    await world.sleep();
    takeOpenedEngine();
    for (let count = 0; count < 2; count += 1) {
      await worlds.reset('own-key');
      wakes.push(takeOpenedEngine() !== undefined);
    }
    await hasAll();
    await worlds.reset('own-key');
    await hasAll();
  }
  assert.deepEqual(wakes, [false, false, false, false]);
});
