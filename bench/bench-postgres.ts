/**
 * The server on PostgreSQL, with one process and with two, against pgbench doing what one withdrawal reads and writes
 * in a transaction of its own, on the same cluster in the same run; and the same withdrawal on SQLite beside it.
 *
 * Everything is durable. The database of pgbench is another than that of the servers, whose workers would go on with
 * what pgbench writes.
 */
import { join } from 'node:path';
import { durable, PostgresProcess } from '../cluster/postgres-process.ts';
import { measureBare } from './bench-sqlite.ts';
import { type Child, startChild } from './child.ts';
import { analyze } from './database.ts';
import { type LoadPlan, runLoad } from './load.ts';
import { accounts, type Measured, type Measuring, type ServerReady } from './measuring.ts';
import { clientCounts, measurePgbench } from './pgbench.ts';
import { destination } from './world.ts';

/** Durable, and otherwise as PostgreSQL comes, but for what it takes from a machine that is its own. */
const settings = {
  ...durable,
  shared_buffers: '512MB',
  max_wal_size: '4GB',
};
const warmupMs = 1000;
const order = `asset=ETH&address=${destination}&amount=0.5&withdrawOrderId={order}`;

type Figures = Readonly<
  Record<'bare' | 'signedRead' | 'sqlite' | 'oneProcess' | 'twoProcesses', Measured>
> & {
  readonly pgbench: Readonly<Record<number, number>>;
};

export async function benchPostgres(measuring: Measuring, folder: string) {
  const bare = await measureBare(measuring);
  measuring.report('(a) bare Fastify route', bare);
  const sqlite = await measureSqlite(measuring, join(folder, 'sqlite'));
  measuring.report('(b) durable withdrawal on SQLite', sqlite);
  const postgres = await PostgresProcess.create(settings);
  try {
    await postgres.start();
    const figures = {
      bare,
      sqlite,
      ...(await measurePostgres(measuring, postgres, join(folder, 'postgres'))),
    };
    const ratios = compare(figures);
    for (const { name, ratio, reach } of ratios) {
      measuring.say(`${name.padEnd(46)} ${ratio.toFixed(2).padStart(7)} ×   (reach ${reach})`);
    }
    const p99Ms = figures.oneProcess.p99Ms;
    measuring.say(
      `${'p99 of one process'.padEnd(46)} ${p99Ms.toFixed(1).padStart(7)} ms  (reach 60 or less)`,
    );
    return { settings, ...figures, ratios };
  } finally {
    await postgres.remove();
  }
}

async function measureSqlite(measuring: Measuring, dataFolder: string): Promise<Measured> {
  const server = await startServer(dataFolder);
  const measured = await measuring.repeatedly(withdrawals(measuring, [server]));
  await server.stop();
  return measured;
}

async function measurePostgres(measuring: Measuring, postgres: PostgresProcess, dataFolder: string) {
  const served = await postgres.createDatabase('served');
  const written = await postgres.createDatabase('written');
  const seeding = await startServer(dataFolder, written);
  await seeding.stop();
  const pgbench = await measurePgbench(measuring, written);
  for (const clients of clientCounts)
    measuring.reportRate(`(c) pgbench, ${clients} clients`, pgbench[clients] ?? 0);
  const first = await startServer(dataFolder, served);
  const signedRead = await measuring.repeatedly({
    ...measuring.load(first.ready.port),
    workload: {
      kind: 'signed',
      method: 'GET',
      path: '/wapi/v3/accountStatus.html',
      keys: first.ready.keys,
      query: '',
    },
  });
  measuring.report('(d) signed read: accountStatus', signedRead);
  const second = await startServer(dataFolder, served);
  await runLoad({ ...withdrawals(measuring, [first, second]), durationMs: warmupMs });
  await analyze(served);
  const [oneProcess, twoProcesses] = await measuring.byTurns(
    withdrawals(measuring, [first]),
    withdrawals(measuring, [first, second]),
  );
  measuring.report('(e) durable withdrawal, one process', oneProcess);
  measuring.report('(f) durable withdrawal, two processes', twoProcesses);
  await Promise.all([first.stop(), second.stop()]);
  return { pgbench, signedRead, oneProcess, twoProcesses };
}

/** Processes that share a data folder share their secrets. */
function startServer(dataFolder: string, databaseUrl = ''): Promise<Child<ServerReady>> {
  return startChild<ServerReady>('./server.ts', [dataFolder, String(accounts), databaseUrl]);
}

function withdrawals(measuring: Measuring, servers: readonly Child<ServerReady>[]): LoadPlan {
  const keys = servers[0]?.ready.keys ?? [];
  const ports = servers.map(({ ready }) => ready.port);
  const path = '/wapi/v3/withdraw.html';
  return {
    ...measuring.load(...ports),
    workload: { kind: 'signed', method: 'POST', path, keys, query: order },
  };
}

function compare({ bare, signedRead, sqlite, oneProcess, twoProcesses, pgbench }: Figures) {
  const best = Math.max(...Object.values(pgbench));
  return [
    { name: 'one process / best of pgbench', ratio: oneProcess.rate / best, reach: '1.5, aim for 2.5' },
    { name: 'two processes / one process', ratio: twoProcesses.rate / oneProcess.rate, reach: '0.9' },
    { name: 'signed read / bare route', ratio: signedRead.rate / bare.rate, reach: '0.5' },
    { name: 'one process / SQLite', ratio: oneProcess.rate / sqlite.rate, reach: '-' },
  ];
}
