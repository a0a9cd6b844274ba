/** Worlds that begin with a scenario, on a running server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Json, WorldsClient } from './worlds-client.ts';

let client: WorldsClient;

before(async () => {
  client = await WorldsClient.start(['--block-ms', '1000']);
});
after(() => client.exchange.close());

const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
const email = 'alice@shop.example';
const payout = { coin: 'ETH', address, amount: '1', withdrawOrderId: 'invoice-1' };
const scenario = {
  name: 'A payout is stuck while the client waits',
  time: '2031-12-24T23:00:00Z',
  clock: 'frozen',
  networks: { ETH: { auto: false } },
  assets: { ETH: { withdrawMaximumPerDay: '2' } },
  accounts: [{ email, balances: { ETH: '5', USDT: '1000' } }],
  faults: [{ on: { operation: 'withdraw', account: email }, do: 'commit-then-504' }],
  timeline: [
    { do: 'deposit', with: { account: email, asset: 'ETH', amount: '1.5' } },
    { at: '10m', do: 'capitalWithdrawApply', as: email, with: payout },
    { name: 'found', do: 'capitalWithdrawHistory', as: email, with: { withdrawOrderId: 'invoice-1' } },
    { do: 'controlLabTransaction', with: { network: 'ETH', do: 'hold', withdrawalId: '$found.0.id' } },
    { at: '1h', do: 'mineBlocks', with: { network: 'ETH', count: 20 } },
  ],
};

test('a scenario is played in a new world, and its keys are those of the world', async () => {
  const world = await client.create({ name: 'played', seed: 4, scenario });
  assert.deepEqual(
    world.played.events.map(({ operation, status }: Json) => [operation, status]),
    [
      ['deposit', 201],
      ['capitalWithdrawApply', 504],
      ['capitalWithdrawHistory', 200],
      ['controlLabTransaction', 200],
      ['mineBlocks', 200],
    ],
  );
  assert.equal(world.played.startedAt, Date.UTC(2031, 11, 24, 23));
  assert.equal(world.played.endedAt - world.played.startedAt, 3_600_000);
  const key = world.apiKeys.find((each: Json) => each.email === email);
  assert.equal(Number(await client.free(key)), 5.5);
  const { body: clock } = await client.operate('played', 'GET', '/lab/clock');
  assert.deepEqual([clock.frozen, clock.now], [true, world.played.endedAt]);
  const again = await client.create({ name: 'again', seed: 4, scenario });
  // The number of blocks by then depends on when the world was made.
  const shown = ({ played }: Json) =>
    JSON.stringify(played.events)
      .replaceAll(/"[a-zA-Z0-9]{64}"/g, '"key"')
      .replaceAll(/"height":\d+/g, '"height":0');
  assert.equal(shown(again), shown(world));
  await client.withdraw(key, '0.1');
  await client.reset('played');
});

test('the seed of a world is that of its scenario, unless the request has another one', async () => {
  const own = { seed: 11, time: '2031-12-24T23:00:00Z' };
  assert.equal((await client.create({ scenario: own })).seed, 11);
  assert.equal((await client.create({ scenario: own, seed: 12 })).seed, 12);
  const { status, body } = await client.exchange.operator('POST', '/lab/worlds', { scenario: { seed: 11 } });
  assert.equal(status, 400);
  assert.match(body.msg, /body\.scenario\.seed: needs time/);
});

test('a scenario is also played in an empty world', async () => {
  const world = await client.create({
    from: 'empty',
    scenario: { accounts: [{ email }], timeline: [{ do: 'listAccounts', name: 'all' }] },
  });
  assert.deepEqual(
    world.apiKeys.map((each: Json) => each.email),
    [email],
  );
  assert.equal(world.played.events[0].reply.accounts.length, 1);
});

test('an error in a scenario names its place, and leaves no world', async () => {
  const before = (await client.call(['listLabWorlds', 'GET', ''])).worlds.length;
  const refused = async (body: object) => {
    const reply = await client.exchange.operator('POST', '/lab/worlds', body);
    assert.equal(reply.status, 400, reply.text);
    return reply.body.msg as string;
  };
  const step = (more: object) => ({ scenario: { timeline: [more] } });
  assert.match(await refused({ scenario: { acounts: [] } }), /body\.scenario.*acounts/);
  assert.match(await refused(step({ do: 'mineBloks' })), /body\.scenario\.timeline\[0\]\.do: .*mineBlocks/);
  assert.match(
    await refused(
      step({ do: 'creditAccount', with: { email: 'no@x.test', asset: 'ETH', amount: '1', reason: 'x' } }),
    ),
    /body\.scenario\.timeline\[0\]: creditAccount was answered 404/,
  );
  assert.match(await refused(step({ do: 'createLabWorld' })), /not an operation within a world/);
  assert.match(await refused(step({ do: 'createOperator', with: {} })), /timeline\[0\]/);
  assert.match(await refused({ from: 'snapshot', scenario: {} }), /scenario/);
  assert.match(await refused({ scenario: 'text' }), /scenario/);
  assert.equal((await client.call(['listLabWorlds', 'GET', ''])).worlds.length, before);
});
