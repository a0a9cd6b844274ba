/**
 * Runs the checks and the tests, or only the selected ones (`npm test -- --help`). It adds to Node's own runner: one
 * printed seed for all files; one PostgreSQL for all; server suites on both stores concurrently, and suites that load
 * the machine after the others; at the end, one line for each test that failed and for each reason why tests were
 * skipped.
 *
 * Tests that need a program missing on this machine are skipped; with `CI=true` that is a failure.
 */
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { enableCompileCache } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startTestCluster } from './support/database.ts';
import { importsOf } from './support/imports.ts';
import { skipWithoutPostgres } from './support/postgres.ts';
import { runPart, type TestPart } from './support/test-part.ts';
import { onBothStores, selectTests, type TestSelection, usage } from './support/test-selection.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Suites that load the machine: they run after the others. */
const loadingSuites: ReadonlySet<string> = new Set(['crash', 'failover']);
const filesAtOnce = Math.max(2, availableParallelism());

const selection = readSelection();
const { BURSAR_SEED: seed = String(randomInt(0x7fff_ffff)) } = process.env;
const startedMs = performance.now();
const interruption = new AbortController();
for (const each of ['SIGINT', 'SIGTERM']) process.once(each, () => interruption.abort());
/** Number of skipped tests and skipped parts, by reason. */
const skipped = new Map<string, { tests: number; readonly parts: string[] }>();
/** A line for each failed test: readers look at the end of a log first. */
const failed: string[] = [];

if (selection.checks) runChecks();
console.log(`Seed ${seed}. To repeat: BURSAR_SEED=${seed} npm test -- ${selection.text}`);
const passed = await runAll(selection);
for (const [reason, { tests, parts }] of skipped) {
  const counted = tests === 0 ? [] : [tests === 1 ? '1 test' : `${tests} tests`];
  console.log(`Skipped ${[...counted, ...parts].join(' and ')}: ${reason}`);
}
for (const failure of failed) console.log(`Failed: ${failure}`);
const isComplete = skipped.size === 0 || process.env.CI !== 'true';
if (!isComplete) console.log('With CI=true nothing may be skipped.');
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
console.log(
  `${passed && isComplete ? 'All passed' : 'FAILED'}: ${selection.text || 'all suites'} in ${seconds} s`,
);
process.exitCode = passed && isComplete ? 0 : 1;

function readSelection(): TestSelection {
  try {
    const chosen = selectTests(root, process.argv.slice(2));
    if (chosen !== 'help') return chosen;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function runChecks(): void {
  const { status } = spawnSync('npm', ['run', 'check'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** @returns whether all tests passed. */
async function runAll({ files, store }: TestSelection): Promise<boolean> {
  const concurrentParts = [
    store === 'postgres' ? [] : planOnce(files),
    store === 'sqlite' ? [] : planOnPostgres(files, store === 'postgres' ? filesAtOnce : 1),
  ].flat();
  const loadingPart = planOf([...files].filter(([suite]) => loadingSuites.has(suite)));
  const all = [...concurrentParts, loadingPart].flatMap((part) => part.files);
  if (all.length === 0 && skipped.size === 0) {
    console.log('None of these files starts a server, so none runs on PostgreSQL: leave out --store.');
    return false;
  }
  const needsCluster = all.some((file) => importsOf(root, file).has('test/support/database.ts'));
  const cluster = needsCluster && skipWithoutPostgres === false ? await startTestCluster() : undefined;
  const options = {
    root,
    environment: {
      BURSAR_SEED: seed,
      // Every test file is a process that starts servers in threads and processes: a shared cache halves their start
      // time.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? enableCompileCache().directory ?? '',
      ...(cluster && { BURSAR_TEST_POSTGRES: cluster.url }),
    },
    signal: interruption.signal,
    onFailed: (failure: string) => void failed.push(failure),
    onSkipped: (reason: string) => skipEntry(reason).tests++,
  };
  const run = (part: TestPart, print: (text: string) => void) => runPart(part, { ...options, print });
  try {
    const results = await runConcurrently(concurrentParts, run);
    return (await run(loadingPart, printNow)) && !results.includes(false);
  } finally {
    await cluster?.stop();
  }
}

/** Prints the output of the first part as it arrives, and the output of the others afterwards. */
async function runConcurrently(
  parts: readonly TestPart[],
  runOne: (part: TestPart, print: (text: string) => void) => Promise<boolean>,
): Promise<boolean[]> {
  const running = parts.map((part, index) => {
    const buffered: string[] = [];
    return { buffered, passed: runOne(part, index === 0 ? printNow : (text) => void buffered.push(text)) };
  });
  const results: boolean[] = [];
  for (const { buffered, passed: result } of running) {
    results.push(await result);
    printNow(buffered.join(''));
  }
  return results;
}

/** Runs on SQLite; also the suites that are independent of a store or open several stores themselves. */
function planOnce(files: TestSelection['files']): TestPart {
  const suites = [...files].filter(([suite]) => !loadingSuites.has(suite));
  const varied = suites.filter(([suite]) => onBothStores.has(suite)).map(([suite]) => suite);
  const part = planOf(suites);
  return varied.length === 0 ? part : { ...part, title: `${part.title} (${varied.join(', ')} on SQLite)` };
}

/** Runs the files that start a server once more. */
function planOnPostgres(files: TestSelection['files'], concurrency: number): TestPart[] {
  const startsServer = (file: string) => importsOf(root, file).has('test/support/exchange.ts');
  const part = planOf(
    [...files]
      .filter(([suite]) => onBothStores.has(suite))
      .map(([suite, own]) => [suite, own.filter(startsServer)] as const)
      .filter(([, own]) => own.length > 0),
  );
  const title = `${part.title} on PostgreSQL`;
  if (part.files.length === 0) return [];
  if (skipWithoutPostgres !== false) {
    skipEntry(skipWithoutPostgres).parts.push(title);
    return [];
  }
  return [{ title, files: part.files, concurrency, environment: { BURSAR_TEST_STORE: 'postgres' } }];
}

function planOf(suites: readonly (readonly [string, readonly string[]])[]): TestPart {
  const title = suites.map(([suite]) => suite).join(', ');
  return { title, files: suites.flatMap(([, files]) => files), concurrency: filesAtOnce, environment: {} };
}

/** The entry of a reason, which is created with the first skipped test. */
function skipEntry(reason: string) {
  const entry = skipped.get(reason) ?? { tests: 0, parts: [] };
  skipped.set(reason, entry);
  return entry;
}

function printNow(text: string): void {
  process.stdout.write(text);
}
