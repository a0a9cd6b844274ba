import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { AttemptLog } from './attempt-log.ts';

test('the first failed attempt is logged at once, further ones together every ten seconds', () => {
  const clock = new ManualClock();
  const lines: unknown[] = [];
  const warn = (fields: unknown) => void lines.push(fields);
  const log = new AttemptLog({ warn }, clock.monotonic, 'wrong operator token');
  for (const ip of ['10.0.0.1', '10.0.0.2', '10.0.0.3']) log.record({ ip });
  assert.deepEqual(lines, [{ ip: '10.0.0.1', attempts: 1 }]);
  clock.advance(10_000);
  assert.deepEqual(lines.slice(1), [{ ip: '10.0.0.3', attempts: 2 }]);
  clock.advance(10_000);
  assert.equal(lines.length, 2);
  log.record({ ip: '10.0.0.4' });
  assert.deepEqual(lines.slice(2), [{ ip: '10.0.0.4', attempts: 1 }]);
});
