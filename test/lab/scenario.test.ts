/** The scenario of docs/lab.md, played on a server, and what becomes of steps that fail. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { scenarioClient } from '../../src/cli/scenario-client.ts';
import { playScenario } from '../../src/scenario/play-scenario.ts';
import { readScenario } from '../../src/scenario/read-scenario.ts';
import type { ScenarioApi } from '../../src/scenario/scenario-api.ts';
import { parseScenarioFile } from '../../src/scenario/scenario-file.ts';
import { done } from '../operator/operator-client.ts';
import { type LabWorld, openLab } from './lab-world.ts';

let lab: LabWorld;
let api: ScenarioApi;
before(async () => {
  lab = await openLab();
  const { url, operatorUrl, server } = lab.exchange;
  api = scenarioClient({ url, operatorUrl, operatorToken: server.operatorToken });
});
after(() => lab.exchange.close());

const play = (value: unknown) => playScenario(readScenario(value), api);

test('the scenario of the documentation', async () => {
  const page = readFileSync(new URL('../../docs/lab.md', import.meta.url), 'utf8');
  const text = /^```yaml\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
  const { name, startedAt, endedAt, keys, events } = await play(parseScenarioFile(text).value);
  assert.match(String(name), /stuck/);
  assert.deepEqual([startedAt, endedAt - startedAt], [Date.UTC(2031, 11, 24, 23), 3_600_000]);
  assert.deepEqual(
    events.map(({ at, operation, status }) => [(at - startedAt) / 60_000, operation, status]),
    [
      [0, 'deposit', 201],
      [10, 'capitalWithdrawApply', 504],
      [10, 'capitalWithdrawHistory', 200],
      [10, 'controlLabTransaction', 200],
      [60, 'mineBlocks', 200],
    ],
  );
  const [key] = keys;
  assert.equal(key?.email, 'alice@shop.example');
  const clock = await done(lab.exchange, 'GET', '/lab/clock');
  assert.deepEqual([clock.now, clock.frozen], [endedAt, true]);
  const { withdrawals } = await done(lab.exchange, 'GET', '/withdrawals');
  const [last] = withdrawals;
  assert.deepEqual([last.withdrawOrderId, last.stage], ['invoice-1', 'broadcast']);
  const { waiting } = await done(lab.exchange, 'GET', '/lab/chains/ETH');
  assert.deepEqual([waiting.length, waiting[0].held], [1, true]);
  const { balances } = await done(lab.exchange, 'GET', '/accounts/alice@shop.example/balances');
  const eth = balances.find(({ asset }: { readonly asset: string }) => asset === 'ETH');
  assert.deepEqual([eth.free, eth.held], ['5.5', '1']);
});

test('a step of an operator that is rejected ends it, and names the place', async () => {
  const count = { do: 'mineBlocks', with: { network: 'NONE', count: 1 } };
  await assert.rejects(play({ timeline: [{ do: 'getSettings' }, count] }), {
    at: 'timeline[1]',
    rule: /^mineBlocks was answered 404: /,
  });
  await assert.rejects(play({ time: '2001-01-01T00:00:00Z' }), { at: 'time', rule: /never goes back/ });
  await assert.rejects(play({ accounts: [{ email: 'x@y.test', balances: { NONE: '1' } }] }), {
    at: 'accounts[0].balances.NONE',
  });
});

test('a request of customers that is rejected, or gets no reply, is an event like any other', async () => {
  const as = 'carol@shop.example';
  const withdraw = { do: 'withdraw', as, with: { asset: 'ETH', address: 'none', amount: '1' } };
  const { events } = await play({
    accounts: [{ email: as, balances: { ETH: '1' } }],
    faults: [{ on: { account: as }, do: { position: 'before', ending: { kind: 'reset' } } }],
    timeline: [withdraw, withdraw],
  });
  assert.deepEqual(
    events.map(({ status }) => status),
    [null, 400],
  );
});

test('a network and an asset that do not exist are made', async () => {
  const { events } = await play({
    networks: { NEW1: { addressFormat: 'evm' } },
    assets: { NEW1: { networks: [{ network: 'NEW1', withdrawFee: '0.5' }] } },
    timeline: [{ do: 'getAsset', with: { asset: 'NEW1' } }],
  });
  const [{ reply }] = events as unknown as [{ reply: { networks: [{ withdrawFee: string }] } }];
  assert.equal(reply.networks[0].withdrawFee, '0.5');
});

test('a reference to a field that the reply does not have names the place', async () => {
  const timeline = [
    { do: 'getSettings', name: 'settings' },
    { do: 'getAsset', with: { asset: '$settings.none' } },
  ];
  await assert.rejects(play({ timeline }), { at: 'timeline[1].with', rule: /settings has no field none/ });
});
