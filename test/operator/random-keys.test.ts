/** Without the lab, API keys, the transaction ids of deposits and the ids of records come from the random source of the machine. */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { mock, test } from 'node:test';
import { createRandomHex } from '../../src/engine/random-hex.ts';
import { startExchange } from '../support/exchange.ts';
import { buildStandardWorld } from '../support/standard-world.ts';

/** Each byte that the machine draws is this one meanwhile. */
async function withRandomBytes<T>(byte: number, work: () => T | Promise<T>): Promise<T> {
  const spies = [
    mock.method(crypto, 'randomBytes', (size: number) => Buffer.alloc(size, byte)),
    mock.method(crypto, 'randomFillSync', (buffer: Buffer) => buffer.fill(byte)),
  ];
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    for (const spy of spies) spy.mock.restore();
    syncBuiltinESMExports();
  }
}

test('API keys and transactions of deposits are made of random bytes of the machine', async (t) => {
  const exchange = await startExchange();
  t.after(() => exchange.close());
  const { alice } = await buildStandardWorld(exchange.server);
  const made = async (byte: number) => {
    const key = await withRandomBytes(byte, () =>
      exchange.operator('POST', `/accounts/${alice.email}/api-keys`, {}),
    );
    assert.equal(key.status, 201, key.text);
    const address = await exchange.signed(alice, 'GET', '/sapi/v1/capital/deposit/address', { coin: 'ETH' });
    const received = { asset: 'ETH', address: address.body.address, amount: '1', reason: 'a test' };
    const deposit = await withRandomBytes(byte, () => exchange.operator('POST', '/deposits', received));
    assert.equal(deposit.status, 201, deposit.text);
    return { ...key.body, txId: deposit.body.txId };
  };
  const [one, other] = [await made(1), await made(2)];
  assert.deepEqual([one.apiKey, one.secretKey], ['B'.repeat(64), 'B'.repeat(64)]);
  assert.deepEqual([other.apiKey, other.secretKey], ['C'.repeat(64), 'C'.repeat(64)]);
  assert.notEqual(one.txId, other.txId);
});

test('ids of records are made of random bytes of the machine', async () => {
  assert.equal(await withRandomBytes(0xab, () => createRandomHex(10)()), 'ab'.repeat(10));
});
