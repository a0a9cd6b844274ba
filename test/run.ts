/**
 * Runs the tests: those beside the code and every suite in a folder of `test/`, or only the suites that are named
 * (`node test/run.ts crash property`; `unit` is what lies beside the code). All share one seed, which is printed.
 *
 * Suites that ask something of a whole server run on SQLite and on PostgreSQL, at the same time; with `--store sqlite`
 * or `--store postgres` on that one, and nothing else. Suites that load the machine themselves come last, when the
 * others are done. What needs a program that this machine lacks is left out, and one line says so; with `CI=true`
 * nothing may be left out.
 */
import { randomInt } from 'node:crypto';
import { globSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startTestCluster } from './support/database.ts';
import { importsOf } from './support/imports.ts';
import { skipWithoutPostgres } from './support/postgres.ts';
import { runPart, type TestPart } from './support/test-part.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const last: ReadonlySet<string> = new Set(['crash', 'failover']);
const atOnce = Math.max(2, availableParallelism());
const onBothStores: ReadonlySet<string> = new Set([
  'golden',
  'contract',
  'compat',
  'operator',
  'integrity',
  'property',
]);

const suites = findSuites();
const { store, chosen } = readArguments();
const { BURSAR_SEED: seed = String(randomInt(0x7fff_ffff)) } = process.env;
const order = [...chosen, ...(store === undefined ? [] : ['--store', store])].join(' ');
console.log(`Seed ${seed}; the same again: BURSAR_SEED=${seed} npm test -- ${order}`);
const startedMs = performance.now();
const interruption = new AbortController();
for (const each of ['SIGINT', 'SIGTERM']) process.once(each, () => interruption.abort());
/** How many tests for which reason, and what else. */
const leftOut = new Map<string, { tests: number; readonly parts: string[] }>();
const passed = await runAll();
for (const [reason, { tests, parts }] of leftOut) {
  console.log(`Left out ${[`${tests} tests`, ...parts].join(' and ')}: ${reason}`);
}
const isComplete = leftOut.size === 0 || process.env.CI !== 'true';
if (!isComplete) console.log('With CI=true nothing may be left out.');
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
console.log(`${passed && isComplete ? 'All passed' : 'FAILED'}: ${order} in ${seconds} s`);
process.exitCode = passed && isComplete ? 0 : 1;

function findSuites(): Map<string, string[]> {
  const found = new Map([['unit', globSync('src/**/*.test.ts', { cwd: root }).sort()]]);
  for (const file of globSync('test/*/**/*.test.ts', { cwd: root }).sort()) {
    const suite = file.split('/')[1] as string;
    found.set(suite, [...(found.get(suite) ?? []), file]);
  }
  return found;
}

function readArguments(): { store: string | undefined; chosen: readonly string[] } {
  const options = { store: { type: 'string' } } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  if (![undefined, 'sqlite', 'postgres'].includes(values.store)) {
    refuse(`--store is sqlite or postgres, not ${values.store}`);
  }
  const there = [...suites.keys()].filter((name) => values.store === undefined || onBothStores.has(name));
  const unknown = positionals.filter((name) => !there.includes(name));
  if (unknown.length > 0) refuse(`There is no suite ${unknown.join(', ')}; there are ${there.join(', ')}`);
  return { store: values.store, chosen: positionals.length > 0 ? positionals : there };
}

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}

/** @returns whether all passed. */
async function runAll(): Promise<boolean> {
  const together = [planOnce(), planOnPostgres()];
  const atLast = planLast();
  const files = [...together, atLast].flatMap((part) => part.files);
  const needsCluster = files.some((file) => importsOf(root, file).has('test/support/database.ts'));
  const cluster = needsCluster && skipWithoutPostgres === false ? await startTestCluster() : undefined;
  const shared = {
    BURSAR_SEED: seed,
    // Every file is a process, and starts servers on threads and processes: compiled once, they start in half the time.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? enableCompileCache().directory ?? '',
    ...(cluster && { BURSAR_TEST_POSTGRES: cluster.url }),
  };
  const surroundings = {
    root,
    environment: shared,
    signal: interruption.signal,
    onLeftOut: (reason: string) => leaveOut(reason).tests++,
  };
  const runShared = (part: TestPart, print: (text: string) => void) =>
    runPart(part, { ...surroundings, print });
  try {
    const results = await runTogether(together, runShared);
    return (await runShared(atLast, printNow)) && !results.includes(false);
  } finally {
    await cluster?.stop();
  }
}

/** The output of the first as it comes, that of the others behind it. */
async function runTogether(
  parts: readonly TestPart[],
  runOne: (part: TestPart, print: (text: string) => void) => Promise<boolean>,
): Promise<boolean[]> {
  const running = parts.map((part, index) => {
    const held: string[] = [];
    return { held, passed: runOne(part, index === 0 ? printNow : (text) => void held.push(text)) };
  });
  const results: boolean[] = [];
  for (const { held, passed: result } of running) {
    results.push(await result);
    printNow(held.join(''));
  }
  return results;
}

/** On SQLite, and whatever is no matter of the store or tries several itself. */
function planOnce(): TestPart {
  const names = store === 'postgres' ? [] : chosen.filter((name) => !last.has(name));
  const varied = names.filter((name) => onBothStores.has(name));
  const where = varied.length === 0 ? '' : ` (${varied.join(', ')} on SQLite)`;
  return planOf(`${names.join(', ')}${where}`, names, atOnce);
}

/** Once more what starts servers. */
function planOnPostgres(): TestPart {
  const names = store === 'sqlite' ? [] : chosen.filter((name) => onBothStores.has(name));
  const what = `${names.join(', ')} on PostgreSQL`;
  if (names.length > 0 && skipWithoutPostgres !== false) leaveOut(skipWithoutPostgres).parts.push(what);
  if (skipWithoutPostgres !== false) return planOf(what, [], 1);
  const part = planOf(what, names, store === 'postgres' ? atOnce : 1);
  const files = part.files.filter((file) => importsOf(root, file).has('test/support/exchange.ts'));
  return { ...part, files, environment: { BURSAR_TEST_STORE: 'postgres' } };
}

function planLast(): TestPart {
  const names = chosen.filter((name) => last.has(name));
  return planOf(names.join(', '), names, atOnce);
}

function planOf(title: string, names: readonly string[], concurrency: number): TestPart {
  return { title, files: names.flatMap((name) => suites.get(name) ?? []), concurrency, environment: {} };
}

function leaveOut(reason: string) {
  const entry = leftOut.get(reason) ?? { tests: 0, parts: [] };
  leftOut.set(reason, entry);
  return entry;
}

function printNow(text: string): void {
  process.stdout.write(text);
}
