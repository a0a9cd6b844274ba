/** Percentiles, pairs, growth, and the search for the sustained rate. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { BlockMeter, readGroups, requestsOfBlock } from '../../tools/bench/lab-blocks.ts';
import { Latencies } from '../../tools/bench/load/latencies.ts';
import { orderOf, ratiosOf, spreadsOf } from '../../tools/bench/pairing.ts';
import { boundsOfMedian } from '../../tools/bench/statistics.ts';
import {
  findSustainedRate,
  growthPerSecond,
  isSustained,
  lowestShare,
} from '../../tools/bench/sustained-rate.ts';
import { checkProperty } from '../support/seed.ts';

test('percentiles are measured values (nearest rank)', () => {
  const latencies = new Latencies(1000);
  for (let ms = 1000; ms > 0; ms -= 1) latencies.add(ms);
  assert.deepEqual(latencies.summarize(), { p50Ms: 500, p90Ms: 900, p99Ms: 990, p999Ms: 999, maxMs: 1000 });
});

test('pairs are measured in the order ABBA', () => {
  const order = [0, 1, 2, 3].flatMap(orderOf).map((side) => (side === 'this' ? 'A' : 'B'));
  assert.equal(order.join(''), 'ABBAABBA');
});

test('the bounds of a median are values by rank, and the outermost ones of a few', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => (index * 37) % 100);
  assert.deepEqual(boundsOfMedian(hundred), [40, 59]);
  assert.deepEqual(boundsOfMedian([3, 1, 2]), [1, 3]);
});

test('blocks of requests pass through the lab in an order without drift, and are read in groups', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  try {
    const file = join(folder, 'blocks.jsonl');
    const meter = new BlockMeter(file);
    for (let request = 0; request < 11 * requestsOfBlock; request += 1) meter.next();
    const groups = readGroups(file);
    const order = groups.map((blocks) => blocks.map(({ lab }) => (lab ? 'A' : 'B')).join(''));
    assert.deepEqual(order, ['ABBA', 'BAAB']);
    assert.ok(
      groups
        .flat()
        .every(({ wallUs, answeringUs, processorUs }) => wallUs > 0 && answeringUs >= 0 && processorUs >= 0),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a ratio is the median of the ratios of the pairs, with their range', () => {
  const mine = [{ perSecond: 100 }, { perSecond: 30 }, { perSecond: 12 }];
  const others = [{ perSecond: 100 }, { perSecond: 20 }, { perSecond: 10 }];
  assert.deepEqual(ratiosOf(mine, others), { perSecond: { median: 1.2, min: 1, max: 1.5 } });
});

test('a figure that is missing or zero on one side has no ratio', () => {
  assert.deepEqual(ratiosOf([{ a: 1, b: 1, c: 2 }], [{ b: 0, c: 1 }]), { c: { median: 2, min: 2, max: 2 } });
  assert.deepEqual(spreadsOf([{ a: 1, b: Number.NaN }]), { a: { median: 1, min: 1, max: 1 } });
  assert.throws(() => ratiosOf([{ a: 1 }], []), /numbers of runs differ/);
});

test('growth is the slope of the backlog, regardless of its level', () => {
  const samples = [0, 1000, 2000, 3000].map((atMs) => ({ atMs, incomplete: 70 + atMs / 10 }));
  assert.ok(Math.abs(growthPerSecond(samples) - 100) < 1e-9);
  const saw = [0, 1000, 2000, 3000, 4000].map((atMs, index) => ({ atMs, incomplete: 50 * (index % 2) }));
  assert.ok(Math.abs(growthPerSecond(saw)) < 1e-9);
  assert.throws(() => growthPerSecond([{ atMs: 0, incomplete: 1 }]), /two samples/);
});

test('a rate is sustained if it is accepted and completed within the tolerance', () => {
  const probe = { requestedPerSecond: 1000, acceptedPerSecond: 990, growthPerSecond: 10 };
  assert.equal(isSustained(probe, 0.02), true);
  assert.equal(isSustained({ ...probe, growthPerSecond: 30 }, 0.02), false);
  assert.equal(isSustained({ ...probe, acceptedPerSecond: 970 }, 0.02), false);
  assert.equal(isSustained({ ...probe, growthPerSecond: -500 }, 0.02), true);
});

test('the search finds the capacity to its precision, and never exceeds it', async (t) => {
  await checkProperty(
    t,
    'bench',
    fc.asyncProperty(
      fc.integer({ min: 100, max: 40_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (highest, share) => {
        const capacity = highest * share;
        const holds = async (rate: number) => rate <= capacity;
        const found = await findSustainedRate({ highest, precision: 0.05, probe: holds, confirm: holds });
        assert.ok(found <= capacity);
        assert.ok(capacity - found <= Math.max((0.05 * capacity) / 0.95, lowestShare * highest));
      },
    ),
  );
});

test('a rate that only short runs sustain is lowered until a long run sustains it', async () => {
  const asked: number[] = [];
  const found = await findSustainedRate({
    highest: 1000,
    precision: 0.05,
    probe: async (rate) => rate <= 1000,
    confirm: async (rate) => asked.push(rate) > 2,
  });
  assert.deepEqual(asked.map(Math.round), [1000, 950, 903]);
  assert.equal(Math.round(found), 903);
});

test('a server that sustains no rate is reported as 0', async () => {
  const never = async () => false;
  assert.equal(await findSustainedRate({ highest: 1000, precision: 0.05, probe: never, confirm: never }), 0);
});
