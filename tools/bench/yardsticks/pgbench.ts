/**
 * The rate of PostgreSQL itself for single withdrawals: pgbench runs `pgbench-withdrawal.sql` in prepared statements
 * with several numbers of clients.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPostgresFolder, missingPostgres } from '../../cluster/programs.ts';
import { analyze, queryOnce } from '../database.ts';
import { usualAccounts } from '../measurements/measurement.ts';
import { median } from '../statistics.ts';
import { repeats } from './yardstick.ts';

export const clientCounts = [8, 16, 32] as const;

const script = fileURLToPath(new URL('./pgbench-withdrawal.sql', import.meta.url));
const warmupSeconds = 1;
const threads = 2;

/** @returns the median rate per second for each number of clients, on a database with the seeded accounts. */
export async function measurePgbench(
  databaseUrl: string,
  durationMs: number,
): Promise<Readonly<Record<number, number>>> {
  const firstAccount = await findFirstAccount(databaseUrl);
  let runs = 0;
  const run = (clients: number, seconds: number) => {
    runs += 1;
    return runPgbench(databaseUrl, clients, seconds, {
      first_account: firstAccount,
      accounts: usualAccounts,
      run: runs,
    });
  };
  await run(clientCounts[0], warmupSeconds);
  await analyze(databaseUrl);
  const rates: Record<number, number> = {};
  for (const clients of clientCounts) {
    const measured: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      measured.push(await run(clients, Math.max(1, Math.round(durationMs / 1000))));
    }
    rates[clients] = median(measured);
  }
  return rates;
}

async function runPgbench(
  databaseUrl: string,
  clients: number,
  seconds: number,
  given: Readonly<Record<string, number>>,
): Promise<number> {
  const folder = findPostgresFolder();
  if (folder === undefined) throw new Error(missingPostgres);
  const variables = Object.entries({ ...given, clients, n: 0 }).flatMap(([name, value]) => [
    '-D',
    `${name}=${value}`,
  ]);
  const flags = [
    '-n',
    '-M',
    'prepared',
    '-f',
    script,
    '-T',
    `${seconds}`,
    '-c',
    `${clients}`,
    '-j',
    `${threads}`,
  ];
  const { stdout } = await promisify(execFile)(join(folder, 'pgbench'), [
    ...flags,
    ...variables,
    databaseUrl,
  ]);
  const rate = /^tps = ([\d.]+)/m.exec(stdout)?.[1];
  if (rate === undefined || !/^number of failed transactions: 0 /m.test(stdout)) {
    throw new Error(`pgbench failed: ${stdout}`);
  }
  return Number(rate);
}

/** The script computes account ids from the first one. */
async function findFirstAccount(databaseUrl: string): Promise<number> {
  const sql = 'SELECT min(id) AS first, max(id) - min(id) + 1 AS width, count(*) FROM accounts';
  const row = await queryOnce(databaseUrl, sql);
  if (row?.count !== usualAccounts || row.width !== usualAccounts) {
    throw new Error('the ids of the seeded accounts are not consecutive');
  }
  return row.first as number;
}
