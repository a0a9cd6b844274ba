/** The samples of deposits and withdrawals in sapi. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import {
  assignAddress,
  bodyOf,
  ethereumAddress,
  type GoldenWorld,
  moneroAddress,
  moneroTag,
  receiveDeposits,
  startAssetDetailWorld,
  startGoldenWorld,
} from './golden-world.ts';
import { assertLikeSample, readSample } from './sample.ts';

const recordId = /^"[0-9a-f]{32}"$/;
const milliseconds = /^1[0-9]{12}$/;
const utcSeconds = /^"20\d\d-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d"$/;

let world: GoldenWorld;
before(async () => {
  world = await startGoldenWorld();
});
after(() => world.exchange.close());

test('capital/withdraw: the reply, and the history, newest first, with the times as text', async () => {
  const customer = await world.customer('withdraw@test.com');
  await world.credit(customer.email, 'ETH 1', 'XMR 1000');
  const requests = [
    `coin=ETH&address=${ethereumAddress}&amount=1&withdrawOrderId=pay-17`,
    `coin=XMR&address=${moneroAddress}&addressTag=${moneroTag}&amount=1000&name=my%20wallet`,
  ];
  const { signed, server } = world.exchange;
  for (const request of requests) {
    const reply = await signed(customer, 'POST', '/sapi/v1/capital/withdraw/apply', request);
    assertLikeSample(bodyOf(reply), readSample('capital-withdraw-apply'), { id: recordId });
  }
  const ask = async () => bodyOf(await signed(customer, 'GET', '/sapi/v1/capital/withdraw/history'));
  await eventually(ask, (history) => !history.includes('"txId":""'));
  for (const network of ['ETH', 'XMR']) await server.chainService.mineBlocks(network, 1);
  const history = await eventually(ask, (text) => !text.includes('"status":4'));
  const generated = {
    id: recordId,
    txId: /^"[0-9a-f]{64}"$/,
    applyTime: utcSeconds,
    completeTime: utcSeconds,
  };
  assertLikeSample(history, readSample('capital-withdraw-history'), generated);
});

test('capital/deposit/hisrec: newest first; the needed confirmations; the sender only if asked for', async () => {
  const customer = await world.customer('deposit@test.com');
  await receiveDeposits(world, customer);
  const path = '/sapi/v1/capital/deposit/hisrec';
  const reply = bodyOf(await world.exchange.signed(customer, 'GET', path, 'includeSource=True'));
  const generated = { id: /^"[0-9]+"$/, insertTime: milliseconds, completeTime: milliseconds };
  assertLikeSample(reply, readSample('capital-deposit-hisrec'), generated);
  const plain = bodyOf(await world.exchange.signed(customer, 'GET', path));
  assert.equal(plain, reply.replaceAll(',"sourceAddress":""', ''));
});

test('capital/deposit/address, and the list of addresses', async () => {
  const customer = await world.customer('address@test.com');
  await assignAddress(world, customer);
  const path = '/sapi/v1/capital/deposit/address';
  const reply = await world.exchange.signed(customer, 'GET', path, 'coin=BNB');
  assertLikeSample(bodyOf(reply), readSample('capital-deposit-address'));
  const list = await world.exchange.signed(customer, 'GET', `${path}/list`, 'coin=BNB');
  assertLikeSample(bodyOf(list), readSample('capital-deposit-address-list'));
});

test('capital/config/getall: assets with the balance of the caller, and their networks', async () => {
  const details = await startAssetDetailWorld();
  try {
    const customer = await details.customer('config@test.com');
    await details.credit(customer.email, 'CTR 100');
    const reply = await details.exchange.signed(customer, 'GET', '/sapi/v1/capital/config/getall');
    assertLikeSample(bodyOf(reply), readSample('capital-config-getall'));
  } finally {
    await details.exchange.close();
  }
});
