/** The operator's listener handles requests of all operations alike. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { ask, assertRejected, done, openCustomer } from './operator-client.ts';

const accounts = '/operator/v1/accounts';

describe("the operator's listener", () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());

  const send = (body: string, contentType: string) =>
    ask(exchange, 'POST', accounts, body, { 'content-type': contentType });

  test('the API description is public, and everything else requires the token', async () => {
    const authorization = '';
    const document = await ask(exchange, 'GET', '/openapi.json', undefined, { authorization });
    assert.equal(document.status, 200);
    assert.equal(document.body.openapi, '3.1.0');
    assert.ok('/operator/v1/accounts/{email}' in document.body.paths);
    for (const path of ['/', '/operator/v1/nothing', accounts]) {
      assertRejected(await ask(exchange, 'GET', path, undefined, { authorization }), 401, -9401);
    }
  });

  test('wrong tokens are rejected with growing delays and counted; the right one is served meanwhile', async () => {
    const wrong = () =>
      ask(exchange, 'GET', accounts, undefined, { authorization: 'Bearer guessed-guessed-guessed' });
    const counted = async () => {
      const figures = await (await fetch(`${exchange.operatorUrl}/metrics`)).text();
      return Number(/^bursar_operator_wrong_tokens_total (\d+)$/m.exec(figures)?.[1]);
    };
    const before = await counted();
    const begunMs = performance.now();
    for (let attempt = 0; attempt < 9; attempt += 1) assertRejected(await wrong(), 401, -9401);
    const [slow, right] = await Promise.all([wrong(), ask(exchange, 'GET', accounts)]);
    assertRejected(slow, 401, -9401);
    assert.equal(right.status, 200);
    // 10 + 20 + … + 640 ms; timers may fire slightly early.
    assert.ok(performance.now() - begunMs > 1200, 'they were delayed');
    const missing = await ask(exchange, 'GET', accounts, undefined, { authorization: '' });
    assertRejected(missing, 401, -9401);
    assert.equal((await counted()) - before, 10);
  });

  test('the word Bearer is case-insensitive', async () => {
    const authorization = `bearer  ${exchange.server.operatorToken}`;
    assert.equal((await ask(exchange, 'GET', accounts, undefined, { authorization })).status, 200);
  });

  test('an unknown path answers 404, a wrong method 405 with the allowed ones', async () => {
    for (const path of [
      '/',
      '/operator/v1',
      '/operator/v1/account',
      `${accounts}/`,
      `${accounts}//balances`,
    ]) {
      assertRejected(await ask(exchange, 'GET', path), 404, -1099);
    }
    for (const method of ['DELETE', 'QUERY']) {
      const reply = await ask(exchange, method, accounts);
      assertRejected(reply, 405, -1020);
      assert.equal(reply.headers.get('allow'), 'GET, HEAD, POST');
    }
  });

  test("the customers' listener does not serve the operator API, nor the reverse", async () => {
    assert.equal((await exchange.request('GET', accounts)).status, 404);
    assertRejected(await ask(exchange, 'GET', '/wapi/v3/systemStatus.html'), 404, -1099);
  });

  test('a body must be JSON in UTF-8 with this content type; errors name the problem', async () => {
    const body = '{"email":"json@x.com"}';
    assertRejected(
      await send(body, 'text/plain'),
      400,
      -9400,
      /^body: .*application\/json, not 'text\/plain'/,
    );
    assertRejected(
      await send('email=json@x.com', 'application/x-www-form-urlencoded'),
      400,
      -9400,
      /^body: /,
    );
    assertRejected(await send('{"email":', 'application/json'), 400, -9400, /^body: is not valid JSON/);
    assertRejected(await send('[1]', 'application/json'), 400, -9400, /^body: must be an object/);
    assertRejected(await send('null', 'application/json'), 400, -9400, /^body: must be an object/);
    assertRejected(
      await send('{"email":"a@b","__proto__":{}}', 'application/json'),
      400,
      -9400,
      /^body\.__proto__/,
    );
    assert.equal((await send(body, 'application/json; charset=utf-8')).status, 201);
    const broken = await fetch(`${exchange.operatorUrl}${accounts}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${exchange.server.operatorToken}`,
        'content-type': 'application/json',
      },
      body: Buffer.from('{"email":"\xff@x.com"}', 'latin1'),
    });
    const { code } = (await broken.json()) as { code: number };
    assert.deepEqual([broken.status, code], [400, -9400]);
  });

  test('a missing body counts as an empty one', async () => {
    assertRejected(await ask(exchange, 'POST', accounts), 400, -9400, /^body\.email: is required$/);
  });

  test('an unknown query parameter is rejected with its name and the known ones', async () => {
    for (const [path, named] of [
      [`${accounts}?mail=a@x.com`, /^query\.mail: is not a parameter of this operation; it has .*email/],
      ['/operator/v1/withdrawals?asset=NOPE', /^query\.asset: /],
      ['/operator/v1/deposits?unatributed=true', /^query\.unatributed: .*unattributed/],
      ['/operator/v1/audit?topic=ETH', /^query\.topic: /],
      ['/operator/v1/settings?constructor=1', /^query\.constructor: .*it has no query parameters/],
      [`${accounts}?%zz=1`, /^query: a parameter name is not percent-encoded UTF-8/],
    ] as const) {
      const reply = await ask(exchange, 'GET', path);
      assertRejected(reply, 400, -9400);
      assert.match(reply.body.msg, named);
    }
  });

  test('query parameters are parsed by type; invalid ones are rejected by name', async () => {
    const get = (query: string) => ask(exchange, 'GET', `${accounts}?${query}`);
    assert.equal((await get('limit=1000')).status, 200);
    assertRejected(await get('limit=1001'), 400, -9400, /^query\.limit: must be <= 1000$/);
    assertRejected(await get('limit=ten'), 400, -9400, /^query\.limit: must be an integer$/);
    assertRejected(await get('limit='), 400, -9400, /^query\.limit: must be an integer$/);
    assertRejected(await get('limit=1.0'), 400, -9400, /^query\.limit: must be an integer$/);
    assertRejected(await get('limit=1&limit=2'), 400, -9400, /^query\.limit: must not be repeated$/);
    assertRejected(await get('offset=-1'), 400, -9400, /^query\.offset: must be >= 0$/);
    assertRejected(
      await ask(exchange, 'GET', '/operator/v1/withdrawals?status=7'),
      400,
      -9400,
      /^query\.status/,
    );
  });

  test('body values are not converted: a number in quotes is not a number', async () => {
    const reply = await exchange.operator('POST', '/chain/blocks', { network: 'ETH', count: '1' });
    assertRejected(reply, 400, -9400, /^body\.count: must be an integer$/);
  });

  test('values in a path are percent-decoded; invalid ones are rejected by name', async () => {
    await done(exchange, 'POST', '/accounts', { email: 'a/b%@x.com' });
    const path = `/accounts/${encodeURIComponent('a/b%@x.com')}/balances`;
    assert.equal((await done(exchange, 'GET', path)).email, 'a/b%@x.com');
    assertRejected(
      await exchange.operator('GET', '/accounts/%zz@x.com/balances'),
      400,
      -9400,
      /^path\.email: /,
    );
    assertRejected(await exchange.operator('GET', '/accounts/nobody/balances'), 400, -9400, /^path\.email: /);
    assertRejected(
      await exchange.operator('GET', '/accounts/no@x.com/balances'),
      404,
      -9404,
      /account no@x\.com/,
    );
  });

  test('text with U+0000, which PostgreSQL cannot store, is rejected everywhere', async () => {
    const rule = (field: string) => new RegExp(`^${field}: must not contain the character U\\+0000$`);
    const put = (body: object) => exchange.operator('PUT', '/system-status', body);
    assertRejected(await put({ status: 0, reason: 'a\0' }), 400, -9400, rule('body.reason'));
    assertRejected(await put({ status: 0, msg: '\0' }), 400, -9400, rule('body.msg'));
    const get = (path: string) => exchange.operator('GET', path);
    assertRejected(await get('/accounts/a%00@x.com/balances'), 400, -9400, rule('path.email'));
    assertRejected(await get('/accounts?email=a%00@x.com'), 400, -9400, rule('query.email'));
  });

  test('lone surrogates and invalid UTF-8 are rejected everywhere, naming the field', async () => {
    const audit = async () => (await done(exchange, 'GET', '/audit?limit=1')).entries[0]?.id;
    const last = await audit();
    const rule = (field: string) => new RegExp(`^${field}: must be valid Unicode, without lone surrogates$`);
    for (const wrong of ['\\ud800', 'a\\udfffz', '\\ude00\\ud83d', 'x\\uD83D']) {
      const post = (path: string, body: string) => ask(exchange, 'POST', `/operator/v1${path}`, body);
      const account = `{"email":"r12@x.com","mobile":"${wrong}"}`;
      assertRejected(await post('/accounts', account), 400, -9400, rule('body.mobile'));
      const named = `{"email":"${wrong}@x.com"}`;
      assertRejected(await post('/accounts', named), 400, -9400, rule('body.email'));
      const status = `{"status":0,"msg":"fine","reason":"${wrong}"}`;
      const put = await ask(exchange, 'PUT', '/operator/v1/system-status', status);
      assertRejected(put, 400, -9400, rule('body.reason'));
      const listed = `{"ipAllowList":["${wrong}"]}`;
      assertRejected(
        await post('/accounts/r12@x.com/api-keys', listed),
        400,
        -9400,
        /^body\.ipAllowList\[0\]/,
      );
    }
    for (const bytes of ['%ED%A0%80', '%ff', '%C3', '%zz', '%']) {
      const query = await exchange.operator('GET', `/accounts?email=${bytes}@x.com`);
      assertRejected(query, 400, -9400, /^query\.email: is not percent-encoded UTF-8$/);
      const path = await exchange.operator('DELETE', `/bans/${bytes}`);
      assertRejected(path, 400, -9400, /^path\.ip: is not percent-encoded UTF-8$/);
    }
    assert.equal(await audit(), last, 'nothing was done');
    const pair = '{"email":"pair@x.com","mobile":"\\ud83d\\ude00"}';
    assert.equal((await ask(exchange, 'POST', accounts, pair)).status, 201);
    const [account] = (await done(exchange, 'GET', '/accounts?email=pair@x.com')).accounts;
    assert.equal(account.mobile, '😀');
  });

  test('limits count code points, as JSON Schema does', async () => {
    const post = (email: string, mobile: string) => exchange.operator('POST', '/accounts', { email, mobile });
    assert.equal((await post('forty@x.com', '😀'.repeat(40))).status, 201);
    assertRejected(await post('more@x.com', '😀'.repeat(41)), 400, -9400, /^body\.mobile: /);
    assertRejected(await post('more@x.com', 'e\u0301'.repeat(21)), 400, -9400, /^body\.mobile: /);
  });

  test('an error about an unknown path says so and names the other API if the path belongs to it', async () => {
    const other = /'\/wapi\/v3\/withdraw\.html' is not served here; it belongs to the customers' API/;
    assertRejected(await ask(exchange, 'GET', '/wapi/v3/withdraw.html'), 404, -1099, other);
    const none = /^The path '\/operator\/v1\/nothing' is not served here\.$/;
    assertRejected(await ask(exchange, 'GET', '/operator/v1/nothing'), 404, -1099, none);
  });

  test('with the bootstrap token, x-operator names the actor (default: none), and no name can corrupt the audit trail', async () => {
    const lastActor = async () => (await done(exchange, 'GET', '/audit?limit=1')).entries[0].actor;
    const act = (name: string) =>
      ask(exchange, 'PUT', '/operator/v1/system-status', { status: 0, msg: name }, { 'x-operator': name });
    assert.equal((await act('Olga P.')).status, 200);
    assert.equal(await lastActor(), 'bootstrap:Olga P.');
    assertRejected(await act('x'.repeat(65)), 400, -9400, /^x-operator: /);
    assertRejected(await act('\xe9'), 400, -9400, /^x-operator: /);
    assert.equal((await act('x'.repeat(64))).status, 200);
    await done(exchange, 'PUT', '/system-status', { status: 0 });
    assert.equal(await lastActor(), 'bootstrap');
  });

  test('changes by an operator survive a restart, and the token stays the same', async () => {
    const token = exchange.server.operatorToken;
    const customer = await openCustomer(exchange, 'kept@x.com');
    await exchange.restart();
    assert.equal(exchange.server.operatorToken, token);
    const { apiKeys } = await done(exchange, 'GET', '/accounts/kept@x.com/api-keys');
    assert.equal(apiKeys[0].apiKey, customer.apiKey);
  });
});
