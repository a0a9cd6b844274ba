import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LoggedRequest } from './logged-request.ts';
import { RequestLog } from './request-log.ts';

const request = (number: number, more: object = {}) =>
  ({ number, characters: 1, firing: null, withdrawalId: null, ...more }) as unknown as LoggedRequest;
const numbersOf = (log: RequestLog) => log.all().map(({ number }) => number);

test('the newest requests are kept, in the order of arrival', () => {
  const log = new RequestLog({ maxRequests: 3, maxCharacters: 1000 });
  for (const number of [1, 3, 2, 5, 4]) log.add(request(number));
  assert.deepEqual(numbersOf(log), [2, 4, 5]);
  for (let number = 6; number <= 10_000; number += 1) log.add(request(number));
  assert.deepEqual(numbersOf(log), [9998, 9999, 10_000]);
  assert.equal(log.size, 3);
});

test('long requests displace more of the older ones, and the newest is always kept', () => {
  const log = new RequestLog({ maxRequests: 100, maxCharacters: 100 });
  for (let number = 1; number <= 4; number += 1) log.add(request(number, { characters: 41 }));
  assert.deepEqual(numbersOf(log), [3, 4]);
  log.add(request(5, { characters: 501 }));
  assert.deepEqual(numbersOf(log), [5]);
});

test('the log counts the dropped requests with a firing', () => {
  const log = new RequestLog({ maxRequests: 2, maxCharacters: 1000 });
  for (let number = 1; number <= 5; number += 1) log.add(request(number, { firing: number % 2 ? {} : null }));
  const counts = [log.droppedFirings(), log.droppedFirings({ after: 2 }), log.droppedFirings({ after: 3 })];
  assert.deepEqual(counts, [2, 2, 0]);
});

test('the log counts the dropped requests with a firing for each API key', () => {
  const log = new RequestLog({ maxRequests: 1, maxCharacters: 1000 });
  for (const [index, apiKey] of ['one', 'one', 'other', 'one'].entries())
    log.add(request(index + 1, { firing: {}, key: { apiKey } }));
  const countOf = (apiKey: string, after?: number) => log.droppedFirings({ apiKey, after });
  assert.deepEqual([countOf('one'), countOf('one', 2), countOf('other'), countOf('nobody')], [2, 0, 1, 0]);
});

test('long requests leave room for more of the short ones that follow', () => {
  const log = new RequestLog({ maxRequests: 4, maxCharacters: 100 });
  for (let number = 1; number <= 9; number += 1)
    log.add(request(number, { characters: number === 3 ? 99 : 30 }));
  assert.deepEqual(numbersOf(log), [7, 8, 9]);
  for (let number = 10; number <= 20; number += 1) log.add(request(number, { characters: 1 }));
  assert.deepEqual(numbersOf(log), [17, 18, 19, 20]);
});

test('the log knows the withdrawals of its requests with a firing', () => {
  const log = new RequestLog({ maxRequests: 2, maxCharacters: 1000 });
  const hit = () => [...log.hitWithdrawals.keys()];
  for (const [index, withdrawalId] of ['w1', 'w1', 'w2'].entries())
    log.add(request(index + 1, { firing: {}, withdrawalId }));
  log.add(request(4, { withdrawalId: 'w3' }));
  assert.deepEqual(hit(), ['w2']);
});
