/**
 * Runs the tests: those beside the code and every suite in a folder of `test/`, or only the suites that are named
 * (`node test/run.ts crash property`; `unit` is what lies beside the code). The crash suite runs alone, after the
 * others, as it measures what a loaded machine does to processes of its own. All share one seed, which is printed.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const alone: ReadonlySet<string> = new Set(['crash']);

const suites = findSuites();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !suites.has(name));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(', ')}; there are ${[...suites.keys()].join(', ')}.`);
  process.exit(2);
}
const chosen = wanted.length > 0 ? wanted : [...suites.keys()];
const { BURSAR_SEED: seed = String(randomInt(0x7fff_ffff)) } = process.env;
console.log(`Seed ${seed}; the same again: BURSAR_SEED=${seed} npm test -- ${chosen.join(' ')}`);
const startedMs = performance.now();
const together = chosen.filter((name) => !alone.has(name));
const passed = [
  await runSuites(together, Math.max(2, availableParallelism())),
  ...(await runOneByOne(chosen.filter((name) => alone.has(name)))),
];
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
const failed = passed.includes(false);
console.log(`${failed ? 'FAILED' : 'All passed'}: ${chosen.join(', ')} in ${seconds} s`);
process.exitCode = failed ? 1 : 0;

function findSuites(): Map<string, string[]> {
  const found = new Map([['unit', globSync('src/**/*.test.ts', { cwd: root }).sort()]]);
  for (const file of globSync('test/*/**/*.test.ts', { cwd: root }).sort()) {
    const suite = file.split('/')[1] as string;
    found.set(suite, [...(found.get(suite) ?? []), file]);
  }
  return found;
}

async function runOneByOne(names: readonly string[]): Promise<boolean[]> {
  const results: boolean[] = [];
  for (const name of names) results.push(await runSuites([name], 1));
  return results;
}

/** @returns whether all passed. */
function runSuites(names: readonly string[], concurrency: number): Promise<boolean> {
  const files = names.flatMap((name) => suites.get(name) ?? []);
  if (files.length === 0) return Promise.resolve(true);
  const flags = ['--test', `--test-concurrency=${concurrency}`, '--test-reporter=spec'];
  const env = { ...process.env, BURSAR_SEED: seed };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, ...files], { cwd: root, stdio: 'inherit', env });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code === 0));
  });
}
