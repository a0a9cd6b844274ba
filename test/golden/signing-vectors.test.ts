/** The text that a signature covers: the specification's example, and others with known digests. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedPayload, verifySignature } from '../../src/customer/signature.ts';
import { SharedSecret } from '../../src/customer/signature-key.ts';

const secret = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';
const key = new SharedSecret(secret);
const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
const withdrawal = `asset=ETH&address=${address}&amount=1&recvWindow=5000`;

const vectors = {
  /** spec: the printed signature. */
  seed: '157fb937ec848b5f802daa4d9f62bea08becbf4f311203bda2bd34cd9853e320',
  withoutName: '7bcd319e8bd941b4cce7488ed6272123be9954234b05b3e095f11fc9f2c0d14e',
  otherName: '04d62d8c4b7b15563f2ffecd9a4d666f9d391246478287b6be5967b333b95f1b',
  otherTime: '3e69ced4f90e0b8c051d4ef04537171d8b3748e627cc414d4999bcf2b6d757fb',
  order: 'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71',
  mixedOrder: '0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77',
};

const payloads = {
  seed: `${withdrawal}&name=test&timestamp=1510903211000`,
  withoutName: `${withdrawal}&timestamp=1510903211000`,
  otherName: `${withdrawal}&name=addressName&timestamp=1510903211000`,
  otherTime: `${withdrawal}&name=test&timestamp=1508396497000`,
};

function verifies(signature: string, query: string, body = ''): boolean {
  return verifySignature(key, signature, { query, body }) !== undefined;
}

test("the specification's string yields the specification's signature, in upper or lower case", () => {
  assert.ok(verifies(vectors.seed, payloads.seed));
  assert.ok(verifies(vectors.seed.toUpperCase(), payloads.seed));
});

test("the three other strings of the specification's example yield other signatures", () => {
  for (const name of ['withoutName', 'otherName', 'otherTime'] as const) {
    assert.ok(!verifies(vectors.seed, payloads[name]), name);
    assert.ok(verifies(vectors[name], payloads[name]), name);
  }
});

test('the string as printed, with an HTML entity by mistake, is not the signed string', () => {
  assert.ok(!verifies(vectors.seed, payloads.seed.replace('&times', '\u00c3\u0097')));
  assert.ok(!verifies(vectors.seed, payloads.seed.replace('&times', '\u00d7')));
});

test('query and body are joined without anything between them', () => {
  const order = 'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC';
  const rest = 'quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559';
  assert.ok(verifies(vectors.order, `${order}&${rest}`));
  assert.ok(verifies(vectors.order, '', `${order}&${rest}`));
  assert.ok(verifies(vectors.mixedOrder, order, rest));
  assert.ok(!verifies(vectors.order, order, rest));
  assert.equal(signedPayload({ query: order, body: rest }), `${order}${rest}`);
});

test('the signature parameter is removed wherever it is, and nothing else changes', () => {
  const pairs = payloads.seed.split('&');
  for (let index = 0; index <= pairs.length; index += 1) {
    const query = pairs.toSpliced(index, 0, `signature=${vectors.seed}`).join('&');
    assert.equal(signedPayload({ query, body: '' }), payloads.seed, query);
    assert.ok(verifies(vectors.seed, query));
  }
  const edges = { '&a=1&signature=x': '&a=1', 'signature=x&&a=1': '&a=1', 'signature=x': '' };
  for (const [query, payload] of Object.entries(edges))
    assert.equal(signedPayload({ query, body: '' }), payload);
  const untouched = 'mysignature=1&a==&&signatures=2&b';
  assert.equal(signedPayload({ query: untouched, body: '' }), untouched);
});

test('the signature depends on the order of the parameters', () => {
  const reversed = payloads.seed.split('&').reverse().join('&');
  assert.ok(!verifies(vectors.seed, reversed));
});

test('a signature that is not a hex digest of 32 bytes is rejected without computing one', () => {
  for (const wrong of ['', '157f', `${vectors.seed}00`, 'x'.repeat(64), ` ${vectors.seed.slice(1)}`])
    assert.ok(!verifies(wrong, payloads.seed), wrong);
});
