/** Any sequence of requests is decided as by the pure rule, which knows nothing of processes, Redis and stores. */

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import {
  type BanRecord,
  decide,
  type Usage,
  weightWindowMs,
  windowStart,
} from '../../src/domain/rate-limit.ts';
import { type OperationCounter, sharedPool } from '../../src/limiter/port.ts';
import { at } from '../support/arrival.ts';
import { skipWithoutRedis } from '../support/redis.ts';
import { checkProperty } from '../support/seed.ts';
import { counterOf, type Kind, newAddress, type Opened, openSite } from './limiters.ts';

const limit = 9;
/** The first one is the shared pool. */
const counters = [undefined, counterOf('perMinute', 7), counterOf('perSecond', 3, 1000)] as const;

type Step =
  | {
      readonly do: 'send';
      readonly by: number;
      readonly count: number;
      readonly weight: number;
      readonly counter: OperationCounter | undefined;
    }
  | { readonly do: 'wait'; readonly passedMs: number }
  | { readonly do: 'see stored bans' | 'lift' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      by: fc.nat(1),
      count: fc.integer({ min: 1, max: 9 }),
      weight: fc.integer({ min: 0, max: 5 }),
      counter: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, fc.constantFrom(...counters)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      passedMs: fc.oneof(fc.nat(1500), fc.nat(30_000), fc.nat(700_000), fc.nat(8 * 86_400_000)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('see stored bans' as const, 'lift' as const) }) },
);

/** One address, following the rules alone. */
class Model {
  readonly ip = newAddress();
  nowMs: number;
  readonly usage = new Map<OperationCounter | undefined, Usage | undefined>();
  ban: BanRecord | undefined;
  begun = 0;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  async check(taken: Step, limiters: readonly Opened[]): Promise<void> {
    if (taken.do === 'wait') this.nowMs += taken.passedMs;
    else if (taken.do === 'send') await this.#checkSending(taken, limiters);
    else {
      this.#showStored(limiters);
      if (taken.do === 'lift') this.#lift(limiters);
    }
  }

  async #checkSending(
    { by, count, weight, counter }: Extract<Step, { do: 'send' }>,
    limiters: readonly Opened[],
  ): Promise<void> {
    const { limiter } = limiters[by % limiters.length] as Opened;
    const terms = counter?.limit ?? sharedPool(limit);
    for (let sent = 0; sent < count; sent += 1) {
      const expected = decide(this.usage.get(counter), this.ban, weight, at(this.nowMs), terms);
      if (expected.ban !== this.ban) this.begun += 1;
      this.usage.set(counter, expected.usage);
      this.ban = expected.ban;
      const decision = await limiter.take(this.ip, weight, at(this.nowMs), counter);
      // For a banned address, a process reports only the weight that it has seen itself.
      const isOwn = limiters.length === 1 || expected.outcome !== 'banned';
      assert.deepEqual(isOwn ? decision : { ...decision, usage: expected.usage }, expected);
    }
  }

  #showStored(limiters: readonly Opened[]): void {
    const stored = new Map(this.ban === undefined ? [] : [[this.ip, this.ban]]);
    for (const { limiter } of limiters) limiter.replaceBans(stored);
  }

  #lift(limiters: readonly Opened[]): void {
    if (this.ban === undefined) return;
    const usage = this.usage.get(undefined);
    if (usage?.windowStartMs === windowStart(this.ban.lastOffenceMs, weightWindowMs))
      this.usage.delete(undefined);
    this.ban = undefined;
    this.#showStored(limiters);
  }
}

async function checkModel(t: TestContext, kind: Kind, processes: number): Promise<void> {
  const site = await openSite(kind);
  try {
    const limiters = await Promise.all(
      Array.from({ length: processes }, () => site.open({ weightPerMinute: limit })),
    );
    let startMs = Date.UTC(2019, 6, 17, 12);
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const keptBefore = limiters.reduce((sum, { kept }) => sum + kept.length, 0);
      const model = new Model(startMs);
      try {
        for (const taken of steps) await model.check(taken, limiters);
      } finally {
        // The clock never goes back.
        startMs = windowStart(model.nowMs, weightWindowMs) + weightWindowMs;
      }
      const kept = limiters.reduce((sum, opened) => sum + opened.kept.length, 0) - keptBefore;
      assert.equal(kept, model.begun, 'every ban is stored once');
      assert.deepEqual(
        limiters.flatMap(({ losses }) => losses),
        [],
      );
    });
    await checkProperty(t, 'limiter', property, { numRuns: 100 });
  } finally {
    await site.close();
  }
}

test('memory: requests, waits and lifted bans in any order follow the rules', (t) =>
  checkModel(t, 'memory', 1));

test(
  'Redis: requests, waits and lifted bans in any order follow the rules',
  { skip: skipWithoutRedis },
  (t) => checkModel(t, 'Redis', 1),
);

test('Redis: two alternating processes decide as one would', { skip: skipWithoutRedis }, (t) =>
  checkModel(t, 'Redis', 2),
);
