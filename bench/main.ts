/**
 * `npm run bench`: what the server does on this machine, as rates and as ratios within one run. The load generator
 * shares the machine; three repeats, medians.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchPostgres } from './bench-postgres.ts';
import { benchSqlite } from './bench-sqlite.ts';
import { Measuring, repeats } from './measuring.ts';
import { fsyncMicros, machineLine } from './statistics.ts';

const help = `usage: npm run bench -- [--store sqlite|postgres] [--seconds N] [--json]

  --store sqlite    The server on SQLite against a bare Fastify route and a raw loop of the same writes (the default).
  --store postgres  The server on PostgreSQL, with one process and two, against pgbench with the same reads and writes.
  --seconds N       How long each measurement takes, 4 unless told otherwise.
  --json            Prints the figures as JSON, and what happens on standard error.`;

const benches = { sqlite: benchSqlite, postgres: benchPostgres };

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean' },
    help: { type: 'boolean' },
    seconds: { type: 'string', default: '4' },
    store: { type: 'string', default: 'sqlite' },
  },
});
const bench = benches[options.store as keyof typeof benches];
const durationMs = Number(options.seconds) * 1000;
if (options.help || bench === undefined || !(durationMs > 0)) {
  console.error(help);
  process.exit(options.help ? 0 : 2);
}
const say = (line: string) => void (options.json ? process.stderr : process.stdout).write(`${line}\n`);
const folder = mkdtempSync(join(tmpdir(), 'bursar-bench-'));
try {
  const machine = machineLine();
  const fsync = fsyncMicros(folder);
  say(`${machine}; fsync of 4 KiB p50 ${Math.round(fsync.p50)} µs, p99 ${Math.round(fsync.p99)} µs`);
  say(
    `64 connections, ${options.seconds} s a run, ${repeats} repeats, medians; the load generator is on the same machine`,
  );
  const figures = await bench(new Measuring(durationMs, say), folder);
  if (options.json) console.log(JSON.stringify({ machine, fsync, ...figures }, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
