/** Customers see the rules for their withdrawals, and no dialect is a way around them. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  assertRejected,
  credit,
  done,
  openCustomer,
  openNextCustomer,
  signed,
  strangerAddress,
  withdraw,
} from '../operator/operator-client.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';

let exchange: Exchange;
let customer: Credentials;
let number: number;
let email: string;

before(async () => {
  exchange = await startExchange();
});
after(() => exchange.close());
beforeEach(async () => {
  ({ number, email, customer } = await openNextCustomer(exchange));
  await credit(exchange, email, 'ETH', '10');
  await done(exchange, 'PUT', '/prices/ETH', { price: '2000' });
});

const change = (account: object) => done(exchange, 'PATCH', `/accounts/${email}`, account);
const delay = (whitelistDelayHours: number) => done(exchange, 'PUT', '/settings', { whitelistDelayHours });
const note = (entry: object = {}) =>
  done(exchange, 'PUT', `/accounts/${email}/address-book`, {
    asset: 'ETH',
    network: 'ETH',
    address: strangerAddress(),
    ...entry,
  });
const read = (path: string, query: Record<string, string> = {}) =>
  signed(exchange, customer, 'GET', `/sapi/v1/capital/withdraw/${path}`, query);
const apply = (query: Record<string, string> = {}) =>
  exchange.signed(customer, 'POST', '/sapi/v1/capital/withdraw/apply', {
    coin: 'ETH',
    address: strangerAddress(),
    amount: '1',
    ...query,
  });

function assertLimited({ status, body, text }: Awaited<ReturnType<typeof apply>>): void {
  assert.deepEqual([status, body.code], [400, -4015], text);
}

test('the address book is empty at first, then lists the entries with their status', async () => {
  assert.deepEqual(await read('address/list'), []);
  await delay(24);
  await note({ name: 'exchange', originType: 'Kraken' });
  const [entry] = await read('address/list');
  assert.deepEqual(entry, {
    address: strangerAddress(),
    addressTag: '',
    coin: 'ETH',
    name: 'exchange',
    network: 'ETH',
    origin: '',
    originType: 'Kraken',
    whiteStatus: false,
  });
  await delay(0);
  assert.equal((await read('address/list'))[0].whiteStatus, true);
  await note({ whitelisted: false });
  assert.equal((await read('address/list'))[0].whiteStatus, false);
});

test('with whitelistOnly, both dialects reject other addresses', async () => {
  await delay(0);
  await note();
  await change({ whitelistOnly: true });
  assert.equal((await apply()).status, 200);
  const other = { address: strangerAddress(1) };
  assertLimited(await apply(other));
  assertRejected(await withdraw(exchange, customer, other), 400, -4015);
});

test('the quota shows what both dialects and internal transfers have used', async () => {
  assert.deepEqual(await read('quota'), { wdQuota: '1000000000000', usedWdQuota: '0' });
  await change({ withdrawQuotaUsd: '5000.50' });
  assert.deepEqual(await read('quota'), { wdQuota: '5000.5', usedWdQuota: '0' });
  assert.equal((await apply()).status, 200);
  assert.equal((await withdraw(exchange, customer, { amount: '0.5' })).status, 200);
  const friend = await openCustomer(exchange, `friend${number}@x.com`);
  const { address } = await signed(exchange, friend, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH');
  assert.equal((await apply({ address })).status, 200);
  assert.deepEqual(await read('quota'), { wdQuota: '5000.5', usedWdQuota: '5000' });
  assertLimited(await apply({ amount: '0.1' }));
  assertRejected(await withdraw(exchange, customer, { amount: '0.1' }), 400, -4015);
});

test('a withdrawal from the Funding wallet counts towards the quota, and is rejected by it', async () => {
  await change({ withdrawQuotaUsd: '3000' });
  const move = { type: 'MAIN_FUNDING', asset: 'ETH', amount: '5' };
  await signed(exchange, customer, 'POST', '/sapi/v1/asset/transfer', move);
  assert.equal((await apply({ walletType: '1' })).status, 200);
  assert.equal((await read('quota')).usedWdQuota, '2000');
  assertLimited(await apply());
  assertLimited(await apply({ walletType: '1' }));
});

test('an amount that was given back no longer counts as used', async () => {
  await change({ withdrawConfirmation: 'email' });
  const { body } = await apply();
  assert.equal((await read('quota')).usedWdQuota, '2000');
  await done(exchange, 'POST', `/withdrawals/${body.id}/cancel`, { reason: 'a test' });
  assert.equal((await read('quota')).usedWdQuota, '0');
});
