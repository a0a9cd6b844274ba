import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runDemo } from '../../src/cli/demo.ts';
import { watchStatuses } from '../../src/cli/demo-client.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { keepTrading } from '../../src/demo/demo-trading.ts';
import { startExchange } from '../support/exchange.ts';

test('the demo plays deposit, withdrawal, transfer, dust, dividend and integrity, and leaves nothing', async () => {
  const own = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = own;
  const lines: string[] = [];
  const code = await runDemo((line) => lines.push(line));
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  const text = lines.join('\n');
  assert.equal(code, 0, text);
  assert.deepEqual(
    [...text.matchAll(/status (\d)/g)].map(([, status]) => status),
    ['0', '6', '1', '4', '6'],
  );
  assert.match(text, /in transaction 0x[0-9a-f]{64}.*dust log.*Every step succeeded\.$/s);
  assert.deepEqual(readdirSync(own), []);
  rmSync(own, { recursive: true });
});

test('a demo with a failing step exits with code 1 and reports the step and the result', async () => {
  const lines: string[] = [];
  const states = [4, 5];
  const step = {
    title: 'A withdrawal that fails',
    play: () =>
      watchStatuses(
        async () => states.shift(),
        [4, 6],
        () => {},
      ),
  };
  assert.equal(await runDemo((line) => lines.push(line), [step]), 1);
  assert.match(lines.at(-1) ?? '', /step 1 \(A withdrawal that fails\).*4 → 6; seen: 4 → 5$/);
});

test('the demo master trades again once its orders are old, and not before', async () => {
  const exchange = await startExchange(['--demo', '1']);
  try {
    const { commands, chainService, reads } = exchange.server;
    const parts = {
      clock: systemClock,
      commands,
      chainService,
      reads,
      encryptSecret: (secret: string) => secret,
    };
    const count = async () => (await reads.rows('order_events', {})).length;
    const seeded = await count();
    await keepTrading(parts, 0);
    assert.equal(await count(), seeded);
    await keepTrading(parts, Date.now() + 60_000);
    assert.equal(await count(), 2 * seeded);
  } finally {
    await exchange.close();
  }
});
