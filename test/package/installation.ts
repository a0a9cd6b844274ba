/** Packs this package and installs it into empty folders, as a user does; and the Node versions that users have. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environmentElsewhere } from '../support/environment.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export type Manifest = {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
export const manifest: Manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

export const folder = mkdtempSync(join(tmpdir(), 'bursar-package-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The package that contains the Node of this platform. */
const nodePackage = Object.keys(manifest.optionalDependencies).find((name) =>
  existsSync(join(root, 'node_modules', name)),
);

const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'warn'];

/** @returns the standard output. */
export async function run(
  node: string,
  cwd: string,
  command: string,
  args: readonly string[],
): Promise<string> {
  return (await runFully(node, cwd, command, args)).stdout;
}

/** @returns the standard output. @throws if it prints anything else, such as a warning */
async function runWithoutWarning(...command: Parameters<typeof runFully>): Promise<string> {
  const { stdout, stderr } = await runFully(...command);
  if (stderr !== '') throw new Error(`npm or a script of it warned: ${stderr}`);
  return stdout;
}

function runFully(node: string, cwd: string, command: string, args: readonly string[]) {
  const options = { cwd, env: environmentElsewhere(node), maxBuffer: 1 << 26 };
  return promisify(execFile)(command, [...args], options);
}

export type Packed = {
  readonly filename: string;
  /** Bytes, compressed. */
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
};

export async function pack(): Promise<Packed> {
  const args = ['pack', '--json', '--silent', '--pack-destination', folder];
  const printed = JSON.parse(await runWithoutWarning(process.execPath, root, 'npm', args));
  // npm 12 answers an object by package, earlier ones a list.
  const [packed] = Object.values(printed) as Packed[];
  if (packed === undefined) throw new Error('npm pack wrote nothing');
  return packed;
}

/** Installs the packed package into an empty folder, which no warning may accompany. @returns the folder. */
export async function install(node: string, packed: Packed, ...options: readonly string[]): Promise<string> {
  const empty = mkdtempSync(join(folder, 'project-'));
  const args = ['install', ...quietly, ...options, join(folder, packed.filename)];
  await runWithoutWarning(node, empty, 'npm', args);
  return empty;
}

/** @returns a project whose dependency is a link to the one of another project. */
export function linkTo(project: string): string {
  const linking = mkdtempSync(join(folder, 'linked-'));
  mkdirSync(join(linking, 'node_modules'));
  symlinkSync(join(project, 'node_modules/bursar'), join(linking, 'node_modules/bursar'), 'junction');
  return linking;
}

/**
 * Downloads a version of Node from npm, unless an earlier run has.
 * @returns the path of its program.
 */
export async function provideNode(version: string): Promise<string> {
  if (nodePackage === undefined) throw new Error('no Node package is installed: run npm ci');
  const cache = join(root, 'node_modules/.cache/nodes');
  const place = join(cache, version);
  const node = join(place, 'node_modules', nodePackage, 'bin/node');
  if (existsSync(node)) return node;
  mkdirSync(cache, { recursive: true });
  const download = mkdtempSync(join(cache, 'download-'));
  const args = ['install', ...quietly, '--prefix', download, `${nodePackage}@${version}`];
  await run(process.execPath, download, 'npm', args);
  // Another run may have been faster.
  if (existsSync(node)) rmSync(download, { recursive: true });
  else renameSync(download, place);
  return node;
}
