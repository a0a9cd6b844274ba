/**
 * `npm run bench`: measures the server on this machine, compared with reference programs or with another commit. The
 * load generator shares the machine.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkout, checkOut, thisCheckout } from './checkout.ts';
import { compare } from './compare.ts';
import { chooseMeasurements } from './measurements/choice.ts';
import { help, type Options, readOptions, UsageError } from './options.ts';
import type { Side } from './pairing.ts';
import { Progress } from './progress.ts';
import { publish } from './publish.ts';
import type { BenchResult } from './result.ts';
import { fsyncMicros, machineLine } from './statistics.ts';
import { Storage } from './storage.ts';
import { Subject } from './subject.ts';

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.help) return console.log(help);
  if (options.write !== undefined) return publish(options.write);
  checkWritable(options.json);
  // Before anything is created: an unhandled signal would leave it behind.
  const interrupted = interruption();
  const folder = mkdtempSync(join(tmpdir(), 'bursar-bench-'));
  // A server that was killed just now may still write.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  // A new one for the servers: otherwise this checkout would begin with code that earlier starts compiled.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compile-cache');
  await measure(options, folder, args, interrupted);
}

/** @throws before anything is measured. */
function checkWritable(file: string | undefined): void {
  if (file === undefined) return;
  try {
    closeSync(openSync(file, 'a'));
  } catch (error) {
    throw new UsageError(`--json cannot write: ${(error as Error).message}`);
  }
}

async function measure(
  options: Options,
  folder: string,
  args: readonly string[],
  interrupted: Promise<never>,
): Promise<void> {
  const { store, seconds, pairs } = options;
  const progress = new Progress((line) => console.log(line));
  const [date, machine, fsync] = [new Date().toISOString(), machineLine(), fsyncMicros(folder)];
  progress.say(`${machine}; fsync of 4 KiB p50 ${Math.round(fsync.p50)} µs, p99 ${Math.round(fsync.p99)} µs`);
  const { of, against } = options;
  const measured = of === undefined ? thisCheckout() : checkOut('of', of, join(folder, 'this'));
  const other = against === undefined ? undefined : checkOut('against', against, join(folder, 'against'));
  progress.say(
    `${store}, this: ${measured.version}${other === undefined ? '' : `, against: ${other.version}`}; ${pairs} pairs of ${seconds} s`,
  );
  const storage = await Storage.create(store, folder);
  try {
    const sideOf = (side: Side, checkout: Checkout) => new Subject(side, checkout, storage, progress);
    const subjects = [sideOf('this', measured)];
    if (other !== undefined) subjects.push(sideOf('against', other));
    const about = {
      date,
      machine,
      fsyncMicros: fsync,
      store,
      seconds,
      command: ['npm run bench --', ...args].join(' '),
      versions: { this: measured.version, ...(other !== undefined && { against: other.version }) },
    };
    const comparison = compare({
      subjects,
      measurements: chooseMeasurements(options),
      pairs,
      durationMs: seconds * 1000,
      progress,
      onResults: (measurements) => save(options.json, { ...about, measurements }),
    });
    await Promise.race([comparison, interrupted]);
  } finally {
    await storage.remove();
  }
}

/** Called after each measurement, so that a long run that fails keeps its results so far. */
function save(file: string | undefined, result: BenchResult): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}

/** Rejects with the first signal. Later ones do nothing: npm repeats the Ctrl-C of a terminal. */
function interruption(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => reject(new Error(`stopped by ${signal}`)));
  // Handled later, by the measurement in progress.
  promise.catch(() => {});
  return promise;
}

let exitCode = 0;
try {
  await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(
    usage ? `${error.message}; see npm run bench -- --help` : `bench: ${(error as Error).message}`,
  );
  exitCode = usage ? 2 : 1;
}
// Pending work after a failure must not keep the process alive; servers and load generators end with it.
process.exit(exitCode);
