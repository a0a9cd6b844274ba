/** `bursar scenario`: on a server of its own, and on a running one. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type LabWorld, openLab } from '../lab/lab-world.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { assertInvalidUsage, runBursar } from './command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'bursar-scenario-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(text: string): string {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, text);
  return file;
}

const free = ['--port', '0', '--operator-port', '0'];
const one = `name: one payment
accounts:
  - { email: a@b.test, balances: { ETH: "3" } }
timeline:
  - at: 1h
    do: deposit
    with: { account: a@b.test, asset: ETH, amount: "2" }
`;

test('a scenario starts a server and prints keys and events; with --once the server then stops', async () => {
  const { code, output, errors } = await runBursar('scenario', fileWith(one), '--once', ...free);
  assert.equal(code, 0, errors);
  assert.match(output, /^one payment: from .*\n\nTimeline:\n .* timeline\[0\] +deposit +201 /);
  assert.match(output, /Keys:\n {2}a@b\.test +\w{64} +\w{64}\n/);
});

test('--json prints the keys and events as JSON', async () => {
  const { code, output, errors } = await runBursar('scenario', fileWith(one), '--once', '--json', ...free);
  assert.equal(code, 0, errors);
  const played = JSON.parse(output);
  assert.deepEqual([played.keys.length, played.events[0].status], [1, 201]);
  assert.equal(played.endedAt - played.startedAt, 3_600_000);
});

const seeded = `seed: 7
time: 2031-12-24T23:00:00Z
accounts:
  - { email: a@b.test, balances: { ETH: "3" } }
timeline:
  - { do: deposit, with: { account: a@b.test, asset: ETH, amount: "2" } }
  - do: capitalWithdrawApply
    as: a@b.test
    with: { coin: ETH, address: "0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b", amount: "1" }
  - { at: 1h, do: capitalWithdrawHistory, as: a@b.test, with: { coin: ETH } }
`;

test('with a seed, the same file has the same ids, keys and transactions each time', async () => {
  const played = async (text: string) => {
    const { code, output, errors } = await runBursar('scenario', fileWith(text), '--once', '--json', ...free);
    assert.equal(code, 0, errors);
    const { keys, events, world, url } = JSON.parse(output);
    assert.deepEqual([world, new URL(url).pathname], ['scenario', '/w/scenario']);
    const [deposit, , history] = events.map(({ reply }: { reply: unknown }) => reply);
    const [{ id, txId }] = history;
    return { keys, deposited: [deposit.id, deposit.txId], withdrawn: [id, txId] };
  };
  const [first, again] = [await played(seeded), await played(seeded)];
  assert.deepEqual(again, first);
  assert.ok([...first.deposited, ...first.withdrawn].every((each) => typeof each === 'string'));
  const other = await played(seeded.replace('seed: 7', 'seed: 8'));
  assert.notEqual(other.keys[0].apiKey, first.keys[0].apiKey);
  assert.notEqual(other.withdrawn[0], first.withdrawn[0]);
});

test('--ready-file plays the scenario on a running server', async () => {
  const lab = await openLab();
  try {
    const ready = readyFileOf(lab.exchange);
    const { code, errors } = await runBursar('scenario', fileWith(one), '--ready-file', ready);
    assert.equal(code, 0, errors);
    const { body } = await lab.exchange.operator('GET', '/accounts/a@b.test/balances');
    assert.equal(body.balances[0].free, '3');
    const again = await runBursar('scenario', fileWith(one), '--ready-file', ready);
    assert.equal(again.code, 1);
    assert.match(again.errors, /scenario\.yaml:3: accounts\[0\]: createAccount was answered 409: /);
    const unseeded = await runBursar('scenario', fileWith(seeded), '--ready-file', ready);
    assert.deepEqual(
      [unseeded.code, /scenario\.yaml:1: seed: needs --world/.test(unseeded.errors)],
      [2, true],
    );
    await inWorlds(lab, ready);
  } finally {
    await lab.exchange.close();
  }
});

test('on a running server without the lab, an error says that worlds need the lab', async () => {
  const exchange = await startExchange(['--demo', '1', '--lab', '0']);
  try {
    const args = ['scenario', fileWith(one), '--ready-file', readyFileOf(exchange), '--world', 'w'] as const;
    await assertInvalidUsage(/has no lab.*--lab 1/, ...args);
  } finally {
    await exchange.close();
  }
});

function readyFileOf({ url, operatorUrl, server }: Exchange): string {
  const file = join(folder, 'ready.json');
  writeFileSync(join(folder, 'operator-token'), server.operatorToken);
  writeFileSync(file, JSON.stringify({ url, operatorUrl, dataFolder: folder }));
  return file;
}

/** The same scenario twice, each time in a world of its own, and one that fails and leaves no world. */
async function inWorlds(lab: LabWorld, ready: string): Promise<void> {
  for (const world of ['one', 'two']) {
    const args = ['--ready-file', ready, '--world', world, '--json'];
    const { code, output, errors } = await runBursar('scenario', fileWith(one), ...args);
    assert.equal(code, 0, errors);
    const { url, keys } = JSON.parse(output);
    assert.equal(url, `${lab.exchange.url}/w/${world}`);
    const { status, body } = await lab.exchange.signed(keys[0], 'GET', `/w/${world}/api/v3/account`);
    assert.equal(status, 200);
    assert.equal(Number(body.balances.find(({ asset }: { asset: string }) => asset === 'ETH').free), 3);
  }
  const wrong = fileWith(`${one}  - { do: mineBlocks, with: { network: NONE, count: 1 } }`);
  const failed = await runBursar('scenario', wrong, '--ready-file', ready, '--world', 'three');
  assert.equal(failed.code, 1, failed.output);
  const { body } = await lab.exchange.operator('GET', '/lab/worlds');
  assert.deepEqual(
    body.worlds.map(({ name }: { name: string }) => name),
    ['one', 'two'],
  );
  const again = await runBursar('scenario', fileWith(one), '--ready-file', ready, '--world', 'one');
  assert.equal(again.code, 1);
  assert.match(again.errors, /the world cannot be made: .*World one exists already/);
}

test('--check finds mistakes without a server', async () => {
  const { code, output } = await runBursar('scenario', fileWith(one), '--check');
  assert.deepEqual([code, /with 1 accounts, 1 steps/.test(output)], [0, true], output);
  await assertInvalidUsage(
    /scenario\.yaml:2: clok: .*did you mean clock/,
    'scenario',
    fileWith('name: x\nclok: frozen'),
    '--check',
  );
});

test('invalid usage', async () => {
  await assertInvalidUsage(/scenario needs a file/, 'scenario');
  await assertInvalidUsage(/cannot be read/, 'scenario', join(folder, 'none.yaml'));
  await assertInvalidUsage(/--world needs --ready-file/, 'scenario', fileWith(one), '--world', 'x');
  await assertInvalidUsage(/--onec/, 'scenario', fileWith(one), '--onec');
});
