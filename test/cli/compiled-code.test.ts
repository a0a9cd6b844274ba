/** The compiled code that a server leaves for the next start. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { startBursarWith } from './command-line.ts';

test('a server writes its compiled code while it runs, so that a kill does not lose it', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-compiled-'));
  const { child, finished } = startBursarWith(
    { NODE_COMPILE_CACHE: folder },
    ...['start', '--temporary', '--port', '0', '--operator-port', '0', '--log-level', 'error'],
  );
  const count = async () => readdirSync(folder, { recursive: true }).length;
  await eventually(count, (files) => files > 100, 90_000);
  child.kill('SIGKILL');
  assert.equal((await finished).code, null);
  rmSync(folder, { recursive: true });
});
