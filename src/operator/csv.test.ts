import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLines } from './csv.ts';

test('a text begins with an apostrophe if a spreadsheet could take it for a formula, and a number does not', () => {
  const lineOf = (text: string) => csvLines(['text'], [{ text }]);
  for (const start of ['=', '+', '-', '@', '\t', '\r', '\n'])
    assert.match(lineOf(`${start}SUM(A1)`), /^"?'/, JSON.stringify(start));
  assert.equal(lineOf('-1.5'), '-1.5\r\n');
  assert.equal(lineOf('a=b'), 'a=b\r\n');
});
