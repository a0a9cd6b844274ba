/** The API description, the data that clients load first, and the reply style of 2019. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exchangeInfo } from '../../src/contract/api/exchange-info.ts';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { goodQueryOf } from './calls.ts';
import { ContractWorld } from './contract-world.ts';
import { sendRequest } from './wire.ts';

let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());

test('the OpenAPI document describes every served path and can only be read', async () => {
  const { status, body } = await world.send({ method: 'GET', target: '/openapi.json' });
  assert.equal(status, 200);
  assert.equal(body.openapi, '3.1.0');
  const paths = new Set(customerOperations.flatMap((operation) => operation.paths));
  assert.deepEqual(Object.keys(body.paths as object).sort(), [...paths].sort());
  const posted = await world.send({ method: 'POST', target: '/openapi.json' });
  assert.deepEqual([posted.status, posted.headers.allow], [405, 'GET, HEAD']);
});

test('exchangeInfo contains the limits and symbols that clients load first', async () => {
  for (const version of ['v1', 'v3']) {
    const reply = await world.call({
      operation: exchangeInfo,
      path: `/api/${version}/exchangeInfo`,
    });
    const { timezone, serverTime, rateLimits, symbols } = reply.body;
    assert.equal(timezone, 'UTC');
    assert.ok(Math.abs(Number(serverTime) - Date.now()) < 5000);
    const kinds = (rateLimits as { rateLimitType: string; limit: number }[]).map((each) => {
      assert.ok(Number.isSafeInteger(each.limit) && each.limit > 0);
      return each.rateLimitType;
    });
    assert.deepEqual(kinds, ['REQUEST_WEIGHT', 'ORDERS', 'ORDERS']);
    assert.deepEqual(
      (symbols as { symbol: string }[]).map(({ symbol }) => symbol),
      ['ETHBTC'],
    );
  }
});

test('an error about a wrong method names the allowed ones', async () => {
  for (const operation of customerOperations) {
    const reply = await world.call({ operation, method: 'PATCH' });
    const served = customerOperations.filter(({ paths }) => paths.includes(String(operation.paths[0])));
    const allowed = served.map(({ method }) => (method === 'GET' ? 'GET, HEAD' : method)).join(', ');
    assert.deepEqual([reply.status, reply.headers.allow], [405, allowed], operation.id);
  }
});

test('legacy200: errors of operations are HTTP 200 with two fields; rate limits, unknown paths and faults keep their status', async () => {
  await world.exchange.restart(['--error-style', 'legacy200', '--weight-per-minute', '40']);
  const { port } = world.exchange.server;
  const rejected = { operation: withdraw, query: 'asset=NOPE&address=x&amount=1' };
  const [asset, key, path, method] = await Promise.all([
    sendRequest(port, world.requestOf(rejected)),
    sendRequest(port, world.requestOf({ ...rejected, key: { apiKey: 'C'.repeat(64) } })),
    sendRequest(port, { method: 'GET', target: '/wapi/v3/nothing.html' }),
    sendRequest(port, { method: 'GET', target: '/wapi/v3/withdraw.html' }),
  ]);
  assert.deepEqual([asset.status, asset.text], [200, `{"success":false,"msg":"We don't have this asset."}`]);
  assert.deepEqual(
    [key.status, key.text],
    [200, '{"success":false,"msg":"Invalid API-key, IP, or permissions for action."}'],
  );
  assert.deepEqual([path.status, method.status], [404, 405]);
  const done = await sendRequest(port, world.requestOf({ ...rejected, query: goodQueryOf(withdraw) }));
  assert.match(done.text, /^\{"msg":"success","success":true,"id":"[0-9a-f]{32}"\}$/);

  await world.set({ systemStatus: { status: 1 } });
  assert.equal((await sendRequest(port, world.requestOf(rejected))).status, 503);
  const limited = await Promise.all(
    Array.from({ length: 90 }, () => sendRequest(port, { method: 'GET', target: '/api/v3/ping' })),
  );
  const statuses = limited.map(({ status }) => status);
  assert.ok(statuses.includes(429) && statuses.includes(418));
});
