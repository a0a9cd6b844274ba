/** A running server with the data of a sample returns the sample: sub-account operations of /sapi. */
import { after, before, test } from 'node:test';
import type { Customer } from '../support/world.ts';
import { bodyOf, type GoldenWorld, startGoldenWorld } from './golden-world.ts';
import { assertLikeSample, readSample } from './sample.ts';

const milliseconds = /^1[0-9]{12}$/;
const runningNumber = /^[1-9][0-9]{6,15}$/;

let world: GoldenWorld;
before(async () => {
  world = await startGoldenWorld();
});
after(() => world.exchange.close());

async function ask(customer: Customer, method: string, path: string, query = ''): Promise<string> {
  return bodyOf(await world.exchange.signed(customer, method, path, query));
}

test('sub-account list: one enabled and one disabled account', async () => {
  const master = await world.customer('freeze@test.com');
  await world.customer('testsub@test.com', { masterEmail: master.email });
  await world.customer('virtual@test.com', { masterEmail: master.email });
  await world.operate('updateAccount', { email: 'virtual@test.com', enabled: false });
  const reply = await ask(master, 'GET', '/sapi/v1/sub-account/list');
  assertLikeSample(reply, readSample('sapi-sub-account-list'), {
    subUserId: runningNumber,
    createTime: milliseconds,
  });
});

test('universal transfer and its history, newest first', async () => {
  const master = await world.customer('universal@test.com');
  await world.customer('abc@test.com', { masterEmail: master.email });
  await world.customer('def@test.com', { masterEmail: master.email });
  await world.credit('def@test.com', 'BNB 1', 'BTC 1');
  const sides = 'fromEmail=def@test.com&toEmail=abc@test.com&fromAccountType=SPOT&toAccountType=SPOT';
  const path = '/sapi/v1/sub-account/universalTransfer';
  const reply = await ask(master, 'POST', path, `${sides}&clientTranId=test&asset=BNB&amount=1e-2`);
  assertLikeSample(reply, readSample('universal-transfer'), { tranId: runningNumber });
  await ask(master, 'POST', path, `${sides}&asset=BTC&amount=0.25`);
  const history = await ask(master, 'GET', path, 'toEmail=abc@test.com');
  assertLikeSample(history, readSample('universal-transfer-history'), {
    tranId: runningNumber,
    createTimeStamp: milliseconds,
  });
});
