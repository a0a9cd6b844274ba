/** The samples of the address book, the quota and the travel rule. */
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { decimal } from '../support/world-plan.ts';
import { bodyOf, ethereumAddress, type GoldenWorld, startGoldenWorld } from './golden-world.ts';
import { assertLikeSample, readSample } from './sample.ts';

const recordId = /^"[0-9a-f]{32}"$/;
const number = /^[0-9]+$/;

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

test('localentity/withdraw: the reply, and the history of both versions', async () => {
  const customer = await world.customer('travel@test.com');
  await world.operate('updateAccount', { email: customer.email, travelRuleCountry: 'AE' });
  await world.credit(customer.email, 'ETH 1');
  const { signed, server } = world.exchange;
  const questionnaire = '{"isAddressOwner":1,"sendTo":1}';
  const request = `coin=ETH&address=${ethereumAddress}&amount=1&withdrawOrderId=pay-17`;
  const target = `${request}&questionnaire=${encodeURIComponent(questionnaire)}`;
  const reply = await signed(customer, 'POST', '/sapi/v1/localentity/withdraw/apply', target);
  assertLikeSample(bodyOf(reply), readSample('localentity-withdraw-apply'), { trId: number });
  const ask = async (version: 'v1' | 'v2') =>
    bodyOf(await signed(customer, 'GET', `/sapi/${version}/localentity/withdraw/history`));
  await eventually(
    () => ask('v2'),
    (history) => !history.includes('"txId":""'),
    30_000,
  );
  await server.chainService.mineBlocks('ETH', 1);
  const history = await eventually(
    () => ask('v2'),
    (text) => !text.includes('"withdrawalStatus":4'),
    30_000,
  );
  const generated = { id: recordId, trId: number, txId: /^"[0-9a-f]{64}"$/ };
  const times = (shape: RegExp) => ({ applyTime: shape, completeTime: shape });
  const sample = readSample('localentity-withdraw-history');
  assertLikeSample(history, sample, { ...generated, ...times(/^1[0-9]{12}$/) });
  const sampleV1 = readSample('localentity-withdraw-history-v1');
  assertLikeSample(await ask('v1'), sampleV1, {
    ...generated,
    ...times(/^"20\d\d-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d"$/),
  });
});
