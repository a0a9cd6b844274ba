import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worlds } from './worlds.ts';
import type { WorldsParts } from './worlds-parts.ts';

test('a world that would be too long a text is not exported', async () => {
  const image = { store: new Uint8Array(), chains: new Uint8Array(), storedBytes: 2 ** 28 + 1 };
  const maker = {
    copyExchange: async () => ({ saved: { image }, holders: [], parked: 0 }),
    toFile: () => assert.fail('it was made'),
  };
  const parts = { maker, randomSeed: () => 1 } as unknown as WorldsParts<never>;
  assert.deepEqual(await new Worlds(parts).export('main'), {
    rejected: 'operator-conflict',
    details: { reason: 'The world has 268435457 bytes, and at most 268435456 are exported.' },
  });
});

test('a difference of a world that is deleted meanwhile is refused', async () => {
  const image = { store: new Uint8Array(), chains: new Uint8Array(), storedBytes: 0 };
  const maker = {
    template: async () => ({ saved: { image }, holders: [] }),
    open: () => ({ isAwake: true, image, reads: {}, stop: () => {}, close: async () => {} }),
    openBooks: async () => {
      await worlds.delete('a');
      return { reads: {}, close: async () => {} };
    },
  };
  const time = { now: () => 0, every: () => () => {} };
  const clock = { wire: time, monotonic: time };
  const parts = { maker, clock, randomSeed: () => 1, onFault: assert.fail };
  const worlds: Worlds<never> = new Worlds(parts as unknown as WorldsParts<never>);
  await worlds.createFromTemplate('empty', { name: 'a' });
  assert.deepEqual(await worlds.diff('a', undefined), {
    rejected: 'operator-conflict',
    details: { reason: 'World a was deleted meanwhile.' },
  });
});
