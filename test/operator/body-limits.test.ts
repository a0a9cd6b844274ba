/** Every operation of the operator API has a limit for its body, and a longer body is refused before it is parsed. */
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { injectedOperator, signedInHeaders } from './injected-operator.ts';
import { ask, assertRejected, done, openCustomer } from './operator-client.ts';

const kib = 1024;
const headers = { 'content-type': 'application/json' };
const inject = injectedOperator({});

for (const { id, method, path, maxBodyBytes, permission } of operatorOperations) {
  if (method === 'GET') continue;
  test(`a body of ${id} has at most ${maxBodyBytes} bytes`, async () => {
    const credentials = permission === 'session' ? signedInHeaders : {};
    const url = path.replace(/\{\w+\}/g, '1');
    const request = { method, url, headers: { ...headers, ...credentials } };
    const longest = await inject({ ...request, payload: '{}'.padEnd(maxBodyBytes) });
    assert.notEqual(longest.statusCode, 413, 'the longest body is accepted');
    // The body is not JSON: parsing it would return 400.
    const tooLong = '{'.padEnd(maxBodyBytes + 1);
    for (const payload of [tooLong, Readable.from([tooLong.slice(0, 9), tooLong.slice(9)])]) {
      const reply = await inject({ ...request, payload });
      assert.equal(reply.statusCode, 413);
      const { code, msg } = reply.json();
      const text = `The request was rejected: the body is longer than ${maxBodyBytes} bytes.`;
      assert.deepEqual([code, msg], [-9400, text]);
    }
  });
}

test('only a batch of order events, a scenario and an imported world may be longer than 64 KiB', () => {
  const large = operatorOperations.filter(({ maxBodyBytes }) => maxBodyBytes > 64 * kib);
  assert.deepEqual(
    large.map(({ id, maxBodyBytes }) => [id, maxBodyBytes]),
    [
      ['importLabWorld', 96 * kib * kib],
      ['createLabWorld', 4 * kib * kib],
      ['recordOrderEvents', 4 * kib * kib],
    ],
  );
});

describe('a server', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange();
    await openCustomer(exchange, 'many@x.com');
    await done(exchange, 'PUT', '/assets/BTC', { networks: [{ network: 'BTC' }] });
    const symbol = { baseAsset: 'ETH', quoteAsset: 'BTC', maker: '0.001', taker: '0.001' };
    await done(exchange, 'PUT', '/symbols/ETHBTC', symbol);
  });
  after(() => exchange.close());

  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`field${index}`, 1]));
  const event = {
    email: 'many@x.com',
    symbol: 'ETHBTC',
    timeInForce: 'GTC',
    submitted: '1',
    filled: '.5',
    outcome: 'CANCELED',
  };
  const post = (path: string, body: object) => ask(exchange, 'POST', `/operator/v1${path}`, body);

  test('300,000 unknown fields are refused by the length of the body', async () => {
    assertRejected(await post('/accounts', fields(300_000)), 413, -9400, /65536 bytes/);
    assertRejected(await post('/order-events', fields(300_000)), 413, -9400, /4194304 bytes/);
  });

  test('the largest batch of order events is recorded; a wrong one is refused by its first error', async () => {
    const events = Array.from({ length: 10_000 }, () => event);
    const recorded = await post('/order-events', { events });
    assert.deepEqual([recorded.status, recorded.body], [200, { recorded: 10_000 }]);
    const more = await post('/order-events', { events: [...events, event] });
    assertRejected(more, 400, -9400, /^body\.events: must not have more than 10000 items$/);
    const wrong = await post('/order-events', { events: events.map((each) => ({ ...each, ...fields(20) })) });
    assertRejected(wrong, 400, -9400, /^body\.events\[0\]\.field0: is not a field of this operation$/);
  });
});
