/** Deposits as created by operators, and as seen by customers. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  done,
  openCustomer,
  openNextCustomer,
  signed,
  strangerAddress,
} from './operator-client.ts';

const ripple = { scale: 6, networks: [{ network: 'XRP' }] };
const tip = 'Delisted, Deposit Suspended';
const closed = { networks: [{ network: 'ETH', depositEnabled: false, depositTip: tip }] };

describe('deposits', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let number: number;
  let email: string;
  let address: string;

  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ number, email, customer } = await openNextCustomer(exchange));
    address = (await addressFor('ETH')).address;
  });

  const addressFor = (asset: string) =>
    signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', { asset });
  const deposit = (body: object) =>
    exchange.operator('POST', '/deposits', { asset: 'ETH', address, ...body });
  const mine = (count: number) => done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count });
  const history = async () =>
    (await signed(exchange, customer, 'GET', '/wapi/v3/depositHistory.html')).depositList;
  const books = async () => (await done(exchange, 'GET', `/accounts/${email}/balances`)).balances;

  test('0, then 6, then 1: pending, credited but locked, free, as blocks are mined', async () => {
    const seen = await deposit({ amount: '1.5' });
    assert.equal(seen.status, 201, seen.text);
    const { id, insertTime, txId, ...rest } = seen.body;
    assert.match(id, /^[0-9a-f]{32}$/);
    assert.match(txId, /^0x[0-9a-f]{64}$/);
    const facts = { email, asset: 'ETH', network: 'ETH', address, addressTag: '', amount: '1.5' };
    const output = {
      remainder: '0',
      outputIndex: 0,
      confirmations: 0,
      reorganisedTime: null,
      returnedBy: null,
    };
    assert.deepEqual(rest, { ...facts, ...output, status: 0, stage: 'pending' });
    assert.deepEqual(await history(), [{ insertTime, amount: 1.5, asset: 'ETH', address, txId, status: 0 }]);
    assert.deepEqual(await books(), []);
    await mine(1);
    assert.equal((await history())[0].status, 6);
    assert.deepEqual(await books(), [{ asset: 'ETH', wallet: 'spot', free: '0', held: '1.5' }]);
    await mine(1);
    assert.equal((await history())[0].status, 6);
    await mine(1);
    assert.equal((await history())[0].status, 1);
    assert.deepEqual(await books(), [{ asset: 'ETH', wallet: 'spot', free: '1.5', held: '0' }]);
    const { deposits } = await done(exchange, 'GET', '/deposits?limit=1');
    assert.deepEqual(deposits, [{ ...seen.body, status: 1, stage: 'completed', confirmations: 3 }]);
  });

  test('the same transaction again is the same deposit; with another amount it is rejected', async () => {
    const body = { amount: '2', txId: `tx${number}` };
    const first = (await deposit(body)).body;
    const { entries } = await done(exchange, 'GET', '/audit?limit=1');
    assert.deepEqual((await deposit({ ...body, amount: '2.000' })).body, first);
    assertRejected(await deposit({ ...body, amount: '2.1' }), 409, -9409, /another amount/);
    assert.deepEqual((await done(exchange, 'GET', '/audit?limit=1')).entries, entries);
    await mine(3);
    assert.equal((await history()).length, 1);
    assert.deepEqual(await books(), [{ asset: 'ETH', wallet: 'spot', free: '2', held: '0' }]);
  });

  test('on a shared address the tag determines the owner', async () => {
    await done(exchange, 'PUT', '/assets/XRP', ripple);
    const mineToo = await addressFor('XRP');
    assert.notEqual(mineToo.addressTag, '');
    const toTag = { asset: 'XRP', address: mineToo.address, addressTag: mineToo.addressTag, amount: '7' };
    assert.equal((await deposit(toTag)).body.addressTag, mineToo.addressTag);
    assertRejected(
      await deposit({ ...toTag, addressTag: 'one' }),
      400,
      -9400,
      /^body\.addressTag: is not a valid address tag on XRP/,
    );
    assertRejected(
      await deposit({ amount: '1', addressTag: '7' }),
      400,
      -9400,
      /^body\.addressTag: ETH has no address tags/,
    );
  });

  test('invalid deposits are rejected, naming the field', async () => {
    const amount = '1';
    assertRejected(await deposit({ amount, asset: 'NONE' }), 404, -9404, /asset NONE/);
    assertRejected(await deposit({ amount, network: 'BSC' }), 404, -9404, /network BSC of ETH/);
    const unknown = strangerAddress(9);
    const reason = new RegExp(`^There is no deposit address ${unknown} on ETH\\.$`);
    assertRejected(await deposit({ amount, address: unknown }), 404, -9404, reason);
    assertRejected(await deposit({ amount: '0' }), 400, -9400, /^body\.amount: must be greater than zero$/);
    assertRejected(await deposit({ amount: 1 }), 400, -9400, /^body\.amount: must be a string$/);
    assertRejected(
      await deposit({ amount, txId: 'no id' }),
      400,
      -9400,
      /^body\.txId: is not a transaction id/,
    );
    for (const outputIndex of [-1, 0.5, 2 ** 31, '0', null]) {
      assertRejected(await deposit({ amount, outputIndex }), 400, -9400, /^body\.outputIndex: /);
    }
    assertRejected(await deposit({ amount, txId: '' }), 400, -9400, /^body\.txId: /);
  });

  test('while deposits are suspended a deposit stays pending; it is credited once they are open again', async () => {
    await done(exchange, 'PUT', '/assets/CTR', closed);
    const detail = await signed(exchange, customer, 'GET', '/wapi/v3/assetDetail.html');
    assert.deepEqual([detail.assetDetail.CTR.depositStatus, detail.assetDetail.CTR.depositTip], [false, tip]);
    const brought = { asset: 'CTR', network: 'ETH', address: strangerAddress(50 + number) };
    await done(exchange, 'PUT', `/accounts/${email}/deposit-addresses`, brought);
    const seen = await deposit({ asset: 'CTR', address: brought.address, amount: '3' });
    assert.equal(seen.status, 201, seen.text);
    await mine(5);
    assert.deepEqual((await history())[0].status, 0);
    assert.deepEqual(await books(), []);
    await done(exchange, 'PATCH', '/assets/CTR', { networks: [{ network: 'ETH', depositEnabled: true }] });
    await mine(1);
    assert.equal((await history())[0].status, 1);
    assert.deepEqual(await books(), [{ asset: 'CTR', wallet: 'spot', free: '3', held: '0' }]);
  });

  test('after concurrent puts of addresses, each reply shows its own, and one address is active', async () => {
    const path = `/accounts/${email}/deposit-addresses`;
    const brought = Array.from({ length: 8 }, (_, index) => strangerAddress(150 + 10 * number + index));
    const replies = await Promise.all(
      brought.map((address) => done(exchange, 'PUT', path, { asset: 'ETH', network: 'ETH', address })),
    );
    assert.deepEqual(
      replies.map(({ address, retiredAt }) => [address, retiredAt]),
      brought.map((address) => [address, null]),
    );
    const { depositAddresses } = await done(exchange, 'GET', path);
    const active = depositAddresses.filter((each: { retiredAt: number | null }) => each.retiredAt === null);
    assert.equal(active.length, 1);
    assert.equal((await addressFor('ETH')).address, active[0].address);
  });

  test('an address put by an operator belongs to the account; taken or invalid ones are rejected', async () => {
    await done(exchange, 'PUT', '/assets/LINK', { networks: [{ network: 'ETH' }] });
    const put = (body: object, owner = email) =>
      exchange.operator('PUT', `/accounts/${owner}/deposit-addresses`, {
        asset: 'LINK',
        network: 'ETH',
        ...body,
      });
    const brought = strangerAddress(100 + number);
    const reply = await put({ address: brought });
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual((await put({ address: brought })).body, reply.body, 'repeating it has the same reply');
    assert.equal((await addressFor('LINK')).address, brought);
    const other = `other${number}@x.com`;
    await openCustomer(exchange, other);
    assertRejected(await put({ address: brought }, other), 409, -9409, /belongs to another account/);
    const second = strangerAddress(200 + number);
    const replaced = await put({ address: second });
    assert.deepEqual([replaced.body.address, replaced.body.retiredAt], [second, null]);
    const { depositAddresses } = await done(exchange, 'GET', `/accounts/${email}/deposit-addresses`);
    assert.deepEqual(
      depositAddresses.map((each: { address: string; retiredAt: number | null }) => [
        each.address,
        each.retiredAt === null,
      ]),
      [
        [address, false],
        [brought, false],
        [second, true],
      ],
    );
    assertRejected(
      await put({ address: 'nonsense' }, other),
      400,
      -9400,
      /^address: 'nonsense' is not an address on ETH/,
    );
    const tagged = await put({ address: brought, addressTag: '1' }, other);
    assertRejected(tagged, 400, -9400, /^addressTag: '1' is not an address tag on ETH/);
    assertRejected(await put({ address: brought, network: 'BSC' }), 404, -9404);
    assertRejected(await put({ address: brought }, 'nobody@x.com'), 404, -9404);
  });

  test('blocks are mined on the given network only', async () => {
    const heights = async () =>
      Object.fromEntries(
        (await done(exchange, 'GET', '/chain')).networks.map((each: { network: string; height: number }) => [
          each.network,
          each.height,
        ]),
      );
    const before = await heights();
    assert.deepEqual(await mine(1000), { network: 'ETH', height: before.ETH + 1000 });
    assert.deepEqual(await heights(), { ...before, ETH: before.ETH + 1000 });
    const ask = (body: object) => exchange.operator('POST', '/chain/blocks', body);
    assertRejected(await ask({ network: 'DOGE', count: 1 }), 404, -9404, /network DOGE/);
    assertRejected(await ask({ network: 'ETH', count: 0 }), 400, -9400, /^body\.count: /);
    assertRejected(await ask({ network: 'ETH', count: 1.5 }), 400, -9400, /^body\.count: /);
    assertRejected(await ask({ network: 'ETH', count: 10_001 }), 400, -9400, /^body\.count: /);
  });
});
