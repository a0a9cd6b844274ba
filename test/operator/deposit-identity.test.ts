/** The identity of a deposit: network, canonical transaction id, output index and asset. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { assertRejected, done, openCustomer, openNextCustomer, signed } from './operator-client.ts';

const bitcoin = { scale: 8, networks: [{ network: 'BTC', unlockConfirm: 2 }] };
const tether = { scale: 6, networks: [{ network: 'ETH', unlockConfirm: 3 }] };

describe('the identity of deposits', () => {
  let exchange: Exchange;
  let email: string;
  let customer: Credentials;
  let address: string;
  let txId: string;
  let number: number;

  before(async () => {
    exchange = await startExchange();
    await done(exchange, 'PUT', '/assets/BTC', bitcoin);
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ number, email, customer } = await openNextCustomer(exchange));
    address = await addressOf(customer);
    txId = `${number.toString(16).padStart(2, '0').repeat(31)}ab`;
  });

  const addressOf = async (owner: Credentials, asset = 'BTC') =>
    (await signed(exchange, owner, 'GET', '/wapi/v3/depositAddress.html', { asset })).address;
  const deposit = (body: object) =>
    exchange.operator('POST', '/deposits', { asset: 'BTC', address, txId, amount: '0.5', ...body });
  const created = async (body: object) => {
    const reply = await deposit(body);
    assert.equal(reply.status, 201, reply.text);
    return reply.body;
  };
  const mine = (network = 'BTC') => done(exchange, 'POST', '/chain/blocks', { network, count: 3 });
  const history = async (owner = customer) =>
    (await signed(exchange, owner, 'GET', '/wapi/v3/depositHistory.html')).depositList;
  const balances = async (name = email) =>
    (await done(exchange, 'GET', `/accounts/${name}/balances`)).balances;

  test('one transaction pays two customers', async () => {
    const other = `other${number}@x.com`;
    const stranger = await openCustomer(exchange, other);
    const first = await created({});
    const second = await created({ address: await addressOf(stranger), outputIndex: 1, amount: '0.25' });
    assert.notEqual(first.id, second.id);
    assert.deepEqual([first.email, first.outputIndex, first.txId], [email, 0, txId]);
    assert.deepEqual([second.email, second.outputIndex, second.txId], [other, 1, txId]);
    await mine();
    assert.deepEqual(await balances(), [{ asset: 'BTC', wallet: 'spot', free: '0.5', held: '0' }]);
    assert.deepEqual(await balances(other), [{ asset: 'BTC', wallet: 'spot', free: '0.25', held: '0' }]);
    assert.deepEqual(
      (await history(stranger)).map((row: { txId: string }) => row.txId),
      [txId],
    );
  });

  test('one transaction pays a customer twice: two deposits with different output indexes', async () => {
    const first = await created({});
    const second = await created({ outputIndex: 2_147_483_647, amount: '0.1' });
    assert.notEqual(first.id, second.id);
    assert.equal((await created({ outputIndex: 2_147_483_647, amount: '0.100' })).id, second.id);
    assert.equal((await created({ outputIndex: 0 })).id, first.id);
    await mine();
    assert.deepEqual(await balances(), [{ asset: 'BTC', wallet: 'spot', free: '0.6', held: '0' }]);
    const rows = (await history()).map((row: { txId: string; amount: number }) => [row.txId, row.amount]);
    assert.deepEqual(rows, [
      [txId, 0.5],
      [txId, 0.1],
    ]);
  });

  test('an output that is seen later has its own confirmations', async () => {
    await created({});
    await mine();
    const late = await created({ outputIndex: 1 });
    assert.equal(late.status, 0);
    await done(exchange, 'POST', '/chain/blocks', { network: 'BTC', count: 1 });
    const shown = (await history()).map(({ status }: { status: number }) => status);
    assert.deepEqual(shown, [1, 6]);
  });

  test('the same output with different content is a conflict that names the difference', async () => {
    const other = await openCustomer(exchange, `else${number}@x.com`);
    const first = await created({ outputIndex: 7 });
    const again = (body: object) => deposit({ outputIndex: 7, ...body });
    const named = `Output 7 of transaction ${txId} is already recorded with another`;
    assertRejected(await again({ amount: '0.1' }), 409, -9409, new RegExp(`${named} amount`));
    assertRejected(await again({ amount: '0.500000001' }), 409, -9409, new RegExp(`${named} amount`));
    const elsewhere = await addressOf(other);
    assertRejected(await again({ address: elsewhere }), 409, -9409, new RegExp(`${named} address\\.`));
    assert.equal((await again({})).body.id, first.id);
    await mine();
    assert.deepEqual(await balances(), [{ asset: 'BTC', wallet: 'spot', free: '0.5', held: '0' }]);
  });

  test('hexadecimal ids are case-insensitive and shown in one spelling', async () => {
    const first = await created({});
    const upper = await created({ txId: txId.toUpperCase() });
    assert.deepEqual([upper.id, upper.txId], [first.id, txId]);
    const to = await addressOf(customer, 'ETH');
    const ether = { asset: 'ETH', address: to, amount: '1' };
    const seen = await created({ ...ether, txId: `0x${txId}` });
    assert.equal(seen.txId, `0x${txId}`);
    for (const spelling of [txId, txId.toUpperCase(), `0X${txId.toUpperCase()}`]) {
      assert.equal((await created({ ...ether, txId: spelling, address: to.toLowerCase() })).id, seen.id);
    }
    await mine();
    await mine('ETH');
    assert.deepEqual(await balances(), [
      { asset: 'BTC', wallet: 'spot', free: '0.5', held: '0' },
      { asset: 'ETH', wallet: 'spot', free: '1', held: '0' },
    ]);
  });

  test('an id in another spelling of the chain is the same id', async () => {
    const first = await created({});
    const { chainService } = exchange.server;
    const seen = { network: 'BTC', asset: 'BTC', address, addressTag: '', amount: 50_000_000n };
    const again = await chainService.receiveDeposit({ ...seen, txId: txId.toUpperCase() });
    assert.ok('done' in again);
    assert.equal(again.done.id, first.id);
  });

  test('the same id on another network, or for another asset, is another deposit', async () => {
    await done(exchange, 'PUT', '/assets/USDT', tether);
    const to = await addressOf(customer, 'ETH');
    await created({});
    await created({ asset: 'ETH', address: to, amount: '1' });
    const token = await created({ asset: 'USDT', address: to, amount: '7' });
    assert.equal(token.email, email, 'an address accepts every asset of its network');
    await mine();
    await mine('ETH');
    assert.deepEqual(await balances(), [
      { asset: 'BTC', wallet: 'spot', free: '0.5', held: '0' },
      { asset: 'ETH', wallet: 'spot', free: '1', held: '0' },
      { asset: 'USDT', wallet: 'spot', free: '7', held: '0' },
    ]);
  });

  test('other ids are case-sensitive, and Base64 is accepted on networks that use it', async () => {
    const network = { network: 'GRAM', addressFormat: 'opaque', unlockConfirm: 2 };
    await done(exchange, 'PUT', '/assets/GRAM', { scale: 9, networks: [network] });
    const to = await addressOf(customer, 'GRAM');
    const gram = { asset: 'GRAM', address: to, amount: '3' };
    const base64 = 'Zk2+VqE3/1v0o8bMZ0d8rX9m3xq1lY6n0aQ7c2T5eUw=';
    const first = await created({ ...gram, txId: base64 });
    assert.equal(first.txId, base64);
    const other = await created({ ...gram, txId: base64.toLowerCase() });
    assert.notEqual(other.id, first.id);
    assertRejected(
      await deposit({ txId: base64 }),
      400,
      -9400,
      /^body\.txId: is not a transaction id of BTC/,
    );
  });

  test('the transaction id of a withdrawal cannot be used for a deposit', async () => {
    await done(exchange, 'POST', `/accounts/${email}/credit`, {
      asset: 'BTC',
      amount: '2',
      reason: 'a test',
    });
    const query = { asset: 'BTC', address: '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2', amount: '1' };
    const sent = await signed(exchange, customer, 'POST', '/wapi/v3/withdraw.html', query);
    const deadline = performance.now() + 10_000;
    let outgoing = '';
    while (outgoing === '') {
      assert.ok(performance.now() < deadline);
      const { stage, txId: id } = await done(exchange, 'GET', `/withdrawals/${sent.id}`);
      if (stage === 'broadcast') outgoing = id;
    }
    await mine();
    assertRejected(await deposit({ txId: outgoing }), 409, -9409, /is a withdrawal of this exchange/);
  });

  test('the id of an internal transfer is not a transaction id, and advances no sequence', async () => {
    await done(exchange, 'POST', `/accounts/${email}/credit`, {
      asset: 'BTC',
      amount: '2',
      reason: 'a test',
    });
    const within = async () => {
      const own = await addressOf((await openNextCustomer(exchange)).customer);
      const query = { asset: 'BTC', address: own, amount: '0.1' };
      const { id } = await signed(exchange, customer, 'POST', '/wapi/v3/withdraw.html', query);
      const [, number] = (await done(exchange, 'GET', `/withdrawals/${id}`)).txId.split('Internal transfer ');
      return Number(number);
    };
    const before = await within();
    for (const text of [
      `Internal transfer ${before + 1}`,
      'Internal transfer 999999999999',
      'Internal transfer ',
    ])
      assertRejected(
        await deposit({ txId: text }),
        400,
        -9400,
        /^body\.txId: is not a transaction id of BTC/,
      );
    assert.equal(await within(), before + 1);
    await exchange.restart();
    const after = await within();
    assert.ok(after > before + 1 && after < before + 2000, `${before}, then ${after}`);
  });
});
