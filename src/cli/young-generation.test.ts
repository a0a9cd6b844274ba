import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { nextMessage } from '../boundary/messages.ts';
import { holdYoungGeneration, letYoungGenerationGrow } from './young-generation.ts';

/** Of a thread in which 48 MB have survived. */
async function youngGenerationMb(): Promise<number> {
  const thread = new Worker(
    `const kept = [];
    for (let index = 0; index < 2_000_000; index++) kept.push({ index });
    const { getHeapSpaceStatistics } = require('node:v8');
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    require('node:worker_threads').parentPort.postMessage(young.space_size / 2 ** 20);`,
    { eval: true },
  );
  const megabytes = await nextMessage<number>(thread);
  await thread.terminate();
  return megabytes;
}

test('the young generation of a thread stays small while it is held, and grows afterwards', async () => {
  holdYoungGeneration();
  const held = await youngGenerationMb();
  assert.ok(held <= 4, `${held} MB`);
  letYoungGenerationGrow();
  const grown = await youngGenerationMb();
  assert.ok(grown >= 8, `${grown} MB`);
});
