import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Logger } from './log.ts';
import { ThrottledErrorLog } from './throttled-error-log.ts';

test('a repeated error is logged at once, and then once a minute with the number of errors since', () => {
  const lines: unknown[][] = [];
  let nowMs = 0;
  const log = { error: (...line: unknown[]) => void lines.push(line) } as Logger;
  const errorLog = new ThrottledErrorLog(log, { now: () => nowMs });
  for (; nowMs < 120_000; nowMs += 1000) errorLog.log('seals', 'no answer');
  errorLog.log('blocks', 'no answer either');
  assert.deepEqual(lines, [
    [{ what: 'seals' }, 'no answer'],
    [{ what: 'seals', alsoFailed: 59 }, 'no answer'],
    [{ what: 'blocks' }, 'no answer either'],
  ]);
});
