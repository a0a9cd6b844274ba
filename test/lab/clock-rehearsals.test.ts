/** Rehearsals of minutes and days, in milliseconds. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LabWorld, openLab } from './lab-world.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

const clock = async ({ exchange }: LabWorld, action: string, body: object = {}) => {
  const reply = await exchange.operator('POST', `/lab/clock/${action}`, body);
  assert.equal(reply.status, 200, reply.text);
  return reply.body;
};

describe('with request weights', () => {
  const weightPerMinute = 20;
  let world: LabWorld;

  before(async () => {
    world = await openLab(['--weight-per-minute', `${weightPerMinute}`]);
  });
  after(() => world.exchange.close());

  const ping = async () => (await world.exchange.request('GET', '/api/v3/ping')).status;
  const untilBanned = async () => {
    for (let sent = 0; sent < 10 * weightPerMinute; sent += 1) if ((await ping()) === 418) return;
    assert.fail('the address was not banned');
  };

  test('a ban of two minutes passes at once, and the next one of ten minutes lasts ten', async () => {
    await clock(world, 'freeze');
    for (const minutes of [2, 10]) {
      await untilBanned();
      await clock(world, 'advance', { by: minutes * minuteMs - 1 });
      assert.equal(await ping(), 418);
      await clock(world, 'advance', { by: 1 });
      assert.equal(await ping(), 200);
    }
  });
});

describe('a maximum of 24 hours', () => {
  let world: LabWorld;

  before(async () => {
    world = await openLab();
    const asset = { withdrawMaximumPerDay: '1' };
    const reply = await world.exchange.operator('PATCH', '/assets/ETH', asset);
    assert.equal(reply.status, 200, reply.text);
  });
  after(() => world.exchange.close());

  const isAccepted = async () => (await world.withdraw({ amount: '1' })).body.success;

  test('does not start anew at midnight, but 24 hours after the withdrawal', async () => {
    const { now } = await clock(world, 'freeze');
    const midnight = Math.ceil(now / dayMs) * dayMs;
    await clock(world, 'advance', { to: midnight + dayMs - minuteMs });
    assert.equal(await isAccepted(), true);
    assert.equal(await isAccepted(), false);
    await clock(world, 'advance', { by: '2m' });
    assert.equal(await isAccepted(), false);
    await clock(world, 'advance', { by: '23h57m' });
    assert.equal(await isAccepted(), false);
    await clock(world, 'advance', { by: '1m1ms' });
    assert.equal(await isAccepted(), true);
  });
});
