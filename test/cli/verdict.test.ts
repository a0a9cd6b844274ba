/** `bursar verdict` against a real server: output in three forms, and an exit code for each verdict. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type LabWorld, openLab } from '../lab/lab-world.ts';
import { assertInvalidUsage, runBursar, startBursar } from './command-line.ts';

let lab: LabWorld;
before(async () => {
  lab = await openLab();
});
after(() => lab.exchange.close());

const verdict = (...more: readonly string[]) =>
  runBursar(
    'verdict',
    '--url',
    lab.exchange.operatorUrl,
    '--operator-token',
    lab.exchange.server.operatorToken,
    ...more,
  );

test('right, wrong and open have exit codes of their own', async () => {
  const none = await verdict();
  assert.equal(none.code, 2, none.errors);
  assert.match(none.output, /^OPEN\. No fault has hit a request/);

  await lab.fault({ on: { operation: 'withdraw' }, do: 'commit-then-504' });
  await lab.withdraw({ withdrawOrderId: 'a' });
  const open = await verdict();
  assert.equal(open.code, 2, open.errors);
  assert.match(open.output, /did-nothing/);

  await lab.withdraw({ withdrawOrderId: 'a' });
  const right = await verdict();
  assert.equal(right.code, 0, right.output);
  assert.match(right.output, /RIGHT +request \d+ +withdraw +commit-then-504 .* repeated\n/);

  await lab.withdraw({ withdrawOrderId: 'b' });
  const wrong = await verdict();
  assert.equal(wrong.code, 1, wrong.output);
  assert.match(wrong.output, /paid twice/);
  const json = await verdict('--json');
  assert.deepEqual([json.code, JSON.parse(json.output).verdict], [1, 'wrong']);
  const junit = await verdict('--junit', '--api-key', lab.alice.apiKey);
  assert.equal(junit.code, 1);
  assert.match(junit.output, /<failure type="paid-twice"/);
  const { requestNumber } = JSON.parse(json.output).incidents[0];
  assert.equal((await verdict('--after', String(requestNumber))).code, 2);
});

test('a server that does not answer, or a wrong token, is reported as no verdict', async () => {
  const gone = await runBursar('verdict', '--url', 'http://127.0.0.1:1', '--operator-token', 'x'.repeat(40));
  assert.equal(gone.code, 2);
  assert.match(gone.errors, /is the server running\?/);
  const refused = await runBursar(
    'verdict',
    '--url',
    lab.exchange.operatorUrl,
    '--operator-token',
    'x'.repeat(40),
  );
  assert.equal(refused.code, 2);
  assert.match(refused.errors, /answered 401/);
});

test('a reply that is no verdict is not taken for one', async () => {
  for (const text of [
    '<html></html>',
    '{}',
    'null',
    '{"verdict":"toString","incidents":[]}',
    '{"verdict":"right"}',
  ]) {
    const other = createServer((_request, response) => response.end(text)).listen(0, '127.0.0.1');
    try {
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}`;
      const { code, errors } = await runBursar('verdict', '--url', url, '--operator-token', 'x'.repeat(40));
      assert.equal(code, 2, `${text}: ${errors}`);
      assert.match(errors, /^bursar: .* is not a verdict; is it the operator API\?\n$/);
    } finally {
      other.close();
    }
  }
});

test('a ready file names the addresses and the token of the server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-verdict-'));
  try {
    const file = join(folder, 'ready.json');
    const ports = ['--port', '0', '--operator-port', '0'];
    const server = startBursar('start', ...ports, '--temporary', '--json', '--ready-file', file);
    await server.printed(/"dataFolder"/);
    const asked = await runBursar('verdict', '--ready-file', file);
    assert.match(asked.output, /^OPEN\. No fault has hit a request/, asked.errors);
    assert.equal(asked.code, 2);
    server.child.kill('SIGTERM');
    assert.equal((await server.finished).code, 0);
    await assertInvalidUsage(
      /ready file cannot be read \(ENOENT.*writes it when it is ready/,
      'verdict',
      '--ready-file',
      file,
    );
    writeFileSync(file, '[1');
    await assertInvalidUsage(/ready\.json is not a ready file/, 'verdict', '--ready-file', file);
    writeFileSync(file, '{"operatorUrl":"http://127.0.0.1:1"}');
    await assertInvalidUsage(/ready\.json is not a ready file/, 'verdict', '--ready-file', file);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('invalid usage', async () => {
  await assertInvalidUsage(/only one of --json and --junit/, 'verdict', '--json', '--junit');
  await assertInvalidUsage(/--after must be the number of a request/, 'verdict', '--after', 'x');
  await assertInvalidUsage(/--url/, 'verdict', '--url', 'nonsense');
});
