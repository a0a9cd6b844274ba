/**
 * Two real servers on one PostgreSQL under load, round after round: servers and PostgreSQL are killed, and connections
 * are dropped at every named fault point. `BURSAR_CRASH_POSTGRES_ROUNDS` sets the rounds; each fault has at least one.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { durable } from '../../tools/cluster/postgres-process.ts';
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { PostgresProxy } from '../support/postgres-proxy.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import { ChaosRun } from './chaos-run.ts';
import { faultPoints } from './fault-points.ts';
import { type FaultContext, faults } from './faults.ts';
import { Fleet } from './fleet.ts';
import { Journal } from './journal.ts';

const names = [...faults.keys()];
const rounds = Math.max(names.length, Number(process.env.BURSAR_CRASH_POSTGRES_ROUNDS ?? 0));

test(`many processes: after each of ${rounds} faults everything acknowledged exists once, and nothing is sent twice`, {
  skip: skipWithoutPostgres,
}, async (t) => {
  const repeatCommand = announceSeed(t, 'crash');
  const random = createRandom(seed);
  await using setup = await openSetup();
  const { run, context } = setup;
  let current = 'the start';
  try {
    await run.begin();
    for (const name of drawRounds(random)) {
      current = name;
      await run.play(() => faults.get(name)?.(context, random), seed + random.below(1_000_000));
    }
    current = 'the final completion';
    await run.finish();
  } catch (error) {
    t.diagnostic(`failed at '${current}'; to repeat: ${repeatCommand}`);
    throw error;
  }
  report(t, setup);
  for (const status of [0, 200, 503, 504])
    assert.ok(context.fleet.statuses.has(status), `no reply had status ${status}`);
  for (const name of Object.keys(faultPoints))
    assert.ok(context.hits.has(name as keyof typeof faultPoints), name);
});

/** Each fault once in random order, then random faults. */
function drawRounds(random: Random): string[] {
  const left = [...names];
  return Array.from({ length: rounds }, () =>
    left.length > 0 ? (left.splice(random.below(left.length), 1)[0] as string) : random.pick(names),
  );
}

type Setup = AsyncDisposable & {
  readonly run: ChaosRun;
  readonly context: FaultContext;
  readonly journal: Journal;
};

async function openSetup(): Promise<Setup> {
  await using opening = new AsyncDisposableStack();
  const postgres = await startPostgres(durable);
  opening.defer(() => postgres.stop());
  const url = await postgres.createDatabase();
  const proxies = [new PostgresProxy(postgres.port), new PostgresProxy(postgres.port)];
  const urls: string[] = [];
  for (const proxy of proxies) {
    opening.defer(() => proxy.stop());
    urls.push(url.replace(`${postgres.port}`, `${await proxy.start()}`));
  }
  const dataFolder = mkdtempSync(join(tmpdir(), 'bursar-crash-'));
  opening.defer(() => rmSync(dataFolder, { recursive: true }));
  const journal = new Journal(true);
  const fleet = new Fleet({ dataFolder, journal, urls, blockMs: 40 });
  opening.defer(() => fleet.killAll());
  const run = new ChaosRun(fleet, journal, () => url);
  const open = opening.move();
  const context = { fleet, postgres, proxies, hits: new Map() };
  return { run, context, journal, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

function report(t: TestContext, { run, context, journal }: Setup): void {
  const { withdrawals, transfers, walletTransfers, conversions, deposits } = journal;
  const count = (tries: readonly { state: string }[]) => tries.filter(({ state }) => state === 'done').length;
  t.diagnostic(
    `${count(withdrawals)} withdrawals, ${count(transfers)} transfers, ${count(walletTransfers)} between wallets, ${count(conversions)} dust conversions, ${deposits.length} deposits`,
  );
  t.diagnostic(`answers by status: ${[...context.fleet.statuses].sort().join(' · ')}`);
  t.diagnostic(`hits: ${[...context.hits].join(' · ')}`);
  t.diagnostic(`slowest recovery: ${Math.round(run.slowestRecoveryMs)} ms`);
}
