/** The methods of the WebSocket API over real sockets: sessions, subscriptions, signatures and rejections. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { after, before, suite, test } from 'node:test';
import { WebSocket } from 'ws';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { type Frame, type Signer, StreamClient, signParams, signText } from '../support/stream-client.ts';
import { type Customer, createKey, credit, done, openCustomer } from '../support/world.ts';
import { operator } from '../support/world-plan.ts';

const email = 'streamed@example.com';
const subscribeSigned = 'userDataStream.subscribe.signature';
const rejected = { code: -2015, msg: 'Invalid API-key, IP, or permissions for action.' };

let exchange: Exchange;
let customer: Customer;
let other: Customer;
let ed25519: Signer;
let rsa: Signer;

before(async () => {
  exchange = await startExchange();
  const network = await exchange.operator('PUT', '/networks/ETH', { addressFormat: 'evm' });
  assert.ok(network.status < 300, network.text);
  const asset = await exchange.operator('PUT', '/assets/ETH', { networks: [{ network: 'ETH' }] });
  assert.ok(asset.status < 300, asset.text);
  customer = await openCustomer(exchange.server, email);
  other = await openCustomer(exchange.server, 'other@example.com');
  ed25519 = await register(generateKeyPairSync('ed25519'));
  rsa = await register(generateKeyPairSync('rsa', { modulusLength: 2048 }));
});
after(() => exchange.close());

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

async function register({ publicKey, privateKey }: Pair, owner = email): Promise<Signer> {
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  const reply = await exchange.operator('POST', `/accounts/${owner}/api-keys`, { publicKey: pem });
  assert.equal(reply.status, 201, reply.text);
  return { apiKey: reply.body.apiKey, privateKey };
}

async function withClient(work: (client: StreamClient) => Promise<void>, query = ''): Promise<void> {
  const client = await StreamClient.open(exchange, { query });
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

function assertError(reply: Frame, status: number, code: number, msg?: string | RegExp): void {
  assert.deepEqual([reply.status, reply.error?.code], [status, code], JSON.stringify(reply));
  if (typeof msg === 'string') assert.equal(reply.error.msg, msg);
  else if (msg !== undefined) assert.match(reply.error.msg, msg);
}

suite('without a key', () => {
  test('ping and time are answered, also with v3/ before the method', () =>
    withClient(async (client) => {
      const ping = await client.request('ping');
      assert.deepEqual(
        { ...ping, rateLimits: undefined },
        { id: ping.id, status: 200, result: {}, rateLimits: undefined },
      );
      const { result } = await client.request('v3/time', {});
      assert.ok(Math.abs(result.serverTime - Date.now()) < 60_000);
    }));

  test('an id is returned as it was sent', () =>
    withClient(async ({ socket }) => {
      for (const id of ['"a b"', '7', '12345678901234567890', 'null', '1.50']) {
        const text = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
        socket.send(`{"id":${id},"method":"ping"}`);
        assert.ok(String(await text).startsWith(`{"id":${id},"status":200`), String(await text));
      }
    }));

  test('the status of a session without logon has no key, and unsubscribing needs none', () =>
    withClient(async (client) => {
      const { result } = await client.request('session.status');
      const { connectedSince, serverTime, ...rest } = result;
      assert.ok(connectedSince <= serverTime);
      const nobody = { apiKey: null, authorizedSince: null };
      assert.deepEqual(rest, { ...nobody, returnRateLimits: true, userDataStream: false });
      assert.deepEqual((await client.request('session.subscriptions')).result, []);
      assert.deepEqual((await client.request('userDataStream.unsubscribe')).result, {});
    }));

  test('the used weight is shown, unless the request or the URL says otherwise', async () => {
    await withClient(async (client) => {
      const { rateLimits } = await client.request('ping');
      const [{ count, ...limit }] = rateLimits;
      const minute = { interval: 'MINUTE', intervalNum: 1 };
      assert.deepEqual(limit, { rateLimitType: 'REQUEST_WEIGHT', ...minute, limit: 2 ** 31 - 1 });
      assert.ok(count >= 3);
      assert.ok(!('rateLimits' in (await client.request('ping', { returnRateLimits: false }))));
    });
    await withClient(async (client) => {
      assert.ok(!('rateLimits' in (await client.request('ping'))));
      assert.ok('rateLimits' in (await client.request('ping', { returnRateLimits: true })));
    }, '?returnRateLimits=false');
  });

  test('another timeUnit in the URL is refused before the upgrade', async () => {
    for (const unit of ['SECOND', 'micro', '%FF', 'MICROSECOND&timeUnit=MICROSECOND']) {
      const socket = new WebSocket(`${exchange.url.replace('http', 'ws')}/ws-api/v3?timeUnit=${unit}`);
      socket.on('error', () => {});
      const opened = once(socket, 'open').then(() => assert.fail(`${unit} is accepted`));
      const [, response] = await Promise.race([once(socket, 'unexpected-response'), opened]);
      const body = JSON.parse(Buffer.concat(await response.toArray()).toString());
      const msg = 'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.';
      assert.deepEqual([response.statusCode, body], [400, { success: false, code: -1194, msg }], unit);
    }
  });

  test('with timeUnit=MICROSECOND in the URL, times are in microseconds', () =>
    withClient(async (client) => {
      assert.ok((await client.request('time')).result.serverTime > 1e15);
    }, '?timeUnit=microsecond'));
});

suite('rejected messages', () => {
  const messages: readonly (readonly [title: string, text: string, code: number, msg: RegExp])[] = [
    ['no JSON', 'hello', -1135, /not valid JSON/],
    ['cut off', '{"id":1,"method":"ping"', -1135, /not valid JSON/],
    ['an empty message', '', -1135, /not valid JSON/],
    ['a batch', '[{"id":1,"method":"ping"}]', -1135, /must be an object/],
    ['a number', '7', -1135, /must be an object/],
    ['an object as id', '{"id":{},"method":"ping"}', -1135, /id must be/],
    ['no method', '{"id":null}', -1135, /method must be/],
    ['a list as params', '{"id":null,"method":"ping","params":[1]}', -1135, /params must be/],
    ['a nested parameter', '{"id":null,"method":"ping","params":{"a":{}}}', -1135, /params must be/],
    ['a parameter without value', '{"id":null,"method":"ping","params":{"a":null}}', -1135, /params must be/],
    ['an unknown method', '{"id":null,"method":"order.place"}', -1020, /'order.place'/],
    ['a name of every object', '{"id":null,"method":"toString"}', -1020, /'toString'/],
  ];
  for (const [title, text, code, msg] of messages)
    test(`${title}: ${code}`, () =>
      withClient(async (client) => {
        client.socket.send(text);
        const [reply] = await client.received(1);
        assert.equal(reply.id, null);
        assertError(reply, 400, code, msg);
        assert.equal((await client.request('ping')).status, 200);
      }));

  test('a binary message ends the connection', () =>
    withClient(async (client) => {
      client.socket.send(Buffer.from('{"id":1,"method":"ping"}'));
      assert.deepEqual(await client.closed(), { code: 1003, reason: 'only text messages are accepted' });
    }));

  test('a message that is too long ends the connection', () =>
    withClient(async (client) => {
      client.socket.send(JSON.stringify({ id: 'x'.repeat(20_000), method: 'ping' }));
      assert.equal((await client.closed()).code, 1009);
    }));
});

suite('signatures', () => {
  for (const type of ['hmac', 'rsa', 'ed25519'] as const)
    test(`a key of type ${type} subscribes`, () =>
      withClient(async (client) => {
        const signer = { hmac: customer, rsa, ed25519 }[type];
        const reply = await client.signed(signer, subscribeSigned, { recvWindow: 10_000 });
        assert.deepEqual(reply.result, { subscriptionId: 0 }, JSON.stringify(reply));
      }));

  test('numbers are signed as they are written, and may be texts', () =>
    withClient(async (client) => {
      for (const [recvWindow, timestamp] of [
        ['6000.500', `${Date.now()}`],
        ['"6000.346"', `"${Date.now()}123"`],
      ] as const) {
        const plain = (text: string) => text.replaceAll('"', '');
        const signed = `apiKey=${customer.apiKey}&recvWindow=${plain(recvWindow)}&timestamp=${plain(timestamp)}`;
        const signature = signText(customer, signed);
        const params = `{"timestamp":${timestamp},"apiKey":"${customer.apiKey}","signature":"${signature}","recvWindow":${recvWindow}}`;
        client.socket.send(`{"id":1,"method":"${subscribeSigned}","params":${params}}`);
        const reply = await client.reply(1);
        assert.equal(reply.status, 200, JSON.stringify(reply));
        await client.request('userDataStream.unsubscribe');
      }
    }));

  const good = () => signParams(customer) as Record<string, unknown>;
  const changed = (change: Record<string, unknown>) => {
    const { signature: _, ...all } = good();
    const params = { ...all, ...change } as Record<string, string>;
    const text = Object.keys(params)
      .sort()
      .map((name) => `${name}=${params[name]}`)
      .join('&');
    return { ...params, signature: signText(customer, text) };
  };
  const wrong: readonly (readonly [title: string, () => object, number, number, (string | RegExp)?])[] = [
    ['no apiKey', () => ({}), 400, -1102, /'apiKey'/],
    ['an empty apiKey', () => ({ ...good(), apiKey: '' }), 400, -1105, /'apiKey'/],
    ['a malformed apiKey', () => ({ ...good(), apiKey: 'x' }), 401, -2014, 'API-key format invalid.'],
    ['an unknown apiKey', () => ({ ...good(), apiKey: 'u'.repeat(64) }), 401, -2015, rejected.msg],
    ['no timestamp', () => ({ ...good(), timestamp: undefined }), 400, -1102, /'timestamp'/],
    ['no signature', () => ({ ...good(), signature: undefined }), 400, -1102, /'signature'/],
    ['a wrong signature', () => ({ ...good(), signature: 'a'.repeat(64) }), 400, -1022],
    ['a parameter that is not signed', () => ({ ...good(), more: 1 }), 400, -1022],
    [
      'an old timestamp',
      () => changed({ timestamp: Date.now() - 6000 }),
      400,
      -1021,
      /outside of the recvWindow/,
    ],
    ['a timestamp in the future', () => changed({ timestamp: Date.now() + 60_000 }), 400, -1021, /ahead/],
    ['a timestamp that is no number', () => changed({ timestamp: 'now' }), 400, -1100, /'timestamp'/],
    ['a long recvWindow', () => changed({ recvWindow: 60_001 }), 400, -1131],
  ];
  for (const [title, params, status, code, msg] of wrong)
    for (const method of [subscribeSigned, 'session.logon'])
      test(`${method} with ${title}: ${code}`, () =>
        withClient(async (client) => assertError(await client.request(method, params()), status, code, msg)));

  test('the IP list and the permissions of the key count', async () => {
    const elsewhere = await createKey(exchange.server, email, { ipAllowList: ['192.0.2.1'] });
    const withdrawing = await createKey(exchange.server, email, { permissions: ['withdrawals'] });
    await withClient(async (client) => {
      assertError(await client.signed(elsewhere, subscribeSigned), 401, -2015, rejected.msg);
      assertError(await client.signed(withdrawing, subscribeSigned), 400, -1002);
    });
  });

  test('during maintenance a subscription is rejected, and ping is answered', async () => {
    const set = (status: 0 | 1) =>
      done(
        exchange.server.commands.submit('putSettings', { operator, settings: { systemStatus: { status } } }),
      );
    await set(1);
    try {
      await withClient(async (client) => {
        assertError(await client.signed(customer, subscribeSigned), 503, -1016);
        assert.equal((await client.request('ping')).status, 200);
      });
    } finally {
      await set(0);
    }
  });
});

suite('sessions', () => {
  test('only an Ed25519 key logs on', () =>
    withClient(async (client) => {
      assertError(
        await client.signed(customer, 'session.logon'),
        400,
        -4056,
        'HMAC_SHA256 API key is not supported.',
      );
      assertError(await client.signed(rsa, 'session.logon'), 400, -4056, 'RSA API key is not supported.');
      assertError(await client.request('userDataStream.subscribe'), 401, -1002, /session.logon/);
    }));

  test('logon, subscription, status, logout: the subscription of the session ends with it', () =>
    withClient(async (client) => {
      const { result } = await client.signed(ed25519, 'session.logon');
      assert.equal(result.apiKey, ed25519.apiKey);
      assert.ok(result.connectedSince <= result.authorizedSince && result.userDataStream === false);
      assert.deepEqual((await client.request('userDataStream.subscribe', {})).result, { subscriptionId: 0 });
      assert.equal((await client.request('session.status')).result.userDataStream, true);
      await client.signed(other, subscribeSigned);
      const listed = await client.request('session.subscriptions');
      assert.deepEqual(listed.result, [{ subscriptionId: 0 }, { subscriptionId: 1 }]);
      const status = (await client.request('session.logout')).result;
      assert.deepEqual([status.apiKey, status.authorizedSince, status.userDataStream], [null, null, false]);
      const [terminated] = await client.received(1);
      assert.equal(terminated.subscriptionId, 0);
      assert.deepEqual(Object.keys(terminated.event), ['e', 'E']);
      assert.equal(terminated.event.e, 'eventStreamTerminated');
      assert.deepEqual((await client.request('session.subscriptions')).result, [{ subscriptionId: 1 }]);
    }));

  test('a further logon changes the key, and keeps the subscriptions; a rejected one changes nothing', () =>
    withClient(async (client) => {
      const second = await register(generateKeyPairSync('ed25519'), other.email);
      await client.signed(ed25519, 'session.logon');
      await client.request('userDataStream.subscribe');
      const { result } = await client.signed(second, 'session.logon');
      assert.deepEqual([result.apiKey, result.userDataStream], [second.apiKey, true]);
      assert.deepEqual((await client.request('userDataStream.subscribe')).result, { subscriptionId: 1 });
      const wrong = { ...signParams(ed25519), signature: 'AAAA' };
      assertError(await client.request('session.logon', wrong), 400, -1022);
      assertError(await client.signed(customer, 'session.logon'), 400, -4056);
      assert.equal((await client.request('session.status')).result.apiKey, second.apiKey);
      await credit(exchange.server, email, 'ETH 1');
      await credit(exchange.server, other.email, 'ETH 2');
      const updates = (await client.received(4)).filter(({ event }) => event.e === 'balanceUpdate');
      assert.deepEqual(
        updates.map(({ subscriptionId, event }) => [subscriptionId, Number(event.d)]),
        [
          [0, 1],
          [1, 2],
        ],
      );
      await client.request('session.logout');
      assert.deepEqual((await client.request('session.subscriptions')).result, []);
    }));

  test('a connection subscribes and unsubscribes any number of times, with a new id each time', () =>
    withClient(async (client) => {
      for (let id = 0; id < 300; id += 1) {
        assert.deepEqual((await client.signed(customer, subscribeSigned)).result, { subscriptionId: id });
        assert.equal((await client.request('userDataStream.unsubscribe')).status, 200);
      }
      const ended = await client.received(300);
      assert.deepEqual(
        ended.map(({ subscriptionId, event }) => `${subscriptionId} ${event.e}`),
        Array.from({ length: 300 }, (_, id) => `${id} eventStreamTerminated`),
      );
    }));

  test('an account has one subscription on a connection: -2035; unsubscribing again: -2036', () =>
    withClient(async (client) => {
      await client.signed(customer, subscribeSigned);
      assertError(
        await client.signed(rsa, subscribeSigned),
        400,
        -2035,
        'User Data Stream subscription already active.',
      );
      const end = (subscriptionId: number) =>
        client.request('userDataStream.unsubscribe', { subscriptionId });
      assert.deepEqual((await end(0)).result, {});
      assert.equal((await client.received(1))[0].event.e, 'eventStreamTerminated');
      assertError(await end(0), 400, -2036, 'User Data Stream subscription not active.');
      assertError(await end(-1), 400, -1130, /'subscriptionId'/);
      assert.deepEqual((await client.signed(rsa, subscribeSigned)).result, { subscriptionId: 1 });
      await credit(exchange.server, email, 'ETH 1');
      assert.equal((await client.received(2))[1].subscriptionId, 1);
    }));

  test('two connections of an account get the same events, each in its unit of time', () =>
    withClient(async (one) => {
      await withClient(async (second) => {
        for (const client of [one, second]) await client.signed(customer, subscribeSigned);
        await credit(exchange.server, email, 'ETH 1');
        const [inMs, inMicroseconds] = await Promise.all([one, second].map((client) => client.received(2)));
        const { E, T, ...rest } = inMs?.[0].event ?? {};
        assert.deepEqual(inMicroseconds?.[0].event, { ...rest, E: E * 1000, T: T * 1000 });
        assert.equal(inMicroseconds?.[1].event.u, E * 1000);
      }, '?timeUnit=MICROSECOND');
    }));
});

suite('keys that end', () => {
  test('when a key is revoked, its streams have ended before the revocation is answered', async () => {
    const key = await createKey(exchange.server, email);
    await withClient(async (client) => {
      await client.signed(key, subscribeSigned);
      const reply = await exchange.operator('DELETE', `/accounts/${email}/api-keys/${key.apiKey}`);
      assert.ok(reply.status < 300, reply.text);
      await credit(exchange.server, email, 'ETH 1');
      await client.signed(customer, subscribeSigned);
      await credit(exchange.server, email, 'ETH 2');
      const events = await client.received(2);
      assert.equal(events[0].event.e, 'eventStreamTerminated');
      assert.deepEqual([events[1].subscriptionId, events[1].event.d], [1, '2.00000000']);
    });
  });

  test('a session learns that its key was revoked in reply to its next message', async () => {
    const signer = await register(generateKeyPairSync('ed25519'));
    await withClient(async (client) => {
      await client.signed(signer, 'session.logon');
      await client.request('userDataStream.subscribe');
      await exchange.operator('DELETE', `/accounts/${email}/api-keys/${signer.apiKey}`);
      assert.equal((await client.received(1))[0].event.e, 'eventStreamTerminated');
      assert.equal((await client.request('ping')).status, 200);
      assert.deepEqual((await client.received(2))[1], { id: null, status: 401, error: rejected });
      assertError(await client.request('userDataStream.subscribe'), 401, -1002);
      assert.equal((await client.request('session.status')).result.apiKey, null);
      assert.equal(client.events.length, 2);
    });
  });

  test('the streams of a key end when it expires', async () => {
    await withClient(async (client) => {
      const key = await createKey(exchange.server, email, { expiresAtMs: Date.now() + 4000 });
      assert.equal((await client.signed(key, subscribeSigned)).status, 200);
      assert.equal((await client.received(1))[0].event.e, 'eventStreamTerminated');
      assertError(await client.signed(key, subscribeSigned), 401, -2015);
    });
  });
});
