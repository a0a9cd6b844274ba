/**
 * `npm run bench [-- --json] [-- --seconds N]`: what the server does on this machine, as rates and as ratios within one
 * run. The load generator shares the machine; three repeats, medians.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild, startCommandLine } from './child.ts';
import { type LoadResult, runLoad, type SigningKey } from './load.ts';
import { writeHistories } from './million.ts';
import { rawLedgerWrites } from './raw-loop.ts';
import { fsyncMicros, machineLine, median } from './statistics.ts';
import { destination, keyOf } from './world.ts';

const { values: options } = parseArgs({
  options: { json: { type: 'boolean' }, seconds: { type: 'string', default: '4' } },
});
const durationMs = Number(options.seconds) * 1000;
const repeats = 3;
const accounts = 1000;
const folder = mkdtempSync(join(tmpdir(), 'bursar-bench-'));

type ServerReady = { readonly port: number; readonly keys: SigningKey[] };
type Measured = { rate: number; p50Ms: number; p99Ms: number };

const say = (line: string) => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);

function medians(results: readonly LoadResult[]): Measured {
  const failed = results.find((result) => Object.keys(result.errors).length > 0);
  if (failed)
    throw new Error(`the server refused: ${JSON.stringify(failed.errors)} ${failed.firstErrorBody}`);
  return {
    rate: median(results.map((result) => result.ratePerSecond)),
    p50Ms: median(results.map((result) => result.p50Ms)),
    p99Ms: median(results.map((result) => result.p99Ms)),
  };
}

async function repeatedly(plan: Parameters<typeof runLoad>[0]): Promise<Measured> {
  const results: LoadResult[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) results.push(await runLoad(plan));
  return medians(results);
}

const load = (port: number) => ({ host: '127.0.0.1', port, connections: 64, durationMs, warmupMs: 1500 });
const fixed = { kind: 'fixed', method: 'GET', path: '/wapi/v3/systemStatus.html', headers: {} } as const;

async function measureBare(): Promise<Measured> {
  const bare = await startChild<{ port: number }>('./bare-fastify.ts');
  const measured = await repeatedly({ ...load(bare.ready.port), workload: fixed });
  await bare.stop();
  return measured;
}

async function measureServer(dataFolder: string) {
  const server = await startChild<ServerReady>('./server.ts', [dataFolder, String(accounts)]);
  const { port, keys } = server.ready;
  const signed = (method: 'GET' | 'POST', path: string, query: string) =>
    repeatedly({ ...load(port), workload: { kind: 'signed', method, path, keys, query } });
  const systemStatus = await repeatedly({ ...load(port), workload: fixed });
  const signedRead = await signed('GET', '/wapi/v3/accountStatus.html', '');
  const historyRead = await signed('GET', '/wapi/v3/withdrawHistory.html', 'limit=10');
  const content = `asset=ETH&address=${destination}&amount=0.5`;
  const withdrawal = await signed('POST', '/wapi/v3/withdraw.html', content);
  const withOrderId = await signed('POST', '/wapi/v3/withdraw.html', `${content}&withdrawOrderId={order}`);
  await server.stop();
  return { systemStatus, signedRead, historyRead, withdrawal, withOrderId };
}

/** Writes straight into a copy, so that the server's own books stay whole. */
function measureRaw(dataFolder: string): number {
  const copy = join(folder, 'raw');
  const rates: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    cpSync(dataFolder, copy, { recursive: true });
    const ids = Array.from({ length: accounts }, (_, index) => firstAccountId + index);
    rates.push(rawLedgerWrites(join(copy, 'bursar.sqlite'), ids, durationMs));
    rmSync(copy, { recursive: true });
  }
  return median(rates);
}

const firstAccountId = 10_000_001;

async function measureMillion(dataFolder: string) {
  const [thousand, million] = [firstAccountId, firstAccountId + 1];
  writeHistories(join(dataFolder, 'bursar.sqlite'), [
    { accountId: thousand, rows: 1000 },
    { accountId: million, rows: 1_000_000 },
  ]);
  const starts: number[] = [];
  const memory: number[] = [];
  for (let repeat = 0; repeat <= repeats; repeat += 1) {
    const started = await startCommandLine(dataFolder);
    // The first start compiles the code; every later one finds it compiled.
    if (repeat > 0) starts.push(started.ms);
    if (repeat > 0) memory.push(residentMegabytes(started.pid));
    await started.stop();
  }
  const server = await startChild<ServerReady>('./server.ts', [dataFolder, String(accounts)]);
  const page = (index: number) =>
    repeatedly({
      ...load(server.ready.port),
      connections: 8,
      workload: {
        kind: 'signed',
        method: 'GET',
        path: '/wapi/v3/withdrawHistory.html',
        keys: [keyOf(index)],
        query: 'limit=500',
      },
    });
  const pages = { ofThousand: await page(0), ofMillion: await page(1) };
  await server.stop();
  return { startMs: median(starts), residentMb: median(memory), pages };
}

function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

function report(name: string, { rate, p50Ms, p99Ms }: Measured, bareRate: number): void {
  const ratio = (rate / bareRate).toFixed(2);
  say(
    `${name.padEnd(46)} ${Math.round(rate).toString().padStart(7)}/s  ${ratio} × (a)  p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms`,
  );
}

try {
  const fsync = fsyncMicros(folder);
  say(`${machineLine()}; fsync of 4 KiB p50 ${Math.round(fsync.p50)} µs, p99 ${Math.round(fsync.p99)} µs`);
  say(
    `64 connections, ${options.seconds} s a run, ${repeats} repeats, medians; the load generator is on the same machine`,
  );
  const dataFolder = join(folder, 'data');
  const bare = await measureBare();
  report('(a) bare Fastify route', bare, bare.rate);
  const server = await measureServer(dataFolder);
  report('(b) systemStatus', server.systemStatus, bare.rate);
  report('(c) signed read: accountStatus', server.signedRead, bare.rate);
  report('    signed read: ten rows of withdrawHistory', server.historyRead, bare.rate);
  report('(d) signed durable withdrawal, 1,000 accounts', server.withdrawal, bare.rate);
  report('    the same with a withdrawOrderId', server.withOrderId, bare.rate);
  const raw = measureRaw(dataFolder);
  say(
    `${'(e) raw loop of the same writes, groups of 64'.padEnd(46)} ${Math.round(raw).toString().padStart(7)}/s`,
  );
  say('    writing a million withdrawals for (f) and (g) …');
  const millionFolder = join(folder, 'million');
  const seeded = await startChild<ServerReady>('./server.ts', [millionFolder, String(accounts)]);
  await seeded.stop();
  const million = await measureMillion(millionFolder);
  say(
    `(f) start over a million withdrawals, three million transfers, to the first reply: ${Math.round(million.startMs)} ms, ${Math.round(million.residentMb)} MB resident`,
  );
  const { ofThousand, ofMillion } = million.pages;
  say(
    `(g) page of 500 withdrawals of 1,000: p50 ${ofThousand.p50Ms.toFixed(2)} ms; of 1,000,000: p50 ${ofMillion.p50Ms.toFixed(2)} ms; ${(ofMillion.p50Ms / ofThousand.p50Ms).toFixed(2)} ×`,
  );
  if (options.json) {
    console.log(
      JSON.stringify({ machine: machineLine(), fsync, bare, ...server, rawPerSecond: raw, million }, null, 2),
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
