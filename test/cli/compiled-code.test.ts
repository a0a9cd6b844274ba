/** The compiled code that a server leaves for the next start, by what Node says about its compile cache. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBursarWith } from './command-line.ts';

const threads = ['cli/serve.ts', 'engine/engine-thread.ts'];

test('a server that is killed leaves the compiled code of its threads to the next start', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-compiled-'));
  await runUntil(folder, (file) => new RegExp(`writing cache for ESM \\S+/${file} .*\\.\\.\\.success`));
  await runUntil(folder, (file) => new RegExp(`code cache for ESM \\S+/${file} was accepted`));
  rmSync(folder, { recursive: true });
});

/** Starts a server and kills it as soon as Node has said about each thread what is expected. */
async function runUntil(folder: string, says: (file: string) => RegExp): Promise<void> {
  const { child, finished } = startBursarWith(
    { NODE_COMPILE_CACHE: folder, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' },
    ...['start', '--temporary', '--port', '0', '--operator-port', '0', '--log-level', 'error'],
  );
  let said = '';
  child.stderr.on('data', (text: string) => {
    said += text;
  });
  while (!threads.every((file) => says(file).test(said))) {
    await Promise.race([once(child.stderr, 'data'), finished]);
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${said.slice(-2000)}`);
  }
  child.kill('SIGKILL');
  await finished;
}
