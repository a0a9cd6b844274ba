import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { seedDemoWorld } from '../../src/demo/demo-world.ts';
import { startExchange } from '../support/exchange.ts';
import { assertLedgerBalances } from '../support/ledger-checks.ts';
import { describeWorld } from './world-description.ts';

let whole: Record<string, readonly string[]>;
before(async () => {
  const exchange = await startExchange(['--demo', '1']);
  whole = await describeWorld(exchange.server.reads);
  await exchange.close();
});

const stopped = new Error('stopped after one call');

test('seeding that is interrupted after every single call yields the same demo world as without interruption', async () => {
  const exchange = await startExchange();
  after(() => exchange.close());
  const { commands, chainService, reads, secretBox } = exchange.server;
  /** If calls are started together, only the first is made. */
  const seed = () => {
    let isStopped = false;
    const stopAfter = async <T>(call: () => Promise<T>): Promise<T> => {
      if (!isStopped) {
        isStopped = true;
        await call();
      }
      throw stopped;
    };
    return seedDemoWorld({
      clock: systemClock,
      commands: { submit: (...args) => stopAfter(() => commands.submit(...args)) },
      chainService: {
        ...chainService,
        receiveDeposit: (transaction) => stopAfter(() => chainService.receiveDeposit(transaction)),
        mineBlocks: (network, count) => stopAfter(() => chainService.mineBlocks(network, count)),
      },
      reads,
      encryptSecret: (secret) => secretBox.encrypt(secret),
    });
  };
  let stops = 0;
  const isStop = (error: unknown) => {
    if (error !== stopped) throw error;
    return ++stops < 500;
  };
  while (await seed().then(() => false, isStop)) {}
  assert.ok(stops > 50 && stops < 500, `stopped ${stops} times`);
  await assertLedgerBalances(exchange.server);
  assert.deepEqual(await describeWorld(reads), whole);
});

const childPath = new URL('./seeding-process.ts', import.meta.url).pathname;

/** @returns how the process ended: its signal or exit code. */
async function seedUntilKilled(dataFolder: string, calls: number, moment: string) {
  const child = spawn(process.execPath, [childPath, dataFolder, `${calls}`, moment], { stdio: 'inherit' });
  const [code, signal] = await once(child, 'exit');
  return signal ?? code;
}

test('seeding whose process is killed repeatedly yields the same demo world as without interruption', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  after(() => rmSync(dataFolder, { recursive: true, force: true }));
  let kills = 0;
  for (let end: unknown = 'SIGKILL'; end !== 0; ) {
    end = await seedUntilKilled(dataFolder, 18, kills % 2 === 0 ? 'answered' : 'sent');
    if (end !== 0) assert.equal(end, 'SIGKILL');
    if (end !== 0) kills += 1;
    assert.ok(kills < 100);
  }
  assert.ok(kills > 3, `killed ${kills} times`);
  const patched = await startExchange(['--demo', '1', '--data', dataFolder]);
  try {
    await assertLedgerBalances(patched.server);
    assert.deepEqual(await describeWorld(patched.server.reads), whole);
  } finally {
    await patched.close();
  }
});
