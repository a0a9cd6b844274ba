/** The routes of the operator API: which requests reach an operation, and the order of the checks before it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { ReadPace } from '../../src/operator/lists/read-pace.ts';
import { injectedOperator } from './injected-operator.ts';

const accounts = '/operator/v1/accounts';
/** Every read finds nothing. */
const noRows = new Proxy({}, { get: () => async () => [] });
const idle = { waitingCommands: () => 0, submittedCommands: () => 0 };
const inject = injectedOperator({
  reads: noRows,
  limitedReads: noRows,
  readPace: new ReadPace(systemClock.monotonic, idle),
  wrongTokens: { delayRejection: async () => true },
});

type Request = Parameters<typeof inject>[0];

async function statusOf(request: Request): Promise<number> {
  return (await inject(request)).statusCode;
}

describe('routing', () => {
  test('paths are compared as sent: only the values of placeholders are decoded', async () => {
    assert.equal(await statusOf({ url: accounts }), 200);
    for (const url of [
      '/operator/v1/%61ccounts',
      '/operator/v1//accounts',
      `${accounts}%3Flimit=1`,
      '/operator/v1/Accounts',
      `${accounts};limit=1`,
    ])
      assert.equal(await statusOf({ url }), 404, url);
    for (const url of [`${accounts}//balances`, `${accounts}/`, '/operator/v1/assets/'])
      assert.equal(await statusOf({ url }), 404, url);
  });

  test('a value has at most the length of a URL, and its schema says what is wrong with it', async () => {
    const long = 'x'.repeat(4000);
    const { statusCode, body } = await inject({ url: `${accounts}/${long}/balances` });
    assert.equal(statusCode, 400);
    assert.match(JSON.parse(body).msg, /^path\.email: must not have more than 254 characters/);
  });

  test('every other method of a path is answered 405 with the allowed ones', async () => {
    const paths = new Map<string, string[]>();
    for (const { path, method } of operatorOperations)
      paths.set(path, [...(paths.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
    for (const [path, methods] of paths) {
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
        if (methods.includes(method)) continue;
        const url = path.replace(/\{\w+\}/g, 'x');
        const reply = await inject({ method: method as 'GET', url });
        assert.equal(reply.statusCode, 405, `${method} ${url}`);
        assert.deepEqual(String(reply.headers.allow).split(', ').sort(), [...methods].sort(), url);
      }
    }
  });
});

describe('the order of the checks', () => {
  const json = { 'content-type': 'application/json' };
  const broken = { payload: '{"email":', headers: json };

  test('the token comes before the path, the method and the body', async () => {
    const headers = { authorization: 'Bearer wrong' };
    for (const request of [
      { url: '/operator/v1/nothing' },
      { url: accounts, method: 'DELETE' },
      { url: accounts, method: 'POST', payload: broken.payload, headers: { ...json, ...headers } },
      { url: accounts, method: 'POST', payload: 'x'.repeat(5_000_000) },
      { url: `${accounts}?unknown=1` },
    ] as const)
      assert.equal(await statusOf({ headers, ...request }), 401, request.url);
  });

  test('the path and the method come before the headers and the body', async () => {
    const headers = { ...json, 'x-operator': '\u00e9' };
    assert.equal(await statusOf({ url: '/nothing', method: 'POST', payload: '{', headers }), 404);
    assert.equal(await statusOf({ url: '/operator/v1/bans', method: 'POST', payload: '{', headers }), 405);
    const large = 'x'.repeat(5_000_000);
    assert.equal(await statusOf({ url: '/nothing', method: 'POST', payload: large }), 404);
  });

  test('a body that is too long or not JSON is rejected before the schemas see the request', async () => {
    const reply = await inject({ url: `${accounts}/nobody/credit`, method: 'POST', ...broken });
    assert.equal(reply.statusCode, 400);
    assert.match(reply.json().msg, /^body: is not valid JSON/);
  });

  test('a rejection of a body does not close the connection, on which other requests may wait', async () => {
    for (const payload of ['{"email":', 'x'.repeat(5_000_000)]) {
      const { headers } = await inject({ url: accounts, method: 'POST', payload, headers: json });
      assert.notEqual(headers.connection, 'close');
    }
  });
});
