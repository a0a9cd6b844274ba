/**
 * Random requests to the operator API, generated from its contract: every request is answered, never with an error that
 * the operation does not list and never with a 5xx, and the books balance afterwards.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionOf } from '../../src/contract/error-table.ts';
import { operatorErrors } from '../../src/contract/operator-errors.ts';
import { errorsOfOperator, type OperatorOperation } from '../../src/contract/operator-operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { storeUnderTest } from '../support/database.ts';
import { startExchange } from '../support/exchange.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';

const requestsPerOperation = storeUnderTest === 'sqlite' ? 40 : 20;

const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  'BTC',
  'ETH',
  'demo@example.com',
  '1',
  '-1',
  '0.1',
  '1e-05',
  '1e999',
  '9'.repeat(64),
  '\u0000',
  'é'.repeat(300),
  'x'.repeat(5000),
  [],
  [1],
  {},
  ['1.2.3.4/99'],
  '__proto__',
  9_007_199_254_740_993n.toString(),
  [{ network: 'ETH' }],
];
const subjects = [
  'demo@example.com',
  'BTC',
  'BTCUSDT',
  'nobody',
  '%',
  '..',
  'é',
  '1.2.3.4',
  '0'.repeat(32),
  'a\0@example.com',
];

function randomPath(random: Random, { path, query }: OperatorOperation): string {
  const filled = path.replace(/\{\w+\}/g, () => encodeURIComponent(random.pick(subjects)));
  const names = Object.keys(query.properties).filter(() => random.chance(0.3));
  const values = names.map((name) => `${name}=${encodeURIComponent(String(random.pick(oddValues)))}`);
  return `${filled.replace('/operator/v1', '')}?${values.join('&')}`;
}

function randomBody(random: Random, { method, body }: OperatorOperation): unknown {
  if (method === 'GET' || method === 'DELETE') return undefined;
  if (random.chance(0.05)) return random.pick(oddValues);
  const names = Object.keys(body.properties).filter(() => random.chance(0.75));
  return Object.fromEntries(names.map((name) => [name, random.pick(oddValues)]));
}

test('no request to the operator gets an unlisted error or a 5xx, and the books balance', async (t) => {
  announceSeed(t, 'property');
  const random = createRandom(seed);
  const exchange = await startExchange(['--demo', '1']);
  t.after(() => exchange.close());
  for (const operation of operatorOperations) {
    const listed = errorsOfOperator(operation).map((id) => definitionOf(operatorErrors, id)?.code);
    for (let count = 0; count < requestsPerOperation; count += 1) {
      const path = randomPath(random, operation);
      const body = randomBody(random, operation);
      const reply = await exchange.operator(operation.method, path, body);
      const request = `${operation.id} ${path} ${JSON.stringify(body)}`;
      assert.ok(reply.status < 500, `${request}: ${reply.status} ${reply.text}`);
      if (reply.status >= 400) assert.ok(listed.includes(reply.body.code), `${request}: ${reply.text}`);
    }
  }
  assert.equal((await exchange.operator('GET', '/integrity')).body.ok, true);
});
