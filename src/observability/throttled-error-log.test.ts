import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from './log.ts';
import { ThrottledErrorLog } from './throttled-error-log.ts';

test('what fails again and again is told at once, and then once a minute with how often since', () => {
  const told: unknown[][] = [];
  let nowMs = 0;
  const log = { error: (...line: unknown[]) => void told.push(line) } as unknown as Logger;
  const troubles = new ThrottledErrorLog(log, { now: () => nowMs });
  for (; nowMs < 120_000; nowMs += 1000) troubles.tell('seals', 'no answer');
  troubles.tell('blocks', 'no answer either');
  assert.deepEqual(told, [
    [{ what: 'seals' }, 'no answer'],
    [{ what: 'seals', alsoFailed: 59 }, 'no answer'],
    [{ what: 'blocks' }, 'no answer either'],
  ]);
});
