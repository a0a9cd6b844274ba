/** Workers that have fallen behind get their share of commits under constant load of customers. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { clockReading } from '../../test/support/manual-clock.ts';
import { buildWorld, siteOn } from '../../test/support/world.ts';
import { asset, decimal, network, operator } from '../../test/support/world-plan.ts';
import { systemClock } from '../clock/system-clock.ts';
import { commands } from '../command/registry.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Engine } from './engine.ts';
import { databaseFile } from './open-store.ts';
import { createRandomHex } from './random-hex.ts';

const withdrawals = 4000;
/** Total number of customers' commands. */
const customersCommands = 1500;
/** Number of concurrent ones: more than one commit takes. */
const concurrent = 64;

/** A data folder with withdrawals that were queued `ageMs` ago. */
async function fillFolder(folder: string, ageMs: number): Promise<void> {
  const clock = clockReading(() => systemClock.world.now() - ageMs);
  const store = new SqliteStore({ path: databaseFile(folder), clock, randomHex: createRandomHex(10) });
  const { alice } = await buildWorld(siteOn(store), {
    assets: [[asset('SKY', [network('SKY', 'opaque')]), null]],
    accounts: { alice: { balances: ['SKY 1000000'] } },
  });
  const order = { accountId: alice.accountId, asset: 'SKY', address: 'far-away', amount: decimal('1') };
  const outcomes = await store.execute(
    Array.from({ length: withdrawals }, () => ({ command: commands.submitWithdrawal, input: order })),
  );
  assert.ok(outcomes.every((outcome) => 'done' in outcome));
  await store.close();
}

/** @returns the number of withdrawals claimed while the customers' commands were executed. */
async function claimedUnderLoad(ageMs: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-behind-'));
  try {
    await fillFolder(folder, ageMs);
    const engine = await Engine.open({
      clock: systemClock,
      location: { folder },
      blockMs: 0,
      onChanged: () => {},
      onBug: (error) => assert.fail(error as Error),
      afterBatch: () => {},
      onFault: (what) => assert.fail(what),
    });
    engine.start();
    await loadEngine(engine);
    const { commands: counted } = engine.commits.figures();
    await engine.close();
    return counted.find(([name, outcome]) => name === 'withdrawal-claim' && outcome === 'done')?.[2] ?? 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function loadEngine(engine: Engine): Promise<void> {
  const price = { operator, asset: 'SKY', price: decimal('2') };
  const priority = engine.commits.priority('foreground');
  let left = customersCommands;
  const customer = async () => {
    while (left-- > 0) assert.ok('done' in (await priority.submit('putPrice', price)));
  };
  await Promise.all(Array.from({ length: concurrent }, customer));
}

test('workers more than 5 s behind get half of each commit; before, customers get nearly all of it', async () => {
  const [onTime, behind] = [await claimedUnderLoad(0), await claimedUnderLoad(6000)];
  assert.ok(onTime < customersCommands / 4, `${onTime} claims and ${customersCommands} commands`);
  assert.ok(behind > (customersCommands * 3) / 4, `${behind} claims and ${customersCommands} commands`);
});
