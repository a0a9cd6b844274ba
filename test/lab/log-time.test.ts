/** The entries of the log have the time of the world that they are about. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startBursar } from '../cli/command-line.ts';

test('the log follows each world that is moved', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  const ports = ['--port', '0', '--operator-port', '0'];
  const place = ['--data', folder, '--ready-file', join(folder, 'ready')];
  const bursar = startBursar('start', '--json', '--demo', '1', '--log-format', 'json', ...ports, ...place);
  try {
    const [line] = await bursar.printed(/\{.*\}\n/);
    const { url, operatorUrl, operatorTokenFile } = JSON.parse(line);
    const headers = {
      authorization: `Bearer ${readFileSync(operatorTokenFile, 'utf8').trim()}`,
      'content-type': 'application/json',
    };
    const post = async (path: string, body: object) => {
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`${operatorUrl}${path}`, init)).json();
    };
    const advance = async (prefix: string, by: string) => {
      const clock = `${prefix}/operator/v1/lab/clock`;
      await post(`${clock}/freeze`, {});
      return ((await post(`${clock}/advance`, { by })) as { readonly now: number }).now;
    };
    const now = await advance('', '3650d');
    await post('/operator/v1/lab/worlds', { name: 'other' });
    const nowOfOther = await advance('/w/other', '7300d');
    const fault = { headers: { 'bursar-fault': '504-then-nothing' } };
    assert.equal((await fetch(`${url}/w/other/sapi/v1/system/status`, fault)).status, 504);
    bursar.child.kill('SIGTERM');
    const { errors } = await bursar.finished;
    const entries = errors
      .trim()
      .split('\n')
      .map((entry) => JSON.parse(entry));
    assert.ok(entries[0].time < now, errors);
    const ofOther = entries.filter(({ world }) => world === 'other');
    assert.deepEqual(
      ofOther.map(({ msg, time }) => [msg, time]),
      [['the lab has broken a request', nowOfOther]],
    );
    assert.deepEqual([entries.at(-1).msg, entries.at(-1).time], ['stopped', now]);
  } finally {
    bursar.child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
