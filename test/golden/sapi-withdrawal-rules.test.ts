/** The samples of the address book, the quota and the travel rule. */
import { after, before, test } from 'node:test';
import { decimal } from '../support/world-plan.ts';
import { bodyOf, ethereumAddress, type GoldenWorld, startGoldenWorld } from './golden-world.ts';
import { assertLikeSample, readSample } from './sample.ts';

let world: GoldenWorld;
before(async () => {
  world = await startGoldenWorld();
});
after(() => world.exchange.close());

test('capital/withdraw/address/list', async () => {
  const customer = await world.customer('book@test.com');
  await world.operate('putSettings', { settings: { whitelistDelayHours: 0 } });
  await world.operate('putAddressBookEntry', {
    email: customer.email,
    asset: 'ETH',
    network: 'ETH',
    address: ethereumAddress,
    name: 'cold',
    whitelisted: true,
    originType: 'others',
    origin: '',
  });
  const reply = await world.exchange.signed(customer, 'GET', '/sapi/v1/capital/withdraw/address/list');
  assertLikeSample(bodyOf(reply), readSample('capital-withdraw-address-list'));
});

test('capital/withdraw/quota', async () => {
  const customer = await world.customer('quota@test.com');
  await world.credit(customer.email, 'ETH 1');
  await world.operate('putPrice', { asset: 'ETH', price: decimal('2501') });
  await world.operate('updateAccount', { email: customer.email, withdrawQuotaUsd: decimal('8000000') });
  const { signed } = world.exchange;
  const withdrawal = `coin=ETH&address=${ethereumAddress}&amount=0.5`;
  bodyOf(await signed(customer, 'POST', '/sapi/v1/capital/withdraw/apply', withdrawal));
  const reply = await signed(customer, 'GET', '/sapi/v1/capital/withdraw/quota');
  assertLikeSample(bodyOf(reply), readSample('capital-withdraw-quota'));
});
