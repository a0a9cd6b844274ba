/** The operations of the lab in the operator API: replies, authorisation, and what a rule may be. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { operationNamed } from '../operator/operation-named.ts';
import { ask, assertRejected } from '../operator/operator-client.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';

const base = '/operator/v1';
const rule = { on: { operation: 'withdraw' }, do: 'commit-then-504' };

/** Ordered so that each can succeed. */
const calls: readonly (readonly [id: string, path: string, body?: object])[] = [
  ['createLabFault', '/lab/faults', rule],
  ['listLabFaults', '/lab/faults'],
  ['getLabFault', '/lab/faults/f_1'],
  ['listLabFirings', '/lab/firings'],
  ['listLabPresets', '/lab/presets'],
  ['deleteLabFault', '/lab/faults/f_1'],
  ['deleteLabFaults', '/lab/faults'],
];

describe('the operations of the lab', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange(['--demo', '1']);
  });
  after(() => exchange.close());

  test('the table contains every operation', () => {
    const declared = operatorOperations.filter(({ path }) => path.startsWith(`${base}/lab/faults`));
    const names = new Set(calls.map(([name]) => name));
    for (const { id } of declared) assert.ok(names.has(id), id);
  });

  for (const [id, path, body] of calls) {
    const { method, status, reply: schema } = operationNamed(id);
    test(`${method} ${path} answers according to its contract, and only with the token`, async () => {
      const rejected = await ask(exchange, method, `${base}${path}`, body, { authorization: '' });
      assertRejected(rejected, 401, -9401);
      const reply = await ask(exchange, method, `${base}${path}`, body);
      assert.equal(reply.status, status, reply.text);
      assert.equal(createSchemaCheck(schema)(reply.body), null, reply.text);
    });
  }

  test('a rule that does not exist is answered 404', async () => {
    for (const method of ['GET', 'DELETE'])
      assertRejected(
        await ask(exchange, method, `${base}/lab/faults/f_99`),
        404,
        -9404,
        /rule f_99 of the lab/,
      );
  });
});
