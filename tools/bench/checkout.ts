/** The code under measurement: this checkout as it is, or commits in temporary folders. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from './options.ts';

export type Checkout = {
  readonly folder: string;
  /** The abbreviated commit, with `+` appended if there are uncommitted changes. */
  readonly version: string;
  /** The Node that its npm scripts use. */
  readonly node: string;
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const archiveMaxBytes = 256 * 2 ** 20;

export function thisCheckout(): Checkout {
  build(root);
  return describe(root, versionHere());
}

function versionHere(): string {
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'no commit';
  }
}

/**
 * Extracts a commit into a folder.
 * @throws UsageError that names the option if there is no such commit.
 */
export function checkOut(option: 'of' | 'against', ref: string, folder: string): Checkout {
  const version = resolveCommit(option, ref);
  mkdirSync(folder);
  const archive = execFileSync('git', ['archive', version], { cwd: root, maxBuffer: archiveMaxBytes });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  installPackages(folder);
  build(folder);
  return describe(folder, version);
}

function resolveCommit(option: string, ref: string): string {
  try {
    return git('rev-parse', '--short', '--verify', '--end-of-options', `${ref}^{commit}`);
  } catch {
    throw new UsageError(`--${option}: '${ref}' is not a commit of this repository`);
  }
}

/** Reuses this checkout's packages if the lockfile is the same. */
function installPackages(folder: string): void {
  const lockOf = (place: string) => readFileSync(join(place, 'package-lock.json'), 'utf8');
  if (lockOf(folder) === lockOf(root)) {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
    return;
  }
  // With the development dependencies: the bundler is one.
  const flags = ['ci', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stderr } = spawnSync('npm', flags, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ci failed in the other checkout: ${stderr.trim()}`);
}

/** Builds its program, as `npm ci` does, unless it is there. Earlier commits run from their source. */
function build(folder: string): void {
  if (!existsSync(join(folder, 'tools/package/build-checkout.js'))) return;
  const program = ['--disable-warning=ExperimentalWarning', 'tools/package/build-checkout.js'];
  execFileSync(process.execPath, program, { cwd: folder, stdio: 'inherit' });
}

function describe(folder: string, version: string): Checkout {
  const own = join(folder, 'node_modules/.bin/node');
  return { folder, version, node: existsSync(own) ? own : process.execPath };
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}
