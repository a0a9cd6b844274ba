/** API keys whose requests are signed with an RSA or Ed25519 private key, on a running server. */
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, sign as signWith } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';

const email = 'signer@example.com';
const path = '/wapi/v3/accountStatus.html';
const place = `/accounts/${email}/api-keys`;

type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
const rsaPair = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const pairs = {
  ed25519: generateKeyPairSync('ed25519'),
  rsa: rsaPair(2048),
};
const types = ['ed25519', 'rsa'] as const;
/** A public RSA key of any size, whose private half nobody has. */
function rsaPem(bits: number, e = 'AQAB'): string {
  const modulus = ((1n << BigInt(bits - 1)) + 1n).toString(16);
  const n = Buffer.from(modulus.padStart(modulus.length + (modulus.length % 2), '0'), 'hex').toString(
    'base64url',
  );
  const publicKey = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
  return publicKey.export({ type: 'spki', format: 'pem' }) as string;
}
const pemOf = ({ publicKey }: Pair) => publicKey.export({ type: 'spki', format: 'pem' }) as string;

let exchange: Exchange;
const apiKeys: Record<string, string> = {};

before(async () => {
  exchange = await startExchange();
  assert.equal((await exchange.operator('POST', '/accounts', { email })).status, 201);
  for (const type of types) {
    const reply = await exchange.operator('POST', place, { publicKey: pemOf(pairs[type]) });
    assert.equal(reply.status, 201, reply.text);
    apiKeys[type] = reply.body.apiKey;
  }
});
after(() => exchange.close());

const now = () => `timestamp=${Date.now()}`;

function signatureOf({ privateKey }: Pair, payload: string): string {
  const algorithm = privateKey.asymmetricKeyType === 'rsa' ? 'sha256' : null;
  return signWith(algorithm, Buffer.from(payload), privateKey).toString('base64');
}

function send(apiKey: string, query: string, body?: string): Promise<Reply> {
  const headers: Record<string, string> = { 'X-MBX-APIKEY': apiKey };
  if (body === undefined) return exchange.request('GET', `${path}?${query}`, { headers });
  headers['content-type'] = 'application/x-www-form-urlencoded';
  // The name of an asset that does not exist: past the signature, the request is rejected with another code.
  return exchange.request('POST', `/wapi/v3/withdraw.html?${query}`, { headers, body });
}

function assertDone({ status, text }: Reply): void {
  assert.equal(status, 200, text);
}

function assertNotSigned({ status, text }: Reply): void {
  assert.equal(status, 400, text);
  assert.equal(text, '{"success":false,"code":-1022,"msg":"Signature for this request is not valid."}');
}

for (const type of types) {
  test(`${type}: a signature in base64 is accepted, percent-encoded or not`, async () => {
    const pair = pairs[type];
    const key = apiKeys[type] as string;
    // Repeated until both characters that need encoding have occurred.
    for (let seen = ''; !(seen.includes('+') && seen.includes('/')); ) {
      const payload = `recvWindow=${5000 + seen.length}&${now()}`;
      const signature = signatureOf(pair, payload);
      seen += signature;
      assertDone(await send(key, `${payload}&signature=${encodeURIComponent(signature)}`));
      assertDone(await send(key, `${payload}&signature=${signature}`));
      assertDone(await send(key, `signature=${signature.replaceAll('+', '%20')}&${payload}`));
    }
  });

  test(`${type}: a signature in the body, over query and body, is accepted`, async () => {
    const query = 'asset=NONE&amount=1';
    const body = `address=x&${now()}`;
    const signature = encodeURIComponent(signatureOf(pairs[type], query + body));
    for (const [inQuery, inBody] of [
      [query, `${body}&signature=${signature}`],
      [`${query}&signature=${signature}`, body],
    ] as const) {
      const reply = await send(apiKeys[type] as string, inQuery, inBody);
      assert.equal(reply.body.code, -4018, reply.text);
    }
    const wrong = await send(apiKeys[type] as string, query, `${body}&name=y&signature=${signature}`);
    assertNotSigned(wrong);
  });

  test(`${type}: a changed byte, another key, another type and a damaged signature are rejected`, async () => {
    const key = apiKeys[type] as string;
    const payload = `recvWindow=5000&${now()}`;
    const signature = signatureOf(pairs[type], payload);
    const other = type === 'rsa' ? rsaPair(2048) : generateKeyPairSync('ed25519');
    const unsigned = [
      signatureOf(other, payload),
      signatureOf(pairs[type], `${payload}0`),
      signatureOf(type === 'rsa' ? pairs.ed25519 : pairs.rsa, payload),
      signature.slice(0, -4),
      `${signature.slice(0, -6)}A${signature.slice(-5)}`.replace(/^./, '_'),
      Buffer.from(signature, 'base64').toString('hex'),
      '0'.repeat(64),
      'x',
    ];
    for (const each of unsigned)
      assertNotSigned(await send(key, `${payload}&signature=${encodeURIComponent(each)}`));
    assertNotSigned(await send(key, `${payload}&signature=%ff`));
    assertDone(await send(key, `${payload}&signature=${encodeURIComponent(signature)}`));
  });
}

test('a registered key is listed with its type and public key, and has no secret', async () => {
  const { body, text } = await exchange.operator('GET', place);
  const seen = Object.fromEntries(
    body.apiKeys.map((each: { apiKey: string; type: string; publicKey: string }) => [each.apiKey, each]),
  );
  for (const type of types) {
    const { publicKey, ...rest } = seen[apiKeys[type] as string];
    assert.deepEqual([rest.type, publicKey], [type, pemOf(pairs[type])]);
    assert.equal(rest.secretKey, undefined);
  }
  assert.doesNotMatch(text, /secretKey/);
  const audit = await exchange.operator('GET', '/audit?limit=1000');
  assert.match(audit.text, /"keyType":"ed25519"/);
});

