import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../contract/operation.ts';
import { capitalWithdrawApply } from '../contract/sapi/capital/withdraw-apply.ts';
import { capitalWithdrawHistory } from '../contract/sapi/capital/withdraw-history.ts';
import type { ApiKey } from '../customer/key-ring.ts';
import { RequestContext } from '../customer/request-context.ts';
import { readRequestValues } from '../customer/request-values.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { type Answer, LoggedRequest } from './logged-request.ts';

const key = { apiKey: 'k', account: { id: 7, email: 'a@b.c' } } as unknown as ApiKey;
const catalogWith = (network: string) =>
  ({
    assets: new Map([['ETH', { networks: [{ network }] }]]),
    networks: new Map([[network, { network, addressFormat: 'opaque', tag: null }]]),
  }) as unknown as Catalog;

/** A request that has passed all checks. */
function arrived(operation: Operation, target: string, body = '') {
  const clock = { world: { now: () => 5000 }, wire: { now: () => 9000 } };
  const raw = { method: operation.method, target, headers: {}, rawHeaders: [], body, ip: '127.0.0.1' };
  const route = { operation, dialect: operation.dialect, allowedMethods: [operation.method] };
  const context = new RequestContext(raw, clock as never, () => route);
  context.key = key;
  const read = readRequestValues(context);
  assert.ok('values' in read);
  context.values = read.values;
  return context;
}

const answer: Answer = { lastNumber: 3, atMs: 9001, result: '{"id":"w1"}', status: 200 };
const withdrawal = '/sapi/v1/capital/withdraw/apply?coin=ETH&amount=1.50&address=home&signature=00';

test('a payment is computed on demand, with the default network at the time of the request', () => {
  const context = arrived(capitalWithdrawApply, withdrawal);
  const request = new LoggedRequest(1, context);
  let catalog = catalogWith('ETH');
  request.noteAnswer(context, answer, () => catalog, new Map());
  catalog = catalogWith('BSC');
  const { payment } = request;
  assert.deepEqual([payment?.accountId, payment?.network, payment?.amount], [7, 'ETH', '1.5']);
  assert.equal(request.payment, payment);
  const named = Object.fromEntries(JSON.parse(request.content?.parameters ?? ''));
  assert.deepEqual([named.address, named.coin], ['home', 'ETH']);
  assert.equal(request.lookup, null);
});

test('a request that was rejected before its parameters were read has neither payment nor content', () => {
  const context = arrived(capitalWithdrawApply, withdrawal);
  context.rejectedBy = 'signature';
  const request = new LoggedRequest(1, context);
  request.noteAnswer(context, answer, () => catalogWith('ETH'), new Map());
  assert.deepEqual([request.payment, request.content, request.lookup], [null, null, null]);
});

test('a look-up keeps which withdrawals hit by faults it has shown, and counts them in its size', () => {
  const target = '/sapi/v1/capital/withdraw/history?limit=2&signature=00';
  const context = arrived(capitalWithdrawHistory, target);
  const request = new LoggedRequest(2, context);
  const result = JSON.stringify([{ id: 'w1' }, { id: 'w2' }]);
  request.noteAnswer(context, { ...answer, result }, () => catalogWith('ETH'), new Map([['w2', 1]]));
  assert.deepEqual([request.lookup?.shown, request.lookup?.isFull], [['w2'], true]);
  // The question mark is in none of the three.
  assert.equal(request.characters, target.length - 1 + 8);
  assert.deepEqual(request.sent, { query: 'limit=2&signature=00', body: '' });
});
