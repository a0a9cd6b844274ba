/** All ways of signing that real clients use, and ways that must be rejected, on a running server. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Exchange, encodeQuery, type Reply, sign, startExchange } from '../support/exchange.ts';
import { type Customer, credit, openCustomer } from '../support/world.ts';
import { asset, network, operator } from '../support/world-plan.ts';

let exchange: Exchange;
let master: Customer;
const to = 'address=opaque-place';

before(async () => {
  exchange = await startExchange();
  const definition = asset('ETH', [network('ETH', 'opaque')]);
  await exchange.server.commands.submit('putAsset', { operator, asset: definition });
  master = await openCustomer(exchange.server, 'master@example.com', {}, seedKey);
  await openCustomer(exchange.server, 'a+b@example.com', { masterEmail: master.email });
  await credit(exchange.server, master.email, 'ETH 1000');
});
after(() => exchange.close());

/** spec: the key pair of the signing example. */
const seedKey = {
  apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
  secretKey: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
};

const withdrawPath = '/wapi/v3/withdraw.html';
const transferPath = '/wapi/v3/sub-account/transfer.html';
const assetsPath = '/wapi/v3/sub-account/assets.html';

function signed(payload: string): string {
  return sign(seedKey.secretKey, payload);
}

function send(method: string, path: string, query: string, body?: string): Promise<Reply> {
  const headers: Record<string, string> = { 'X-MBX-APIKEY': seedKey.apiKey };
  if (body !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';
  const target = query === '' ? path : `${path}?${query}`;
  return exchange.request(method, target, { headers, ...(body !== undefined && { body }) });
}

function assertDone({ status, text }: Reply): void {
  assert.equal(status, 200, text);
}

function assertNotSigned({ status, text }: Reply): void {
  assert.equal(status, 400, text);
  assert.equal(text, '{"success":false,"code":-1022,"msg":"Signature for this request is not valid."}');
}

const now = () => `timestamp=${Date.now()}`;
const parameters = () => `asset=ETH&${to}&amount=1&recvWindow=5000&name=test&${now()}`;

test("the specification's request with the current time is accepted", async () => {
  const payload = parameters();
  assertDone(await send('POST', withdrawPath, `${payload}&signature=${signed(payload)}`));
});

test('the signature may be first, in the middle or last, in upper or lower case', async () => {
  for (const place of [0, 3, 6]) {
    const payload = parameters();
    const pairs = payload.split('&').toSpliced(place, 0, `signature=${signed(payload).toUpperCase()}`);
    assertDone(await send('POST', withdrawPath, pairs.join('&')));
  }
});

test('one changed byte, another order or another secret invalidates the signature', async () => {
  const payload = parameters();
  const signature = signed(payload);
  const reversed = payload.split('&').reverse().join('&');
  assertNotSigned(await send('POST', withdrawPath, `${reversed}&signature=${signature}`));
  const more = payload.replace('amount=1', 'amount=2');
  assertNotSigned(await send('POST', withdrawPath, `${more}&signature=${signature}`));
  const foreign = sign(`${seedKey.secretKey}x`, payload);
  assertNotSigned(await send('POST', withdrawPath, `${payload}&signature=${foreign}`));
  assertNotSigned(await send('POST', withdrawPath, `${payload}&signature=${signature.slice(1)}`));
});

test('parameters in the body alone, with the signature in the body or in the query', async () => {
  const inBody = parameters();
  assertDone(await send('POST', withdrawPath, '', `${inBody}&signature=${signed(inBody)}`));
  const apart = parameters();
  assertDone(await send('POST', withdrawPath, `signature=${signed(apart)}`, apart));
});

test("parameters in both: the body's follow the query's without an ampersand", async () => {
  const query = `asset=ETH&${to}`;
  const body = `amount=1&name=test&${now()}`;
  const signature = signed(query + body);
  assertDone(await send('POST', withdrawPath, query, `${body}&signature=${signature}`));
  assertDone(await send('POST', withdrawPath, `${query}&signature=${signature}`, body));
  const joined = signed(`${query}&${body}`);
  assertNotSigned(await send('POST', withdrawPath, query, `${body}&signature=${joined}`));
});

test('a signature that does not cover the body is rejected', async () => {
  const query = parameters();
  const forged = 'amount=500';
  assertNotSigned(await send('POST', withdrawPath, `${query}&signature=${signed(query)}`, forged));
  const inBody = parameters();
  assertNotSigned(await send('POST', withdrawPath, '', `${inBody}&signature=${signed('')}`));
  assertNotSigned(await send('POST', withdrawPath, `signature=${signed('')}`, inBody));
});

test('an e-mail may be signed percent-encoded or before encoding', async () => {
  const emails = { fromEmail: master.email, toEmail: 'a+b@example.com' };
  for (const place of ['query', 'body'] as const) {
    const raw = `${encodeQuery({ ...emails, asset: 'ETH', amount: '1' })}&${now()}`;
    const decoded = `fromEmail=${emails.fromEmail}&toEmail=${emails.toEmail}&asset=ETH&amount=1&${raw.split('&').at(-1)}`;
    assert.notEqual(raw, decoded);
    for (const signature of [signed(raw), signed(decoded)]) {
      const whole = `${raw}&signature=${signature}`;
      const [query, body] = place === 'query' ? [whole] : ['', whole];
      assertDone(await send('POST', transferPath, query, body));
    }
  }
});

test('an unencoded @ in the query is signed verbatim', async () => {
  const query = `email=master@example.com&${now()}`;
  assertDone(await send('GET', assetsPath, `${query}&signature=${signed(query)}`));
});

test('the decoded form is rejected if a value contains & or =, because it would be ambiguous', async () => {
  for (const name of ['a%26amount%3D1', 'x%3Dy', 'x%26y']) {
    const payload = `asset=ETH&${to}&amount=1&name=${name}&${now()}`;
    const decoded = decodeURIComponent(payload);
    assertNotSigned(await send('POST', withdrawPath, `${payload}&signature=${signed(decoded)}`));
    assertDone(await send('POST', withdrawPath, `${payload}&signature=${signed(payload)}`));
  }
});

test('a space encoded as + may be signed either way', async () => {
  const payload = `asset=ETH&${to}&amount=1&name=my+place&${now()}`;
  for (const form of [payload, payload.replace('+', ' ')])
    assertDone(await send('POST', withdrawPath, `${payload}&signature=${signed(form)}`));
});

test('UTF-8 in a value is signed percent-encoded or as its bytes', async () => {
  const payload = `asset=ETH&${to}&amount=1&name=${encodeURIComponent('Größe ✓')}&${now()}`;
  for (const form of [payload, decodeURIComponent(payload)])
    assertDone(await send('POST', withdrawPath, `${payload}&signature=${signed(form)}`));
});
