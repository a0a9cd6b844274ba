/** The packed program beside the examples, as `file:../..` in their package.json expects it. */
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environmentElsewhere } from '../support/environment.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The files that `npm pack` needs. A copy, because other tests pack at the same time. */
const sources = ['bin', 'docs', 'src', 'tools', ...globSync('*.{json,md}', { cwd: root }), 'LICENSE'];

const folder = mkdtempSync(join(tmpdir(), 'bursar-examples-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const program = join(folder, 'bursar');

/** Packs the program and unpacks it into a folder of its own. Its dependencies are those of this checkout. */
export async function packProgram(): Promise<void> {
  const copy = join(folder, 'copy');
  for (const each of sources) cpSync(join(root, each), join(copy, each), { recursive: true });
  linkDependencies(copy);
  await run(copy, 'npm', 'pack', '--silent', '--pack-destination', folder);
  const [tarball = ''] = globSync('*.tgz', { cwd: folder });
  mkdirSync(join(program, 'examples'), { recursive: true });
  await run(folder, 'tar', '-xzf', tarball, '-C', program, '--strip-components=1');
  linkDependencies(program);
}

function linkDependencies(to: string): void {
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'), 'junction');
}

/** Runs the example's own tests. */
export async function runExample(name: string, ...command: readonly [string, ...string[]]): Promise<void> {
  await run(await installExample(name), ...command);
}

/**
 * Installs an example from its lockfile, if it has one.
 * @returns its folder, a new one.
 */
export async function installExample(name: string): Promise<string> {
  const place = mkdtempSync(join(program, 'examples', `${name}-`));
  cpSync(join(root, 'examples', name), place, {
    recursive: true,
    filter: (path) => !/node_modules|__pycache__|\.pytest_cache/.test(path.slice(root.length)),
  });
  const hasLock = globSync('package-lock.json', { cwd: place }).length === 1;
  if (hasLock)
    await run(place, 'npm', 'ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund');
  return place;
}

export function isInstalled(...[file, ...args]: readonly [string, ...string[]]): boolean {
  try {
    execFileSync(file, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** @throws Error with all output if the command fails. */
export async function run(cwd: string, ...[file, ...args]: readonly [string, ...string[]]): Promise<void> {
  const env = environmentElsewhere(process.execPath);
  await promisify(execFile)(file, args, { cwd, env, maxBuffer: 1 << 26 }).catch((error) => {
    throw new Error(
      `${[file, ...args].join(' ')} in ${cwd}: ${error.message}\n${error.stdout}${error.stderr}`,
    );
  });
}
