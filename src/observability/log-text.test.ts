import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReadable } from './log.ts';
import { textOfEntry } from './log-text.ts';

const time = Date.UTC(2026, 10, 25, 21, 30, 12, 345);
const lineOf = (entry: object) => textOfEntry(JSON.stringify({ level: 30, time, ...entry }));

test('an entry is a readable line with time, level, message and fields', () => {
  assert.equal(
    lineOf({ port: 8080, what: 'two words', empty: '', deep: { a: [1] }, msg: 'listening' }),
    '2026-11-25 21:30:12.345Z INFO  listening port=8080 what="two words" empty="" deep={"a":[1]}\n',
  );
  assert.equal(lineOf({ level: 50 }), '2026-11-25 21:30:12.345Z ERROR \n');
});

test('an error shows its stack on lines of its own', () => {
  const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at x (y.ts:1:1)' };
  assert.equal(
    lineOf({ level: 60, err, msg: 'a bug' }),
    '2026-11-25 21:30:12.345Z FATAL a bug\n    Error: no\n        at x (y.ts:1:1)\n',
  );
});

test('control characters in logged values start no line and do not control the terminal', () => {
  const text = lineOf({ ip: '1\n2026-11-25 FATAL forged', msg: '\u001b[31mred\r\nnext' });
  assert.equal(
    text,
    '2026-11-25 21:30:12.345Z INFO  \\x1b[31mred\\x0d\n    next ip="1\\n2026-11-25 FATAL forged"\n',
  );
});

test('without a format the log is readable in a terminal and JSON elsewhere', () => {
  assert.deepEqual([isReadable('auto', true), isReadable('auto', false)], [true, false]);
  assert.deepEqual([isReadable('json', true), isReadable('text', false)], [false, true]);
});
