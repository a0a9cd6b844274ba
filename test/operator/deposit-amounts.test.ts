/** Deposits that are below the minimum, have too many decimals, or arrive while deposits are suspended. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import { assertRejected, done, openNextCustomer, signed } from './operator-client.ts';

const bitcoin = {
  scale: 8,
  networks: [{ network: 'BTC', depositMinimum: '0.0001', unlockConfirm: 2 }],
};
const reason = 'a test';

describe('amounts of deposits', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let number: number;
  let email: string;
  let address: string;

  before(async () => {
    exchange = await startExchange();
    await done(exchange, 'PUT', '/assets/BTC', bitcoin);
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ number, email, customer } = await openNextCustomer(exchange));
    const own = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', { asset: 'BTC' });
    address = own.address;
  });

  const created = (amount: string, body: object = {}) =>
    done(exchange, 'POST', '/deposits', { asset: 'BTC', address, amount, ...body });
  const mine = (count = 2) => done(exchange, 'POST', '/chain/blocks', { network: 'BTC', count });
  const found = (id: string) => done(exchange, 'GET', `/deposits/${id}`);
  const assign = (id: string) => exchange.operator('POST', `/deposits/${id}/assign`, { email, reason });
  const history = async () =>
    (await signed(exchange, customer, 'GET', '/wapi/v3/depositHistory.html')).depositList;
  const balances = async () => (await done(exchange, 'GET', `/accounts/${email}/balances`)).balances;
  const patch = (network: object) =>
    done(exchange, 'PATCH', '/assets/BTC', { networks: [{ network: 'BTC', ...network }] });
  const report = async () => {
    const integrity = await done(exchange, 'GET', '/integrity');
    assert.deepEqual(integrity.mismatches, []);
    return integrity;
  };

  test('a deposit below the minimum is recorded and not credited; the customer does not see it', async () => {
    const dust = await created('0.00000001');
    const almost = await created('0.00009999');
    const enough = await created('0.0001');
    assert.deepEqual([dust.stage, dust.status, dust.email], ['below-minimum', null, email]);
    assert.deepEqual([almost.stage, enough.stage], ['below-minimum', 'pending']);
    await mine();
    assert.deepEqual(
      [(await found(dust.id)).stage, (await found(enough.id)).stage],
      ['below-minimum', 'completed'],
    );
    assert.deepEqual(await balances(), [{ asset: 'BTC', wallet: 'spot', free: '0.0001', held: '0' }]);
    assert.equal((await history()).length, 1);
    await report();
  });

  test('a deposit below the minimum that an operator assigns is credited once confirmed', async () => {
    const { id } = await created('0.00005');
    await mine();
    assert.equal((await assign(id)).body.stage, 'pending');
    assertRejected(await assign(id), 409, -9409, /already belongs to an account/);
    await mine(1);
    assert.deepEqual(await balances(), [{ asset: 'BTC', wallet: 'spot', free: '0.00005', held: '0' }]);
    assert.deepEqual(
      (await history()).map(({ status }: { status: number }) => status),
      [1],
    );
    await report();
  });

  test('a small deposit with an owner is credited to nobody else, and is not returned', async () => {
    const other = `other${number}@x.com`;
    await done(exchange, 'POST', '/accounts', { email: other });
    const { id } = await created('0.00005');
    const whose = new RegExp(`already belongs to an account: ${email}`);
    const toOther = { email: other, reason };
    assertRejected(await exchange.operator('POST', `/deposits/${id}/assign`, toOther), 409, -9409, whose);
    const back = { address, reason };
    assertRejected(await exchange.operator('POST', `/deposits/${id}/return`, back), 409, -9409, whose);
    assert.equal((await found(id)).stage, 'below-minimum');
    assert.equal((await assign(id)).body.email, email);
    assertRejected(await exchange.operator('POST', `/deposits/${id}/assign`, toOther), 409, -9409, whose);
  });

  test('a small deposit without an owner is credited to any customer, and is not returned', async () => {
    const networks = [{ network: 'XRP', depositMinimum: '1', unlockConfirm: 1 }];
    await done(exchange, 'PUT', '/assets/XRP', { scale: 6, networks });
    const query = { asset: 'XRP' };
    const shared = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', query);
    const input = { asset: 'XRP', address: shared.address, amount: '0.5' };
    const { id, email: nobody, stage } = await done(exchange, 'POST', '/deposits', input);
    assert.deepEqual([nobody, stage], [null, 'below-minimum']);
    const back = await exchange.operator('POST', `/deposits/${id}/return`, { address, reason });
    assertRejected(back, 409, -9409, /below the minimum .* can only be assigned/);
    assert.equal((await assign(id)).body.email, email);
    await done(exchange, 'POST', '/chain/blocks', { network: 'XRP', count: 1 });
    assert.deepEqual(await balances(), [{ asset: 'XRP', wallet: 'spot', free: '0.5', held: '0' }]);
    await report();
  });

  test('raising the minimum does not affect deposits seen before', async () => {
    const { id } = await created('0.0002');
    await patch({ depositMinimum: '0.001' });
    await mine();
    assert.equal((await found(id)).stage, 'completed');
    assert.equal((await created('0.0002')).stage, 'below-minimum');
    await patch({ depositMinimum: '0.0001' });
  });

  test('decimals beyond the scale of the asset are recorded exactly and not credited', async () => {
    const fine = await created('0.123456789123');
    assert.deepEqual([fine.amount, fine.remainder], ['0.12345678', '0.000000009123']);
    const before = await remainders();
    await mine();
    assert.deepEqual(await balances(), [{ asset: 'BTC', wallet: 'spot', free: '0.12345678', held: '0' }]);
    assert.equal((await history())[0].amount, 0.12345678);
    const tiny = await created('1e-20');
    assert.deepEqual(
      [tiny.amount, tiny.remainder, tiny.stage],
      ['0', '0.00000000000000000001', 'below-minimum'],
    );
    assertRejected(await assign(tiny.id), 409, -9409, /smaller than one unit/);
    const finest = `0.${'0'.repeat(23)}${'1'.repeat(30)}e-36`;
    const longest = await created(finest);
    assert.equal(longest.remainder, `0.${'0'.repeat(59)}${'1'.repeat(30)}`);
    const same = await created('0.1234567891230', { txId: fine.txId });
    assert.equal(same.id, fine.id);
    assert.notDeepEqual(await remainders(), before);
    assert.deepEqual(await remainders(), [
      {
        network: 'BTC',
        asset: 'BTC',
        remainder: `0.000000009123${'0'.repeat(7)}1${'0'.repeat(39)}${'1'.repeat(30)}`,
      },
    ]);
  });

  const remainders = async () => (await report()).remainders;

  test('deposits seen before suspension continue; those seen during it wait', async () => {
    const before = await created('1');
    await patch({ depositEnabled: false });
    const during = await created('2');
    assert.deepEqual([before.stage, during.stage, during.status], ['pending', 'suspended', 0]);
    await mine();
    assert.deepEqual(
      [(await found(before.id)).stage, (await found(during.id)).stage],
      ['completed', 'suspended'],
    );
    assert.deepEqual(await balances(), [{ asset: 'BTC', wallet: 'spot', free: '1', held: '0' }]);
    await patch({ depositEnabled: true });
    await mine(1);
    assert.equal((await found(during.id)).stage, 'completed');
    assert.deepEqual(await balances(), [{ asset: 'BTC', wallet: 'spot', free: '3', held: '0' }]);
  });
});
