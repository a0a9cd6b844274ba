/** The entries of the log have the time of the world. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBursar } from '../cli/command-line.ts';

test('the log follows a world that is moved', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  const ports = ['--port', '0', '--operator-port', '0'];
  const place = ['--data', folder, '--ready-file', join(folder, 'ready')];
  const bursar = startBursar('start', '--json', '--demo', '1', '--log-format', 'json', ...ports, ...place);
  try {
    const [line] = await bursar.printed(/\{.*\}\n/);
    const { operatorUrl, operatorTokenFile } = JSON.parse(line);
    const headers = {
      authorization: `Bearer ${readFileSync(operatorTokenFile, 'utf8').trim()}`,
      'content-type': 'application/json',
    };
    const post = async (action: string, body: object) => {
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${operatorUrl}/operator/v1/lab/clock/${action}`, init)).json();
    };
    await post('freeze', {});
    const { now } = (await post('advance', { by: '3650d' })) as { readonly now: number };
    bursar.child.kill('SIGTERM');
    const { errors } = await bursar.finished;
    const entries = errors
      .trim()
      .split('\n')
      .map((entry) => JSON.parse(entry));
    assert.ok(entries[0].time < now, errors);
    assert.deepEqual([entries.at(-1).msg, entries.at(-1).time], ['stopped', now]);
  } finally {
    bursar.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
