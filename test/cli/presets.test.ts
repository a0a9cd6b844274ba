/** `bursar presets`: what can be chosen without the documentation at hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { presets } from '../../src/lab/presets.ts';
import { assertInvalidUsage, runBursar } from './command-line.ts';

test('every preset is listed with the requests that it applies to and its consequence', async () => {
  const { code, output, errors } = await runBursar('presets');
  assert.equal(code, 0, errors);
  assert.match(output, /^commit-then-504 {2}\(requests: all that change something\)\n {2}The work is done, /);
  for (const { name, consequence } of presets) {
    assert.ok(output.includes(`${name}  (requests: `), name);
    assert.ok(output.includes(consequence), name);
  }
});

test('--json prints the presets as they are', async () => {
  const { code, output } = await runBursar('presets', '--json');
  assert.deepEqual([code, JSON.parse(output)], [0, presets]);
});

test('invalid usage', () => assertInvalidUsage(/--jsno/, 'presets', '--jsno'));
