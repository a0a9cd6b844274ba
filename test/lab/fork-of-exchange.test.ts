/** The exchange of the process itself, copied into a world, on both stores. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { reportIntegrity } from '../../src/maintenance/integrity-report.ts';
import { eventually } from '../support/eventually.ts';
import { demoKey, mainKey, WorldsClient } from './worlds-client.ts';

describe('a fork of the exchange', () => {
  let client: WorldsClient;

  before(async () => {
    client = await WorldsClient.start(['--block-ms', '1000']);
  });
  after(() => client.exchange.close());

  const stageOf = async (id: string): Promise<string> =>
    (await client.exchange.operator('GET', `/withdrawals/${id}`)).body.stage;

  test('it has the accounts, books, chains, clock and faults of the exchange, and is independent', async () => {
    const note = 'line one\nline two\t\\end';
    await client.exchange.operator('POST', '/accounts', { email: 'late@example.com' });
    await client.exchange.operator('POST', '/accounts/late@example.com/credit', {
      ...{ asset: 'BTC', amount: '1.5', reason: note },
    });
    const done = await client.withdraw(demoKey, '2');
    await eventually(
      () => stageOf(done),
      (stage) => stage === 'completed',
      60_000,
    );
    await client.exchange.operator('PATCH', '/lab/chains/ETH', { node: 'not-done' });
    const waiting = await client.withdraw(demoKey, '3');
    const rule = { on: { operation: 'withdraw', nth: 1000 }, do: 'success-false' };
    assert.equal((await client.exchange.operator('POST', '/lab/faults', rule)).status, 201);
    const free = await client.free(demoKey);
    const { body: exchangeClock } = await client.exchange.operator('GET', '/lab/clock');
    const fork = await client.fork('main', { name: 'copied' });
    assert.deepEqual([fork.from, fork.parked, fork.storage], ['main', 1, 'memory']);
    assert.equal(await client.free(mainKey(fork)), free);
    assert.equal(await client.free(demoKey, 'ETH', '/w/copied'), free);
    assert.equal(await client.stageOf('copied', done), 'completed');
    const { body: late } = await client.operate('copied', 'GET', '/accounts/late@example.com/balances');
    assert.equal(late.balances[0].free, '1.5');
    const { body: clock } = await client.operate('copied', 'GET', '/lab/clock');
    assert.ok(clock.now - exchangeClock.now < 60_000);
    assert.equal((await client.operate('copied', 'GET', '/lab/faults')).body.faults.length, 1);
    const { body: chain } = await client.operate('copied', 'GET', '/lab/chains/ETH');
    assert.equal(chain.node, 'not-done');
    const { body: report } = await client.operate('copied', 'GET', '/integrity');
    assert.equal(report.ok, true, JSON.stringify(report));
    await client.operate('copied', 'PATCH', '/lab/chains/ETH', { node: 'up' });
    await eventually(
      () => client.stageOf('copied', waiting),
      (stage) => stage === 'completed',
      60_000,
    );
    assert.notEqual(await stageOf(waiting), 'completed');
    await client.withdraw(mainKey(fork), '1');
    assert.equal(await client.free(demoKey), free);
    await client.exchange.operator('PATCH', '/lab/chains/ETH', { node: 'up' });
    await eventually(
      () => stageOf(waiting),
      (stage) => stage === 'completed',
      60_000,
    );
  });

  test('it is exported like a world, or kept on file', async () => {
    const { sqlite } = await client.call(['exportLabWorld', 'GET', '/main/export']);
    const folder = mkdtempSync(join(tmpdir(), 'bursar-main-'));
    try {
      const file = join(folder, 'main.sqlite');
      writeFileSync(file, Buffer.from(sqlite, 'base64'));
      const report = await reportIntegrity({ file }, systemClock.monotonic);
      assert.equal(report.ok, true, JSON.stringify(report));
    } finally {
      rmSync(folder, { recursive: true });
    }
    const kept = await client.fork('main', { storage: 'file' });
    const free = await client.free(mainKey(kept));
    await client.exchange.restart();
    assert.equal(await client.free(mainKey(kept)), free);
    assert.deepEqual(
      readdirSync(client.exchange.dataFolder).filter((name) => name.startsWith('copy-')),
      [],
    );
  });

  test('a copy while withdrawals are submitted is a state that the exchange had', async () => {
    let isOver = false;
    const load = (async () => {
      for (let count = 0; !isOver; count += 1)
        await client.withdraw(demoKey, '0.02', { withdrawOrderId: `load-${count}` });
    })();
    for (let count = 0; count < 5; count += 1) {
      const { name } = await client.fork('main');
      const { body: report } = await client.operate(name, 'GET', '/integrity');
      assert.equal(report.ok, true, JSON.stringify(report));
    }
    isOver = true;
    await load;
  });

  test('main has no operations of worlds: they are refused; in the header it is the exchange', async () => {
    const { exchange } = client;
    for (const [method, path, body] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/snapshots'],
      ['POST', '/snapshots', {}],
      ['POST', '/restore', { snapshot: 's_1' }],
      ['GET', '/diff'],
    ] as const) {
      const reply = await exchange.operator(method, `/lab/worlds/main${path}`, body);
      assert.equal(reply.status, 409, `${method} ${path}: ${reply.text}`);
      assert.match(reply.body.msg, /main is the exchange itself, .*fork it/);
    }
    assert.equal((await exchange.operator('GET', '/lab/worlds/none')).status, 404);
    const { body: own } = await exchange.operator('GET', '/assets');
    assert.deepEqual((await client.operate('main', 'GET', '/assets')).body, own);
  });

  test('no world can have the name of the exchange', async () => {
    const { status, body } = await client.exchange.operator('POST', '/lab/worlds', { name: 'main' });
    assert.deepEqual([status, body.msg], [409, 'main is the exchange itself; choose another name.']);
  });
});
