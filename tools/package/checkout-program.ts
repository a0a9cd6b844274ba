/**
 * Builds the program of a checkout. `bin/bursar.js` starts it as long as the source has not changed since, because 1,400
 * modules take twice as long to load as a few bundles.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeOf } from '../../src/boundary/caught.ts';
import { writeReadFiles } from './read-files.ts';
import { buildFolder, readSourceState, stateFile } from './source-state.js';

const source = fileURLToPath(new URL('../../src', import.meta.url));

await build();

/** Builds again even if the source has not changed, because files of the last build may be missing. */
async function build(): Promise<void> {
  const state = readSourceState();
  const bundler = await loadBundler();
  if (bundler === undefined) return;
  const unfinished = `${buildFolder}-${process.pid}`;
  await bundler.bundleProgram(source, unfinished);
  writeReadFiles(source, unfinished);
  writeFileSync(join(unfinished, stateFile), state);
  putInPlace(unfinished);
}

/** Either of two concurrent builds may stay, because each records the source from which it was built. */
function putInPlace(built: string): void {
  const replaced = `${built}-replaced`;
  rmSync(replaced, { recursive: true, force: true });
  renameUnless('ENOENT', buildFolder, replaced);
  renameUnless('ENOTEMPTY', built, buildFolder);
  for (const folder of [replaced, built]) rmSync(folder, { recursive: true, force: true });
}

function renameUnless(code: string, from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== code) throw error;
  }
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** @returns undefined if the development dependencies are not installed: then the source is the program. */
async function loadBundler() {
  try {
    return await import('./bundle.ts');
  } catch (error) {
    if (codeOf(error) === 'ERR_MODULE_NOT_FOUND' && !isInstalled('esbuild')) return undefined;
    throw error;
  }
}
