import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoggedRequest, RequestLog } from './request-log.ts';

const request = (number: number, more: object = {}) =>
  ({ number, path: '/', sent: { query: '', body: '' }, firing: null, ...more }) as unknown as LoggedRequest;
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
  for (let number = 1; number <= 4; number += 1)
    log.add(request(number, { sent: { query: 'q'.repeat(20), body: 'b'.repeat(20) } }));
  assert.deepEqual(numbersOf(log), [3, 4]);
  log.add(request(5, { sent: { query: 'q'.repeat(500), body: '' } }));
  assert.deepEqual(numbersOf(log), [5]);
});

test('it counts the requests with a firing that it no longer has', () => {
  const log = new RequestLog({ maxRequests: 2, maxCharacters: 1000 });
  for (let number = 1; number <= 5; number += 1) log.add(request(number, { firing: number % 2 ? {} : null }));
  const counts = [log.droppedFirings(), log.droppedFirings({ after: 2 }), log.droppedFirings({ after: 3 })];
  assert.deepEqual(counts, [2, 2, 0]);
});

test('it counts them for each API key', () => {
  const log = new RequestLog({ maxRequests: 1, maxCharacters: 1000 });
  for (const [index, apiKey] of ['one', 'one', 'other', 'one'].entries())
    log.add(request(index + 1, { firing: {}, key: { apiKey } }));
  const countOf = (apiKey: string, after?: number) => log.droppedFirings({ apiKey, after });
  assert.deepEqual([countOf('one'), countOf('one', 2), countOf('other'), countOf('nobody')], [2, 0, 1, 0]);
});

test('what look-ups have shown counts as their length', () => {
  const log = new RequestLog({ maxRequests: 100, maxCharacters: 100 });
  for (let number = 1; number <= 4; number += 1)
    log.add(request(number, { lookup: { shown: ['w1', 'w2', 'w3', 'w4', 'w5'] } }));
  assert.deepEqual(numbersOf(log), [3, 4]);
});

test('it knows the withdrawals of the requests with a firing that it has', () => {
  const log = new RequestLog({ maxRequests: 2, maxCharacters: 1000 });
  const hit = () => [...log.hitWithdrawals.keys()];
  for (const [index, withdrawalId] of ['w1', 'w1', 'w2'].entries())
    log.add(request(index + 1, { firing: {}, withdrawalId }));
  log.add(request(4, { withdrawalId: 'w3' }));
  assert.deepEqual(hit(), ['w2']);
});
