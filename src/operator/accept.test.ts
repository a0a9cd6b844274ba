import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prefers } from './accept.ts';

test('a media type is preferred by weight, by its most specific range, and in any case of letters', () => {
  for (const [accept, isPreferred] of [
    ['text/csv', true],
    ['TEXT/CSV', true],
    ['text/csv; header=present', true],
    ['text/*', true],
    ['application/json;q=0.5, text/csv', true],
    ['application/json; Q=0.5 ,text/csv ; q=0.501', true],
    ['text/csv, application/json', false],
    ['text/csv, */*;q=0.1', true],
    ['text/*;q=0.9, text/csv;q=0.1, application/json;q=0.5', false],
    ['text/csv;q=0', false],
    ['text/csv;q=0.000', false],
    ['text/csv;q=0.1, application/json', false],
    ['text/csv;q=2', false],
    ['text/csv;q=', false],
    ['text/csvx', false],
    ['*/*', false],
    ['text/html, */*;q=0.8', false],
    [';;,=q', false],
    ['', false],
    [undefined, false],
  ] as const)
    assert.equal(prefers(accept, 'text/csv', 'application/json'), isPreferred, String(accept));
});
