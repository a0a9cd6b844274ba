/** Codes of assets, networks and symbols: letters and digits of any script. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  ask,
  assertRejected,
  catalogClient,
  credit,
  done,
  openCustomer,
  signed,
  strangerAddress,
  withdraw,
} from './operator-client.ts';

describe('codes', () => {
  let exchange: Exchange;
  let alice: Credentials;
  let bob: Credentials;

  before(async () => {
    exchange = await startExchange();
    alice = await openCustomer(exchange, 'alice@x.com');
    bob = await openCustomer(exchange, 'bob@x.com');
  });
  after(() => exchange.close());

  const { put, get, define, addressOf } = catalogClient(() => exchange);

  for (const code of ['W', '币安人生', '1INCH', 'ΩMEGA', '𠮷']) {
    test(`${code} is an asset code, in paths, parameters and signatures`, async () => {
      const path = `/assets/${encodeURIComponent(code)}`;
      const network = `${code}-_1`;
      const made = await define(path, { networks: [{ network, addressFormat: 'evm' }] });
      assert.deepEqual([made.asset, made.networks[0].network], [code, network]);
      assert.deepEqual(await get(path), made);
      assert.equal((await get(`/networks/${encodeURIComponent(network)}`)).network, network);
      await credit(exchange, 'alice@x.com', code, '10');
      const { address } = await addressOf(bob, code, network);
      const inside = await withdraw(exchange, alice, { asset: code, network, address, amount: '3' });
      assert.equal(inside.status, 200, inside.text);
      const outside = await withdraw(exchange, alice, {
        asset: code,
        address: strangerAddress(3),
        amount: '2',
      });
      assert.equal(outside.status, 200, outside.text);
      const history = await signed(exchange, alice, 'GET', '/wapi/v3/withdrawHistory.html', { asset: code });
      assert.equal(history.withdrawList.length, 2);
      const deposits = await signed(exchange, bob, 'GET', '/wapi/v3/depositHistory.html', { asset: code });
      assert.deepEqual([deposits.depositList[0].asset, deposits.depositList[0].amount], [code, 3]);
      const detail = await signed(exchange, bob, 'GET', '/wapi/v3/assetDetail.html');
      assert.ok(detail.assetDetail[code]);
      await done(exchange, 'PUT', `/prices/${encodeURIComponent(code)}`, { price: '2' });
      const symbol = `${code}ETH`;
      const fees = { baseAsset: code, quoteAsset: 'ETH', maker: '0', taker: '0' };
      assert.equal((await define(`/symbols/${encodeURIComponent(symbol)}`, fees)).symbol, symbol);
    });
  }

  test('invalid codes are rejected: too long, with signs, lower case, or not in normal form', async () => {
    const networks = [{ network: 'ETH' }];
    for (const code of [
      'eth',
      'ETH ',
      'A_B',
      'A-B',
      '币'.repeat(21),
      'É'.normalize('NFD'),
      '\u212b',
      'ⅷ',
      '',
    ]) {
      const reply = await ask(exchange, 'PUT', `/operator/v1/assets/${encodeURIComponent(code)}`, {
        networks,
      });
      assert.ok(reply.status === 400 || (code === '' && reply.status === 404), `'${code}' ${reply.text}`);
    }
    const named = await put('/assets/FINE', { networks: [{ network: 'no', addressFormat: 'evm' }] });
    assertRejected(named, 400, -9400, /^body\.networks\[0\]\.network: /);
    const longest = '𠮷'.repeat(20);
    assert.equal((await put(`/assets/${encodeURIComponent(longest)}`, { networks })).status, 200);
    assert.equal((await addressOf(bob, longest, 'ETH')).asset, longest);
    const tooLong = await exchange.signed(bob, 'GET', '/wapi/v3/depositAddress.html', {
      asset: `${longest}A`,
    });
    assertRejected(tooLong, 400, -1108);
  });
});