test('a deleted key is rejected on the next request; the other key of the account still works', async () => {
  const { body } = await exchange.operator('POST', place, { publicKey: pemOf(pairs.ed25519) });
  assert.notEqual(body.apiKey, apiKeys.ed25519, 'a public key may be registered again');
  const ask = (key: string) => {
    const payload = now();
    return send(key, `${payload}&signature=${encodeURIComponent(signatureOf(pairs.ed25519, payload))}`);
  };
  assertDone(await ask(body.apiKey));
  assert.equal((await exchange.operator('DELETE', `${place}/${body.apiKey}`)).status, 200);
  const rejected = await ask(body.apiKey);
  assert.deepEqual([rejected.status, rejected.body.code], [401, -2015]);
  assertDone(await ask(apiKeys.ed25519 as string));
});

test('an invalid key is rejected with the parameter and the rule, and nothing is created', async () => {
  const before = (await exchange.operator('GET', place)).body.apiKeys.length;
  const pem = pemOf(pairs.ed25519);
  const spki = (pair: Pair) => pemOf(pair);
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pkcs8 = (type: 'pkcs8' | 'pkcs1', pair: Pair) =>
    pair.privateKey.export({ type, format: 'pem' }) as string;
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [pkcs8('pkcs8', pairs.ed25519), /^body\.publicKey: is a private key/],
    [pkcs8('pkcs1', pairs.rsa), /^body\.publicKey: is a private key/],
    [`${pem}${pkcs8('pkcs8', pairs.ed25519)}`, /^body\.publicKey: is a private key/],
    [pkcs8('pkcs8', pairs.ed25519).replace(/^-----BEGIN /, ''), /^body\.publicKey: is a private key/],
    [spki(ec), /^body\.publicKey: must be an Ed25519 or RSA key, not ec$/],
    [spki(generateKeyPairSync('ed448')), /^body\.publicKey: must be an Ed25519 or RSA key, not ed448$/],
    [spki(generateKeyPairSync('x25519')), /^body\.publicKey: must be an Ed25519 or RSA key, not x25519$/],
    [
      spki(generateKeyPairSync('rsa-pss', { modulusLength: 2048 })),
      /^body\.publicKey: must be an Ed25519 or RSA key, not rsa-pss$/,
    ],
    [rsaPem(1024), /^body\.publicKey: is an RSA key of 1024 bits; it must have 2048 to 4096$/],
    [rsaPem(2048, 'AQ'), /^body\.publicKey: is an RSA key with an exponent below 3/],
    [rsaPem(2047), /^body\.publicKey: is an RSA key of 2047 bits/],
    [rsaPem(4104), /^body\.publicKey: is an RSA key of 4104 bits/],
    [pem.replace('MCow', 'MCox'), /^body\.publicKey: is a damaged PEM/],
    [pem.replace(/\n.*\n/, '\n\n'), /^body\.publicKey: is a damaged PEM/],
    [pem.replace(/=*\n-----END/, '\nAAAA\n-----END'), /^body\.publicKey: is a damaged PEM/],
    [rsaPem(2048).replace(/=*\n-----END/, '\nAAAA\n-----END'), /^body\.publicKey: is a damaged PEM/],
    [pem.replace('-----END PUBLIC KEY-----', ''), /^body\.publicKey: must be one public key in PEM/],
    [`${pem}${pem}`, /^body\.publicKey: must be one public key in PEM/],
    ['MCowBQYDK2VwAyEAgmDRTtj2FA+wzJUIlAL9ly1eovjLBu7uXUFR+jFULmg=', /must be one public key in PEM/],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHJ', /^body\.publicKey: must be one public key in PEM/],
    [
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
      /^body\.publicKey: must be one public key in PEM .*, not a CERTIFICATE$/,
    ],
    ['', /^body\.publicKey: must/],
    [null, /^body\.publicKey: must/],
    [7, /^body\.publicKey: must/],
    ['x'.repeat(4001), /^body\.publicKey: must/],
  ];
  for (const [publicKey, expected] of wrong) {
    const { status, body, text } = await exchange.operator('POST', place, { publicKey });
    assert.deepEqual([status, body.code], [400, -9400], `${publicKey}: ${text}`);
    assert.match(body.msg, expected);
  }
  assert.equal((await exchange.operator('GET', place)).body.apiKeys.length, before);
});

test('RSA keys of 4096 bits, CRLF line ends and the older PEM of RSA are taken', async () => {
  const large = rsaPair(4096);
  const older = pairs.rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }) as string;
  for (const [pair, publicKey] of [
    [large, pemOf(large)],
    [pairs.ed25519, pemOf(pairs.ed25519).replaceAll('\n', '\r\n')],
    [pairs.rsa, older],
  ] as const) {
    const reply = await exchange.operator('POST', place, { publicKey });
    assert.equal(reply.status, 201, reply.text);
    const payload = now();
    const signature = encodeURIComponent(signatureOf(pair, payload));
    assertDone(await send(reply.body.apiKey, `${payload}&signature=${signature}`));
  }
});

test('a registered key survives a restart, and a reseal of the secrets leaves it alone', async () => {
  await exchange.operator('POST', place, {});
  const { body } = await exchange.operator('POST', '/secrets/reseal', {});
  assert.equal(body.unreadable, 0);
  await exchange.restart();
  for (const type of types) {
    const payload = now();
    const signature = encodeURIComponent(signatureOf(pairs[type], payload));
    assertDone(await send(apiKeys[type] as string, `${payload}&signature=${signature}`));
  }
});
