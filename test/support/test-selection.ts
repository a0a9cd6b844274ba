/** The existing test suites and files, and the selection of the command line. */
import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';

export type StoreName = 'sqlite' | 'postgres';

export type TestSelection = {
  /** If undefined, every suite runs on the stores that it is meant for. */
  readonly store: StoreName | undefined;
  /** Whether `npm run check` runs first: only if nothing is selected. */
  readonly checks: boolean;
  /** Selected test files by suite, relative to the root. */
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** The arguments, for repeating the run. */
  readonly text: string;
};

export const usage = `Usage: npm test [-- [SUITE | FILE]... [--store sqlite|postgres]]

  npm test                                  the checks (npm run check), then every suite
  npm test -- crash property                these suites; the suite unit is the tests in src
  npm test -- test/golden/golden.test.ts    this file
  npm test -- golden --store postgres       this suite on one store

BURSAR_SEED=NUMBER repeats the random choices of an earlier run.`;

/** Suites that test a whole server: they run on both stores. */
export const onBothStores: ReadonlySet<string> = new Set([
  'golden',
  'contract',
  'compat',
  'operator',
  'integrity',
  'lab',
  'property',
  'stream',
]);

/** @throws Error with a message for the user. */
export function selectTests(root: string, args: readonly string[]): TestSelection | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { store: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) return 'help';
  const { store } = values;
  if (store !== undefined && store !== 'sqlite' && store !== 'postgres') {
    throw new Error(`--store must be sqlite or postgres, not ${store}`);
  }
  const suites = findSuites(root, store);
  const text = [...positionals, ...(store === undefined ? [] : ['--store', store])].join(' ');
  if (positionals.length === 0) return { store, checks: store === undefined, files: suites, text };
  return { store, checks: false, files: chooseFiles(root, suites, positionals), text };
}

function findSuites(root: string, store: StoreName | undefined): Map<string, string[]> {
  const found = new Map([['unit', globSync('src/**/*.test.ts', { cwd: root }).sort()]]);
  for (const file of globSync('test/*/**/*.test.ts', { cwd: root }).sort()) {
    const suite = file.split('/')[1] as string;
    found.set(suite, [...(found.get(suite) ?? []), file]);
  }
  return store === undefined ? found : new Map([...found].filter(([suite]) => onBothStores.has(suite)));
}

function chooseFiles(
  root: string,
  suites: ReadonlyMap<string, readonly string[]>,
  names: readonly string[],
): Map<string, string[]> {
  const chosen = new Map<string, string[]>();
  for (const name of names) {
    const path = relative(root, resolve(name));
    const isIn = ([suite, files]: readonly [string, readonly string[]]) =>
      suite === name || files.includes(path);
    const suite = [...suites].find(isIn);
    if (suite === undefined) {
      const exists = [...findSuites(root, undefined)].some(isIn);
      if (exists) throw new Error(`${name} does not depend on the choice of a store: leave out --store.`);
      throw new Error(`There is no suite or test file ${name}. Suites: ${[...suites.keys()].join(', ')}`);
    }
    const files = suite[0] === name ? suite[1] : [path];
    chosen.set(suite[0], [...new Set([...(chosen.get(suite[0]) ?? []), ...files])]);
  }
  return chosen;
}
