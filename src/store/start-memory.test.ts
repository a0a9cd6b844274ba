import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { nextMessage } from '../boundary/messages.ts';
import {
  holdCompilers,
  holdYoungGenerations,
  releaseCompilers,
  releaseYoungGenerations,
} from './start-memory.ts';

/** The size of the young generation of a thread in which 48 MB have survived. */
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
  holdYoungGenerations();
  const held = await youngGenerationMb();
  assert.ok(held <= 4, `${held} MB`);
  releaseYoungGenerations();
  const grown = await youngGenerationMb();
  assert.ok(grown >= 8, `${grown} MB`);
});

test('functions are not optimized while memory is held, and afterwards they are', async () => {
  setFlagsFromString('--allow-natives-syntax');
  // A bit of `OptimizationStatus` in V8's runtime.h.
  const turbofanned = 1 << 5;
  const isOptimized = new Function('f', `return (%GetOptimizationStatus(f) & ${turbofanned}) !== 0`);
  const sum = new Function('n', 'let sum = 0; for (let i = 0; i < n; i++) sum += i % 7; return sum;');
  const useOften = async (times: number) => {
    for (let done = 0; done < times && !isOptimized(sum); done++) {
      for (let call = 0; call < 1000; call++) sum(100);
      // Another thread compiles, and its code is put in place between two turns of the event loop.
      await pause(2);
    }
    return isOptimized(sum);
  };
  holdCompilers();
  assert.equal(await useOften(100), false);
  releaseCompilers();
  assert.equal(await useOften(10_000), true);
});
