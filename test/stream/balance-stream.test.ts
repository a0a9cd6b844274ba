/** The balance stream over real sockets: what is sent for each change of a free balance. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { type AccountName, buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import { type Frame, StreamClient } from '../support/stream-client.ts';
import type { Customer } from '../support/world.ts';

let exchange: Exchange;
let customers: Readonly<Record<AccountName, Customer>>;

before(async () => {
  exchange = await startExchange();
  customers = await buildStandardWorld(exchange.server);
});
after(() => exchange.close());

/** Without times. */
const contentOf = ({ event }: Frame) => {
  const { E, T, u, ...content } = event;
  return content;
};

async function subscribed(name: AccountName): Promise<StreamClient> {
  const client = await StreamClient.open(exchange);
  const reply = await client.signed(customers[name], 'userDataStream.subscribe.signature');
  assert.deepEqual(reply.result, { subscriptionId: 0 }, JSON.stringify(reply));
  return client;
}

test('a withdrawal sends one balanceUpdate of the gross amount, then the position', async () => {
  const client = await subscribed('alice');
  const address = outsideAddresses.ETH?.[0];
  const reply = await exchange.signed(customers.alice, 'POST', '/wapi/v3/withdraw.html', {
    asset: 'ETH',
    amount: '1.5',
    address: String(address),
    name: 'x',
  });
  assert.equal(reply.status, 200, reply.text);
  const [update, position] = (await client.received(2)).map(contentOf);
  assert.deepEqual(update, { e: 'balanceUpdate', a: 'ETH', d: '-1.50000000' });
  assert.deepEqual(position, {
    e: 'outboundAccountPosition',
    B: [{ a: 'ETH', f: '9999998.50000000', l: '0.00000000' }],
  });
  await client.close();
});
