/** The quota of an account limits the value that it withdraws in 24 hours, in US dollars. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  credit,
  done,
  openCustomer,
  openNextCustomer,
  reaches,
  signed,
  strangerAddress,
  submitted,
  withdraw,
} from './operator-client.ts';

describe('the quota of an account', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let number: number;
  let email: string;

  before(async () => {
    exchange = await startExchange();
    await done(exchange, 'PUT', '/assets/GAS', { scale: 8, networks: [{ network: 'ETH' }] });
    await done(exchange, 'PUT', '/assets/RARE', { scale: 8, networks: [{ network: 'ETH' }] });
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ number, email, customer } = await openNextCustomer(exchange));
    for (const asset of ['ETH', 'GAS', 'RARE']) await credit(exchange, email, asset, '100');
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: null });
    await price('ETH', '2500.5');
    await price('GAS', '0.1');
  });

  const price = (asset: string, value: string) => done(exchange, 'PUT', `/prices/${asset}`, { price: value });
  const change = (account: object) => done(exchange, 'PATCH', `/accounts/${email}`, account);
  const quota = (withdrawQuotaUsd: string | null) => change({ withdrawQuotaUsd });
  const decide = (id: string, decision: string) =>
    exchange.operator('POST', `/withdrawals/${id}/${decision}`, { reason: 'a test' });
  const assertOverQuota = (reply: Awaited<ReturnType<typeof withdraw>>, limit: string) =>
    assertRejected(reply, 400, -4015, new RegExp(`the quota is ${limit} USD within 24 hours`));

  const submit = (query: Record<string, string> = {}) => submitted(exchange, customer, query);

  test('the quota is shown in canonical form, can be removed, and must be a decimal', async () => {
    assert.equal((await change({ enabled: true })).withdrawQuotaUsd, null);
    assert.equal((await quota('1e4')).withdrawQuotaUsd, '10000');
    assert.equal((await quota('0.50')).withdrawQuotaUsd, '0.5');
    assert.equal((await quota(null)).withdrawQuotaUsd, null);
    for (const wrong of ['-1', 'much', 5])
      assertRejected(
        await exchange.operator('PATCH', `/accounts/${email}`, { withdrawQuotaUsd: wrong }),
        400,
        -9400,
        /^body\.withdrawQuotaUsd: /,
      );
  });

  test('the quota counts the gross amounts of all assets, and is exact to the last unit', async () => {
    await quota('5011.1');
    await credit(exchange, email, 'GAS', '200');
    await submit({ amount: '2' }); // 5001
    const over = await withdraw(exchange, customer, { asset: 'GAS', amount: '101.00000001' });
    assertOverQuota(over, '5011.1');
    await submit({ asset: 'GAS', amount: '101' }); // 5011.1
    const unit = { asset: 'GAS', amount: '0.00000001' };
    assertOverQuota(await withdraw(exchange, customer, unit), '5011.1');
    await quota('5011.100000001');
    await submit(unit);
    assertOverQuota(await withdraw(exchange, customer, unit), '5011.100000001');
    await quota(null);
    await submit({ amount: '5' });
  });

  test('the quota counts withdrawals within the exchange, but not cancelled ones', async () => {
    const friend = await openCustomer(exchange, `friend${number}@x.com`);
    const { address } = await signed(exchange, friend, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH');
    await quota('5001');
    await submit({ address });
    await change({ withdrawConfirmation: 'email' });
    const id = await submit();
    assertOverQuota(await withdraw(exchange, customer, { address, amount: '0.1' }), '5001');
    assert.equal((await decide(id, 'cancel')).status, 200);
    await submit({ address });
    assertOverQuota(await withdraw(exchange, customer, { amount: '0.02' }), '5001');
  });

  test('an asset without a price is rejected, and earlier withdrawals of it do not count', async () => {
    await submit({ asset: 'RARE' });
    await quota('2501');
    assertRejected(await withdraw(exchange, customer, { asset: 'RARE' }), 400, -4015, /RARE has no price/);
    await submit();
  });

  test('withdrawals made before the quota was set count', async () => {
    await submit({ amount: '2' });
    await quota('5002');
    assertOverQuota(await withdraw(exchange, customer), '5002');
  });

  test('confirming and approving check the quota again, with the prices of that time', async () => {
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '0.5' });
    await quota('5001');
    const unapproved = await submit();
    await change({ withdrawConfirmation: 'email' });
    const [unconfirmed, other] = [await submit({ amount: '0.5' }), await submit({ amount: '0.5' })];
    await price('ETH', '2500.6');
    for (const [id, decision] of [
      [unapproved, 'approve'],
      [unconfirmed, 'confirm'],
    ] as const)
      assertRejected(await decide(id, decision), 409, -9409, /exceed its quota of 5001 USD/);
    assert.equal((await decide(other, 'cancel')).status, 200);
    assert.equal((await decide(unapproved, 'approve')).body.stage, 'queued');
    assert.equal((await decide(unconfirmed, 'confirm')).body.stage, 'queued');
    await reaches(exchange, unconfirmed, 'broadcast');
  });

  test('concurrent withdrawals of several assets pass only within the quota', async () => {
    await quota('2501');
    await price('GAS', '2500.5');
    const assets = ['ETH', 'GAS'];
    const replies = await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        withdraw(exchange, customer, {
          asset: assets[index % 2] ?? '',
          amount: '0.25',
          address: strangerAddress(index),
        }),
      ),
    );
    const passed = replies.filter(({ status }) => status === 200);
    assert.equal(passed.length, 4);
    for (const reply of replies.filter(({ status }) => status !== 200)) assertOverQuota(reply, '2501');
  });

  test('a repeated order returns the first reply, although the quota is used up', async () => {
    await quota('2501');
    const order = { withdrawOrderId: 'one' };
    const id = await submit(order);
    assert.equal(await submit(order), id);
    assertOverQuota(await withdraw(exchange, customer, { withdrawOrderId: 'two' }), '2501');
  });
});
