/**
 * `bursar demo`: plays the main use cases over HTTP against a fresh server on free ports with temporary data, and
 * prints what happens. All data is removed afterwards.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../boundary/caught.ts';
import { createLog } from '../observability/log.ts';
import { readConfig } from '../runtime/config.ts';
import { readOptions } from '../runtime/options.ts';
import { startServer } from '../runtime/server.ts';
import { DemoClient } from './demo-client.ts';
import { type DemoStep, demoSteps } from './demo-steps.ts';
import { exitAfterReplies } from './exit-after-replies.ts';
import type { Verb } from './verb.ts';

const host = '127.0.0.1';
const blockMs = 200;

/** @returns the exit code: 0 only if every step succeeded. */
export async function runDemo(
  print: (line: string) => void = console.log,
  steps: readonly DemoStep[] = demoSteps,
): Promise<number> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bursar-demo-'));
  const cleanUp = () => rmSync(dataFolder, { recursive: true, force: true });
  const interrupt = () => process.exit(130);
  process.once('exit', cleanUp);
  // A second signal must not end the process before the folder is removed.
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    return await playOn(dataFolder, print, steps);
  } finally {
    process.off('exit', cleanUp).off('SIGINT', interrupt).off('SIGTERM', interrupt);
    cleanUp();
  }
}

async function playOn(
  dataFolder: string,
  print: (line: string) => void,
  steps: readonly DemoStep[],
): Promise<number> {
  const flags = {
    host,
    port: 0,
    'operator-port': 0,
    data: dataFolder,
    demo: 1,
    'block-ms': blockMs,
    'weight-per-minute': 0,
    'log-level': 'error',
  };
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, `${value}`]);
  const config = readConfig(args, {});
  const server = await startServer(config, createLog(config.BURSAR_LOG_LEVEL), exitAfterReplies);
  try {
    const url = `http://${host}:${server.port}`;
    const operatorUrl = `http://${host}:${server.operatorPort}`;
    print(`A fresh Bursar: wallet API ${url}, operator API ${operatorUrl}, a block every ${blockMs} ms.`);
    return await play(new DemoClient(url, operatorUrl, server.operatorToken), print, steps);
  } finally {
    await server.close();
  }
}

async function play(
  client: DemoClient,
  print: (line: string) => void,
  steps: readonly DemoStep[],
): Promise<number> {
  for (const [index, { title, play: playStep }] of steps.entries()) {
    print(`\n${index + 1}. ${title}`);
    try {
      await playStep({ client, say: (line) => print(`   ${line}`) });
    } catch (error) {
      print(`\nFailed at step ${index + 1} (${title}): ${messageOf(error)}`);
      return 1;
    }
  }
  print('\nEvery step succeeded.');
  return 0;
}

export const demoVerb: Verb = {
  summary: 'Runs the main use cases against a fresh server with temporary data and explains each step.',
  help: `usage: bursar demo

Starts a server on free ports with temporary data and a block every ${blockMs} ms, and performs over HTTP: a deposit, a
withdrawal, a sub-account transfer, a dust conversion and a dividend. Then it verifies the books. All data is removed.

Exit codes: 0 success; 1 a step failed (it prints which one and what was seen); 2 usage error.`,
  run: (args) => {
    readOptions(args, {});
    return runDemo();
  },
};
