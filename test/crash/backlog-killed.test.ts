/**
 * A server that is stopped or killed while the workers have a long backlog: a stop does not wait for the backlog, the
 * next start continues with the rest, and every withdrawal is paid once.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/clock/system-clock.ts';
import { commands } from '../../src/command/registry.ts';
import { loadReader, type OpenStore, openStore, type StoreLocation } from '../../src/engine/open-store.ts';
import type { Backlog } from '../../src/store/reads/backlog.ts';
import { joinTestCluster } from '../support/database.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { announceSeed, createRandom, seed } from '../support/seed.ts';
import { accountNames, outsideAddresses } from '../support/standard-world.ts';
import { emailOf } from '../support/world.ts';
import { decimal } from '../support/world-plan.ts';
import { checkAftermath, checkTotals, isAtRest } from './aftermath.ts';
import { Journal } from './journal.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const blockMs = 50;
const perCommit = 250;
const restMs = 120_000;
/** Gross amount; the transaction sends 5 units less. */
const units = 1000n;
const [address = ''] = outsideAddresses.BNB ?? [];

type Place = {
  readonly location: StoreLocation;
  readonly dataFolder: string;
  readonly flags: readonly string[];
};

/** Writes withdrawals that nobody has sent yet into the store while no server is running. */
async function fillBacklog({ location }: Place, journal: Journal, count: number): Promise<void> {
  const opened = await openStore(location, systemClock, { onChanged: () => {}, onListenerError: () => {} });
  try {
    for (let submitted = 0; submitted < count; submitted += perCommit)
      await submit(opened, journal, perCommit);
  } finally {
    await opened.close();
  }
}

async function submit({ store }: OpenStore, journal: Journal, count: number): Promise<void> {
  const accounts = await store.reads.accounts({ limit: 100, offset: 0 });
  const tries = Array.from({ length: count }, () => {
    const serial = journal.serial();
    const who = accountNames[serial % accountNames.length] as string;
    return {
      who,
      orderId: `order-${serial}`,
      accountId: accounts.find(({ email }) => email === emailOf(who))?.id ?? 0,
    };
  });
  const outcomes = await store.execute(
    tries.map(({ accountId, orderId }) => ({
      command: commands.submitWithdrawal,
      input: { accountId, asset: 'BNB', address, amount: decimal(`${units}e-8`), orderId },
    })),
  );
  for (const [index, { who, orderId }] of tries.entries()) {
    const outcome = outcomes[index];
    assert.ok(outcome !== undefined && 'done' in outcome, JSON.stringify(outcome));
    const { id } = outcome.done as { id: string };
    journal.withdrawals.push({
      ...{ state: 'done', id, who, asset: 'BNB', units, address, addressTag: '', orderId },
    });
  }
}

const start = ({ dataFolder, flags }: Place, withBlocks = blockMs) =>
  startServerProcess(dataFolder, withBlocks, flags);

async function countBacklog({ location }: Place): Promise<Backlog['withdrawals']> {
  const reader = (await loadReader(location, systemClock.monotonic))();
  try {
    return (await reader.reads.backlog()).withdrawals;
  } finally {
    await reader.close();
  }
}

/** Resolves as soon as fewer withdrawals are queued. */
async function untilFewer(place: Place, queued: number): Promise<void> {
  const giveUpAt = performance.now() + restMs;
  while ((await countBacklog(place)).queued >= queued) {
    assert.ok(performance.now() < giveUpAt, `${queued} are still queued`);
  }
}

async function finish(place: Place, server: ServerProcess, journal: Journal): Promise<void> {
  const giveUpAt = performance.now() + restMs;
  for (;;) {
    const { queued, broadcast } = await countBacklog(place);
    if (queued + broadcast === 0) break;
    assert.ok(performance.now() < giveUpAt, `${queued} are still queued, ${broadcast} broadcast`);
    await pause(50);
  }
  const metrics = await server.metrics();
  assert.match(metrics, /bursar_commands_total\{command="withdrawal-settle",outcome="done"\} [1-9]/);
  assert.doesNotMatch(metrics, /bursar_commands_total\{command="withdrawal-[a-z]+",outcome="rejected"\}/);
  assert.equal(await server.stop(), 0);
  const found = await checkAftermath(place.location, journal);
  assert.ok(isAtRest(found), 'work is still pending');
  checkTotals(found);
}

/** @param count number of withdrawals; the workers need seconds for them. */
async function checkBacklog(t: TestContext, place: Place, count: number): Promise<void> {
  announceSeed(t, 'crash');
  const random = createRandom(seed);
  const journal = new Journal();
  let server = await start(place, 0);
  t.after(() => server.kill());
  await server.stop();
  await fillBacklog(place, journal, count);
  const left: number[] = [];
  const next = async () => {
    server = await start(place);
    const { queued } = await countBacklog(place);
    left.push(queued);
    return queued;
  };

  await untilFewer(place, (await next()) - random.below(count / 10));
  assert.equal(await server.stop(), 0);
  const afterStop = (await countBacklog(place)).queued;
  assert.ok(afterStop > 0, 'the stop waited for the whole backlog');
  await checkAftermath(place.location, journal);

  await untilFewer(place, (await next()) - random.below(count / 10));
  await server.kill();

  await untilFewer(place, (await next()) - random.below(count / 10));
  const stopping = server.stop();
  await pause(random.below(30));
  await server.kill();
  await stopping;

  await next();
  await finish(place, server, journal);
  t.diagnostic(`queued at each start: ${left.join(', ')}; after the stop: ${afterStop}`);
  const last = left.at(-1) ?? 0;
  assert.ok(last > 0 && last < afterStop, 'the kills must happen during the backlog');
}

function createFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-backlog-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('SQLite: a server stopped or killed during a backlog pays each withdrawal once after its next start', async (t) => {
  const dataFolder = createFolder(t);
  await checkBacklog(t, { location: { folder: dataFolder }, dataFolder, flags: [] }, 20_000);
});

test('PostgreSQL: a server stopped or killed during a backlog pays each withdrawal once after its next start', {
  skip: skipWithoutPostgres,
}, async (t) => {
  const postgres = await (await joinTestCluster()).createMigratedDatabase();
  const flags = ['--database-url', postgres];
  await checkBacklog(t, { location: { postgres }, dataFolder: createFolder(t), flags }, 10_000);
});
