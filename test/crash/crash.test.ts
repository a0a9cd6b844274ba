/**
 * A real process is killed with SIGKILL at random moments under load and restarted with the same data, round after
 * round. `BURSAR_CRASH_ROUNDS` sets the number of rounds (default 30).
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import { checkAftermath, checkTotals, isAtRest } from './aftermath.ts';
import { readAftermath } from './aftermath-reading.ts';
import { Journal } from './journal.ts';
import { fetchAddresses, type LoadContext, replayWithdrawal, runLoad } from './load.ts';
import { killProcess, spawnServer, startServerProcess } from './server-process.ts';

const rounds = Number(process.env.BURSAR_CRASH_ROUNDS ?? 30);
const restDeadlineMs = 20_000;

test(`after each of ${rounds} kills everything acknowledged exists once, and nothing is sent twice`, async (t) => {
  const again = announceSeed(t, 'crash');
  const dataFolder = mkdtempSync(join(tmpdir(), 'bursar-crash-'));
  const random = createRandom(seed);
  const journal = new Journal();
  let round = 0;
  try {
    for (round = 1; round <= rounds; round += 1) {
      if (random.chance(0.15)) await dieAtStart(dataFolder, random);
      await playRound(round, dataFolder, journal, random);
    }
    await finish(dataFolder, journal);
    rmSync(dataFolder, { recursive: true });
  } catch (error) {
    t.diagnostic(`failed in round ${round}; the data is kept in ${dataFolder}; to repeat: ${again}`);
    throw error;
  }
  const { withdrawals, transfers, walletTransfers, conversions, deposits } = journal;
  const count = (tries: readonly { state: string }[]) => tries.filter(({ state }) => state === 'done').length;
  t.diagnostic(
    `${count(withdrawals)} withdrawals, ${count(transfers)} transfers, ${count(walletTransfers)} between wallets, ${count(conversions)} dust conversions, ${deposits.length} deposits`,
  );
  assert.ok([withdrawals, transfers, walletTransfers, deposits].every((tries) => tries.length >= rounds));
  // A conversion is tried once a transfer has been answered, which a slow machine may not do in every round.
  assert.ok(conversions.length > 0);
});

/** Kills the server while it starts, which must be as safe as any other moment. */
async function dieAtStart(dataFolder: string, random: Random): Promise<void> {
  const child = spawnServer(dataFolder, 30);
  await pause(random.below(400));
  await killProcess(child);
}

async function playRound(round: number, dataFolder: string, journal: Journal, random: Random): Promise<void> {
  const server = await startServerProcess(dataFolder, 20 + random.below(30));
  const context = { target: server, journal, addresses: await fetchAddresses(server) };
  await resolveOpen(context);
  const load = runLoad(context, seed + round * 1000);
  await pause(50 + random.below(500));
  await server.kill();
  await load;
  journal.open = journal.withdrawals.filter(({ state, orderId }) => state === 'unknown' && orderId !== null);
  await checkAftermath({ folder: dataFolder }, journal);
}

/** Clients that got no answer retry with the same order id, whether or not the first attempt took effect. */
async function resolveOpen(context: LoadContext): Promise<void> {
  for (const tried of context.journal.open) {
    if (tried.state === 'absent') tried.state = 'unknown';
    await replayWithdrawal(context, tried);
  }
  context.journal.open = [];
}

/** The last start: operators decide pending withdrawals, and blocks complete the rest. */
async function finish(dataFolder: string, journal: Journal): Promise<void> {
  const server = await startServerProcess(dataFolder, 20);
  await resolveOpen({ target: server, journal, addresses: new Map() });
  for (const { id, stage } of (await readAftermath({ folder: dataFolder })).withdrawals) {
    if (stage === 'awaiting-approval') await server.operator(`/withdrawals/${id}/approve`, {});
  }
  const deadline = performance.now() + restDeadlineMs;
  while (!isAtRest(await readAftermath({ folder: dataFolder })) && performance.now() < deadline)
    await pause(100);
  await server.stop();
  const found = await checkAftermath({ folder: dataFolder }, journal);
  assert.ok(isAtRest(found), 'work is still pending');
  checkTotals(found);
}
