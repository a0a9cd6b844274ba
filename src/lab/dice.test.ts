import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dice } from './dice.ts';
import { delayOf } from './endings.ts';
import { maxDelayMs } from './fault.ts';

const matches = Array.from({ length: 20_000 }, (_, index) => index + 1);
const meanOf = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

test('the n-th draw depends on seed, rule and n only, not on the order of the draws', () => {
  const forwards = matches.map((match) => new Dice(7, 'rule').draw(match));
  const dice = new Dice(7, 'rule');
  const backwards = matches.toReversed().map((match) => dice.draw(match));
  assert.deepEqual(backwards.toReversed(), forwards);
  for (const other of [new Dice(8, 'rule'), new Dice(7, 'other')]) {
    const same = matches.filter((match) => other.draw(match) === dice.draw(match));
    assert.ok(same.length < 5, String(same.length));
  }
});

test('draws are spread evenly from 0 to 1, and those of one match are independent', () => {
  for (const seed of [0, 1, 2 ** 32 - 1]) {
    const dice = new Dice(seed, '');
    const draws = matches.map((match) => dice.draw(match));
    assert.ok(draws.every((draw) => draw >= 0 && draw < 1));
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const count = draws.filter((draw) => Math.floor(draw * 10) === tenth).length;
      assert.ok(Math.abs(count - 2000) < 250, `seed ${seed}: ${count} in tenth ${tenth}`);
    }
    const product = meanOf(matches.map((match) => (dice.draw(match, 1) - 0.5) * (dice.draw(match, 2) - 0.5)));
    assert.ok(Math.abs(product) < 0.005, String(product));
  }
});

test('delays have the distribution that was asked for, and a maximum', () => {
  const dice = new Dice(1, 'delays');
  const sample = (delay: Parameters<typeof delayOf>[0]) =>
    matches.map((match) => delayOf(delay, (draw) => dice.draw(match, draw)));
  const uniform = sample({ distribution: 'uniform', minMs: 100, maxMs: 300 });
  assert.ok(uniform.every((ms) => ms >= 100 && ms <= 300));
  assert.ok(Math.abs(meanOf(uniform) - 200) < 5, String(meanOf(uniform)));
  const logNormal = sample({ distribution: 'log-normal', medianMs: 1000, sigma: 0.5 });
  const logarithms = logNormal.map((ms) => Math.log(ms / 1000));
  assert.ok(Math.abs(meanOf(logarithms)) < 0.02, String(meanOf(logarithms)));
  const variance = meanOf(logarithms.map((each) => each ** 2));
  assert.ok(Math.abs(variance - 0.25) < 0.02, String(variance));
  const long = sample({ distribution: 'log-normal', medianMs: maxDelayMs, sigma: 3 });
  assert.ok(long.every((ms) => ms <= maxDelayMs) && long.includes(maxDelayMs));
  assert.deepEqual(new Set(sample({ ms: 7 })), new Set([7]));
});
