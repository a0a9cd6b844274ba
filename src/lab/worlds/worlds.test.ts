import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
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

const image = { store: new Uint8Array(), chains: new Uint8Array(), storedBytes: 0 };
const books = { reads: {}, close: async () => {} };

/** Worlds of which one exists: `a`. */
async function worldsWith({
  openBooks = async () => books,
  restore = async () => {},
}: {
  readonly openBooks?: () => Promise<typeof books>;
  readonly restore?: () => Promise<void>;
}): Promise<Worlds<object>> {
  const maker = {
    template: async () => ({ saved: { image }, holders: [] }),
    open: () => ({ image, ...books, isAwake: true, stop: () => {}, restore, operators: {} }),
    openBooks,
  };
  const time = { now: () => 0, every: () => () => {} };
  const clock = { wire: time, monotonic: time };
  const parts = { maker, clock, randomSeed: () => 1, onFault: assert.fail };
  const worlds = new Worlds(parts as unknown as WorldsParts<object>);
  await worlds.createFromTemplate('empty', { name: 'a' });
  return worlds;
}

test('a difference of a world that is deleted meanwhile is refused', async () => {
  const openBooks = () => worlds.delete('a').then(() => books);
  const worlds: Worlds<object> = await worldsWith({ openBooks });
  assert.deepEqual(await worlds.diff('a', undefined), {
    rejected: 'operator-conflict',
    details: { reason: 'World a was deleted meanwhile.' },
  });
});

test('work that waits in a world until it is deleted is refused, as if there were none', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const worlds = await worldsWith({ restore: () => promise });
  const reset = worlds.reset('a');
  await turn();
  const never = () => assert.fail('it began');
  const work = worlds.operate('a', never);
  const deleted = worlds.delete('a');
  resolve();
  await Promise.all([reset, deleted]);
  assert.deepEqual(await work, await worlds.operate('a', never));
});
