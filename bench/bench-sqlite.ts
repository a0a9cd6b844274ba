/** The server on SQLite: against the bare route, against a raw loop of the same writes, and over a million rows. */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startChild, startCommandLine } from './child.ts';
import {
  accounts,
  bareRequest,
  type Measured,
  type Measuring,
  repeats,
  type ServerReady,
} from './measuring.ts';
import { writeHistories } from './million.ts';
import { rawLedgerWrites } from './raw-loop.ts';
import { median } from './statistics.ts';
import { destination, keyOf } from './world.ts';

const firstAccountId = 10_000_001;

export async function benchSqlite(measuring: Measuring, folder: string) {
  const { say } = measuring;
  const dataFolder = join(folder, 'data');
  const bare = await measureBare(measuring);
  const report = (name: string, measured: Measured) =>
    measuring.report(name, measured, `${(measured.rate / bare.rate).toFixed(2)} × (a)  `);
  report('(a) bare Fastify route', bare);
  const server = await measureServer(measuring, dataFolder);
  report('(b) systemStatus', server.systemStatus);
  report('(c) signed read: accountStatus', server.signedRead);
  report('    signed read: ten rows of withdrawHistory', server.historyRead);
  report('(d) signed durable withdrawal, 1,000 accounts', server.withdrawal);
  report('    the same with a withdrawOrderId', server.withOrderId);
  const rawPerSecond = measureRaw(measuring, dataFolder, join(folder, 'raw'));
  measuring.reportRate('(e) raw loop of the same writes, groups of 64', rawPerSecond);
  say('    writing a million withdrawals for (f) and (g) …');
  const million = await measureMillion(measuring, join(folder, 'million'));
  say(
    `(f) start over a million withdrawals, three million transfers, to the first reply: ${Math.round(million.startMs)} ms, ${Math.round(million.residentMb)} MB resident`,
  );
  const { ofThousand, ofMillion } = million.pages;
  say(
    `(g) page of 500 withdrawals of 1,000: p50 ${ofThousand.p50Ms.toFixed(2)} ms; of 1,000,000: p50 ${ofMillion.p50Ms.toFixed(2)} ms; ${(ofMillion.p50Ms / ofThousand.p50Ms).toFixed(2)} ×`,
  );
  return { bare, ...server, rawPerSecond, million };
}

export async function measureBare(measuring: Measuring): Promise<Measured> {
  const bare = await startChild<{ port: number }>('./bare-fastify.ts');
  const measured = await measuring.repeatedly({ ...measuring.load(bare.ready.port), workload: bareRequest });
  await bare.stop();
  return measured;
}

async function measureServer(measuring: Measuring, dataFolder: string) {
  const server = await startChild<ServerReady>('./server.ts', [dataFolder, String(accounts)]);
  const { port, keys } = server.ready;
  const load = measuring.load(port);
  const signed = (method: 'GET' | 'POST', path: string, query: string) =>
    measuring.repeatedly({ ...load, workload: { kind: 'signed', method, path, keys, query } });
  const systemStatus = await measuring.repeatedly({ ...load, workload: bareRequest });
  const signedRead = await signed('GET', '/wapi/v3/accountStatus.html', '');
  const historyRead = await signed('GET', '/wapi/v3/withdrawHistory.html', 'limit=10');
  const content = `asset=ETH&address=${destination}&amount=0.5`;
  const withdrawal = await signed('POST', '/wapi/v3/withdraw.html', content);
  const withOrderId = await signed('POST', '/wapi/v3/withdraw.html', `${content}&withdrawOrderId={order}`);
  await server.stop();
  return { systemStatus, signedRead, historyRead, withdrawal, withOrderId };
}

/** Writes straight into a copy, so that the server's own books stay whole. */
function measureRaw({ durationMs }: Measuring, dataFolder: string, copy: string): number {
  const rates: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    cpSync(dataFolder, copy, { recursive: true });
    const ids = Array.from({ length: accounts }, (_, index) => firstAccountId + index);
    rates.push(rawLedgerWrites(join(copy, 'bursar.sqlite'), ids, durationMs));
    rmSync(copy, { recursive: true });
  }
  return median(rates);
}

async function measureMillion(measuring: Measuring, dataFolder: string) {
  const seeded = await startChild<ServerReady>('./server.ts', [dataFolder, String(accounts)]);
  await seeded.stop();
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
    measuring.repeatedly({
      ...measuring.load(server.ready.port),
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
