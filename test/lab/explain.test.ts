/** The log of requests shows which text counted as signed, which check failed, and which text was signed instead. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { operationNamed } from '../operator/operation-named.ts';
import { type Exchange, sign, startExchange } from '../support/exchange.ts';
import { buildStandardWorld } from '../support/standard-world.ts';
import type { Customer } from '../support/world.ts';

let exchange: Exchange;
let alice: Customer;
let bob: Customer;

before(async () => {
  exchange = await startExchange(['--demo', '1', '--lab', '1']);
  ({ alice, bob } = await buildStandardWorld(exchange.server));
});
after(() => exchange.close());

const problemOf = createSchemaCheck(operationNamed('listLabRequests').reply);

async function explained(query: string) {
  const { status, body, text } = await exchange.operator('GET', `/lab/requests?${query}`);
  assert.equal(status, 200, text);
  assert.equal(problemOf(body), null, text);
  return body.requests;
}
const lastOf = async (apiKey: string) => (await explained(`apiKey=${apiKey}&limit=1`))[0];

const history = '/wapi/v3/withdrawHistory.html';
const headers = () => ({ 'X-MBX-APIKEY': alice.apiKey });
const apply = '/sapi/v1/capital/withdraw/apply';

/** Sends a request with this signature, of another text than the one that counts. */
async function send(query: string, signature: string, body?: string) {
  const target = `${body === undefined ? history : apply}?${query}&signature=${signature}`;
  const reply = await exchange.request(body === undefined ? 'GET' : 'POST', target, {
    headers: {
      ...headers(),
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    ...(body !== undefined && { body }),
  });
  assert.equal(reply.body.code, -1022, reply.text);
  return lastOf(alice.apiKey);
}

describe('each check is named, with the error and its sentence', () => {
  const rejections: readonly (readonly [string, string, RequestInit?])[] = [
    ['route', '/wapi/v3/nothing.html'],
    ['key', history],
    ['signature', `${history}?timestamp=${'$NOW'}&signature=00`],
    ['timestamp', `${history}?timestamp=1&signature=00`],
    ['parameters', '$SIGNED'],
  ];
  for (const [name, target] of rejections)
    test(name, async () => {
      const real =
        target === '$SIGNED'
          ? await exchange.signed(alice, 'GET', history, { limit: 'x' })
          : await exchange.request('GET', target.replace('$NOW', String(Date.now())), {
              headers: name === 'key' ? {} : headers(),
            });
      const [last] = await explained('limit=1');
      assert.equal(last.rejectedBy, name);
      assert.deepEqual(last.error, { code: real.body.code, msg: real.body.msg });
      assert.equal(last.status, real.status);
      assert.equal(last.done, 'not-done');
    });

  test('permission and the operation itself', async () => {
    const order = { asset: 'ETH', address: 'nonsense', amount: '0.5' };
    await exchange.signed(alice, 'POST', '/wapi/v3/withdraw.html', order);
    const last = await lastOf(alice.apiKey);
    assert.equal(last.rejectedBy, 'operation');
    assert.ok(last.error.code < -1000);
    assert.equal(last.operation, 'withdraw');
  });
});

describe('a rejected timestamp is compared with the clock of the server', () => {
  const cases: readonly (readonly [string, () => string, RegExp])[] = [
    [
      'behind',
      () => String(Date.now() - 600_000),
      /^timestamp was [0-9]{6,8} ms behind the clock of the server$/,
    ],
    [
      'ahead',
      () => String(Date.now() + 600_000),
      /^timestamp was [0-9]{5,6} ms ahead of the clock of the server$/,
    ],
  ];
  for (const [name, timestamp, expected] of cases)
    test(name, async () => {
      const target = `${history}?timestamp=${timestamp()}&signature=00`;
      const reply = await exchange.request('GET', target, { headers: headers() });
      assert.equal(reply.body.code, -1021, reply.text);
      assert.match((await lastOf(alice.apiKey)).hint, expected);
    });

  test('in microseconds, and none without a number', async () => {
    const get = (timestamp: string) =>
      exchange.request('GET', `/sapi/v1/capital/withdraw/history?timestamp=${timestamp}&signature=00`, {
        headers: headers(),
      });
    await get(`${Date.now() - 600_000}000`);
    assert.match((await lastOf(alice.apiKey)).hint, /^timestamp was [0-9]{6,8} ms behind/);
    await get('soon');
    const last = await lastOf(alice.apiKey);
    assert.deepEqual([last.rejectedBy, last.hint], ['timestamp', null]);
  });
});

test('a request that succeeded shows its parameters without the signature', async () => {
  await exchange.signed(alice, 'GET', history, 'asset=ETH&withdrawOrderId=a%20b');
  const last = await lastOf(alice.apiKey);
  assert.deepEqual(
    [last.rejectedBy, last.error, last.hint, last.done, last.ending],
    [null, null, null, 'done', 'normal'],
  );
  assert.deepEqual(last.parameters.slice(0, 2), [
    { in: 'query', name: 'asset', value: 'ETH' },
    { in: 'query', name: 'withdrawOrderId', value: 'a%20b' },
  ]);
  assert.ok(!last.parameters.some(({ name }: { name: string }) => name === 'signature'));
  assert.equal(last.account, alice.email);
});

test('the signed texts are exact: HMAC of each is a signature that the server takes', async () => {
  const pairs = `withdrawOrderId=${encodeURIComponent('a b+c/ü')}&asset=ETH&timestamp=${Date.now()}`;
  const { signedTexts } = await send(pairs.replace('%20', '+'), '00');
  assert.deepEqual(
    signedTexts.map(({ form }: { form: string }) => form),
    ['raw', 'plus-as-percent-20', 'decoded', 'encoded'],
  );
  for (const { form, text, encoding } of signedTexts) {
    const signature = sign(alice.secretKey, Buffer.from(text, encoding));
    const target = `${history}?${pairs.replace('%20', '+')}&signature=${signature}`;
    const reply = await exchange.request('GET', target, { headers: headers() });
    assert.equal(reply.status, 200, `${form}: ${reply.text}`);
  }
});

describe('a hint names the text that was signed instead, if the signature proves it', () => {
  const now = () => `timestamp=${Date.now()}`;
  const hex = (text: string, secret = alice.secretKey) => sign(secret, text);
  const cases: readonly (readonly [string, RegExp, () => Promise<{ hint: string | null }>])[] = [
    [
      'sorted parameters',
      /another order .* sorted by name/,
      () => {
        const time = now();
        return send(`${time}&asset=ETH`, hex(`asset=ETH&${time}`));
      },
    ],
    [
      'any other order',
      /another order/,
      () => {
        const time = now();
        return send(`asset=ETH&${time}&status=6&offset=0`, hex(`status=6&asset=ETH&offset=0&${time}`));
      },
    ],
    [
      'recvWindow before timestamp, not sent',
      /^recvWindow=5000 was signed, but it was not sent$/,
      () => {
        const time = now();
        return send(`asset=ETH&${time}`, hex(`asset=ETH&recvWindow=5000&${time}`));
      },
    ],
    [
      'recvWindow at the end, not sent',
      /^recvWindow=60000 was signed, but it was not sent$/,
      () => {
        const time = now();
        return send(`asset=ETH&${time}`, hex(`asset=ETH&${time}&recvWindow=60000`));
      },
    ],
    [
      'only the body',
      /only the body/,
      () => {
        const body = 'coin=ETH&amount=1&address=x';
        return send(now(), hex(body), body);
      },
    ],
    [
      'an ampersand between query and body',
      /with & between them/,
      () => {
        const [time, body] = [now(), 'coin=ETH&amount=1&address=x'];
        return send(time, hex(`${time}&${body}`), body);
      },
    ],
    [
      'another encoding',
      /another encoding/,
      () => {
        const time = now();
        return send(`withdrawOrderId=a%2Fb!&${time}`, hex(`withdrawOrderId=a%2Fb%21&${time}`));
      },
    ],
    [
      'before the timestamp was added',
      /before timestamp was added/,
      () => send(`asset=ETH&${now()}`, hex('asset=ETH')),
    ],
    [
      'the path too',
      /the path was signed/,
      () => {
        const query = `asset=ETH&${now()}`;
        return send(query, hex(`${history}?${query}`));
      },
    ],
    [
      'base64',
      /in base64/,
      () => {
        const query = `asset=ETH&${now()}`;
        const digest = createHmac('sha256', alice.secretKey).update(query).digest('base64');
        return send(query, encodeURIComponent(digest));
      },
    ],
    [
      'the API key as the secret',
      /with the API key instead of its secret/,
      () => {
        const query = `asset=ETH&${now()}`;
        return send(query, hex(query, alice.apiKey));
      },
    ],
    [
      'the key of another account',
      /secret of another key/,
      async () => {
        await exchange.signed(bob, 'GET', history);
        const query = `asset=ETH&${now()}`;
        return send(query, hex(query, bob.secretKey));
      },
    ],
  ];
  for (const [name, expected, run] of cases)
    test(name, async () => {
      assert.match(String((await run()).hint), expected);
    });

  test('without proof there is no hint', async () => {
    assert.equal((await send(`asset=ETH&${now()}`, '0'.repeat(64))).hint, null);
    assert.equal((await send(`asset=ETH&${now()}`, hex('something else'))).hint, null);
  });
});

test('a secret that a client sends by mistake is shown nowhere', async () => {
  const query = `secretKey=${alice.secretKey}&timestamp=${Date.now()}`;
  await send(query, '00');
  const { text } = await exchange.operator('GET', '/lab/requests?limit=1000');
  assert.ok(!text.includes(alice.secretKey));
  assert.ok(!text.includes(bob.secretKey));
});

describe('a secret that a client sends by mistake is hidden', () => {
  const secret = () => alice.secretKey;
  const json = () => JSON.stringify({ apiKey: alice.apiKey, secretKey: secret() });
  const ways: readonly (readonly [name: string, query: () => string, body?: () => string])[] = [
    ['under a percent-encoded name', () => `%73ecret%4bey=${secret()}`],
    ['with an equals sign', () => `secretKey=a=${secret()}`],
    ['as a second signature', () => `signature=${secret()}`],
    ['under another spelling of signature', () => `Signature=${secret()}`],
    ['at the beginning of a form', () => 'coin=ETH', () => `apiSecret=${secret()}`],
    ['in JSON', () => 'coin=ETH', json],
    ['in JSON as a value', () => `body=${encodeURIComponent(json())}`],
  ];
  for (const [name, query, body] of ways)
    test(name, async () => {
      const target = `${body === undefined ? history : apply}?${query()}&timestamp=${Date.now()}&signature=00`;
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      await exchange.request(body === undefined ? 'GET' : 'POST', target, {
        headers: { ...headers(), ...(body && form) },
        ...(body && { body: body() }),
      });
      const shown = JSON.stringify(await lastOf(alice.apiKey));
      assert.match(shown, /[*]{3}/);
      assert.ok(!shown.includes(secret()), shown.replaceAll(secret(), 'SECRET'));
    });
});

test('requests from outside cannot break it', async () => {
  const seed = Date.now() % 2 ** 31;
  const texts = [
    '%',
    '%ff',
    '%00',
    '&&==',
    '\u0001',
    '"<>&\'',
    '%ED%A0%80',
    '='.repeat(50),
    'a'.repeat(3000),
  ];
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  for (let round = 0; round < 60; round += 1) {
    const piece = () => texts[random(texts.length)] ?? '';
    const query = `${piece()}&asset=${piece()}&${piece()}=1&timestamp=${Date.now()}&signature=${piece()}`;
    const target = `${history}?${encodeURI(query).replaceAll('%25', '%')}`;
    await exchange.request('GET', target, { headers: headers() });
  }
  const { status, body, text } = await exchange.operator('GET', '/lab/requests?limit=1000');
  assert.equal(status, 200, `seed ${seed}: ${text}`);
  assert.ok(body.requests.length >= 60, `seed ${seed}`);
});

test('the limit and unknown parameters are checked', async () => {
  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'key=1'])
    assert.equal((await exchange.operator('GET', `/lab/requests?${query}`)).status, 400, query);
});
