/** Errors that say what a client must change: unknown paths, invalid bodies, texts and lengths. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { sign } from '../support/exchange.ts';
import { assertRejected, ContractWorld, insideAddress } from './contract-world.ts';

const destination = `asset=ETH&address=${insideAddress}`;

const outOfScope =
  'trading, margin, futures, loans and the like are out of scope: only the wallet API is served';

let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());

test('an error about an unknown path says so and names the path that was probably meant', async () => {
  const hints = {
    '/wapi/v1/withdraw': 'use POST /wapi/v3/withdraw.html',
    '/fapi/v1/exchangeInfo/': 'use GET /fapi/v1/exchangeInfo',
    '/fapi/v2/account': outOfScope,
    '/papi/v1/um/order': outOfScope,
    '/fapix': undefined,
    '/operator/v1/accounts': "it belongs to the operator's API, which has its own port",
    [`/${'x'.repeat(3000)}`]: undefined,
  };
  for (const [path, hint] of Object.entries(hints)) {
    const { status, body } = await world.send({ method: 'GET', target: `${path}?timestamp=1` });
    assert.deepEqual([status, body.code], [404, -1099]);
    const named = path.length > 100 ? `${path.slice(0, 100)}…` : path;
    const rest = hint === undefined ? '.' : `; ${hint}.`;
    assert.equal(body.msg, `The path '${named}' is not served here${rest}`);
  }
});

test('under /sapi the reply to an unknown path has the shape that the exchange sends', async () => {
  const hints = {
    '/sapi/v1/asset/dust.html': 'use POST /sapi/v1/asset/dust',
    '/sapi/v1/margin/transfer': outOfScope,
    '/sapi/v2/margin/allPairs': 'use GET /sapi/v1/margin/allPairs',
    '/sapi/v1/userDataStream/isolated': outOfScope,
    '/sapi/v1/soft-staking/list': outOfScope,
    '/sapi/v2/loan/flexible/borrow': outOfScope,
    '/sapi/v1/sub-account/futures/transfer': outOfScope,
    '/sapi/v1/marginal': undefined,
    '/sapi/': undefined,
    '/sapi': undefined,
  };
  for (const [path, hint] of Object.entries(hints)) {
    const { status, text, headers } = await world.send({ method: 'GET', target: `${path}?timestamp=1` });
    const { timestamp, ...body } = JSON.parse(text) as { timestamp: number };
    const message = `The path '${path}' is not served here${hint === undefined ? '.' : `; ${hint}.`}`;
    assert.deepEqual([status, body], [404, { status: 404, error: 'Not Found', message, path }]);
    assert.ok(Number.isInteger(timestamp));
    assert.match(String(headers['x-mbx-used-weight-1m']), /^[0-9]+$/, 'it counts in the shared pool');
  }
});

test('limits count code points, as JSON Schema does', async () => {
  const ask = (name: string) =>
    world.call({
      operation: withdraw,
      query: `${destination}&amount=0.1&name=${encodeURIComponent(name)}`,
    });
  for (const name of ['😀'.repeat(120), '😀'.repeat(200), '𠮷'.repeat(200), 'e\u0301'.repeat(100)]) {
    const reply = await ask(name);
    assert.equal(reply.status, 200, reply.text);
  }
  const stored = await world.exchange.server.reads.latest('withdrawals', { limit: 1, offset: 0 });
  assert.equal(stored[0]?.name, 'e\u0301'.repeat(100));
  for (const name of ['😀'.repeat(201), 'x'.repeat(201), 'e\u0301'.repeat(101)])
    assertRejected(await ask(name), 'parameter-overflow', { parameter: 'name' });
});

test('text that is not valid Unicode is rejected by name, and nothing is written', async () => {
  const stored = await world.digest();
  // Surrogates encoded as UTF-8, alone and in pairs; bytes that never occur in UTF-8; an overlong form.
  for (const bytes of ['%ED%A0%80', 'a%ED%BF%BFz', '%ED%A0%BD%ED%B8%80', '%FE', '%C0%AF', '%F4%90%80%80'])
    for (const place of ['query', 'body'] as const) {
      const pairs = `${destination}&amount=0.1&name=${bytes}`;
      assertRejected(
        await world.call({ operation: withdraw, [place]: pairs }),
        'parameter-illegal-characters',
        { parameter: 'name', legalRange: 'percent-encoded UTF-8 without control characters' },
      );
    }
  assert.equal(await world.digest(), stored);
});

test('a value that is cut in two between query and body is rejected, although its signature is that of the whole', async () => {
  const stored = await world.digest();
  const cuts: readonly (readonly [timing: string, body: string])[] = [
    [`timestamp=${Date.now()}`, '0'],
    [`timestamp=${Date.now()}`, '0&name=x'],
    [`timestamp=${Date.now()}&name=a`, '=b'],
    [`timestamp=${Date.now()}&name`, '=b'],
    [`timestamp=${Date.now()}&name`, 'd=b'],
  ];
  for (const [timing, body] of cuts) {
    const query = `${destination}&amount=0.1`;
    // The signature comes last in the query of other calls; here it is first.
    const signature = sign(world.master.secretKey, `${query}&${timing}${body}`);
    const reply = await world.send({
      method: 'POST',
      target: `${withdraw.paths[0]}?signature=${signature}&${query}&${timing}`,
      headers: {
        'x-mbx-apikey': world.master.apiKey,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body,
    });
    assertRejected(reply, 'parameter-invalid', {
      reason: 'the query must end and the body must begin with name=value',
    });
  }
  assert.equal(await world.digest(), stored);
});

test('the error about a JSON body says that a form is required, whatever else is missing', async () => {
  const post = (body: string, type: string | undefined, signature?: string) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    const { apiKey } = world.master;
    const target =
      signature === undefined ? withdraw.paths[0] : `${withdraw.paths[0]}?timestamp=1${signature}`;
    return world.send({
      method: 'POST',
      target: target as string,
      body,
      headers: { 'x-mbx-apikey': apiKey, ...headers },
    });
  };
  const json = JSON.stringify({ asset: 'ETH', amount: '1', timestamp: Date.now() });
  for (const body of ['{}', '[]', json, `\n ${json}`])
    for (const signature of [undefined, '', `&signature=${'0'.repeat(64)}`]) {
      for (const type of ['application/json', 'application/json; charset=utf-8', 'text/json', 'text/plain'])
        assertRejected(await post(body, type, signature), 'parameter-invalid', {
          parameter: 'Content-Type',
          reason: 'a body must be application/x-www-form-urlencoded',
        });
      for (const type of ['application/x-www-form-urlencoded', undefined])
        assertRejected(await post(body, type, signature), 'parameter-invalid', {
          reason: 'the body is JSON; it must be a form (application/x-www-form-urlencoded)',
        });
    }
});
