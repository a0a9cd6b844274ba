/** The lab through a real server: a withdrawal that is committed although the client gets a 504. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import type { Customer } from '../support/world.ts';

const [address = ''] = outsideAddresses.ETH ?? [];
const order = (withdrawOrderId: string) => ({ asset: 'ETH', address, amount: '0.5', withdrawOrderId });

let exchange: Exchange;
let alice: Customer;

before(async () => {
  exchange = await startExchange(['--demo', '1', '--lab', '1']);
  ({ alice } = await buildStandardWorld(exchange.server));
});
after(() => exchange.close());

const withdraw = (orderId: string) =>
  exchange.signed(alice, 'POST', '/wapi/v3/withdraw.html', order(orderId));

/** The ids that history shows under an order id. */
async function idsOf(withdrawOrderId: string): Promise<readonly string[]> {
  const path = '/sapi/v1/capital/withdraw/history';
  const { body } = await exchange.signed(alice, 'GET', path, { withdrawOrderId });
  return body.map(({ id }: { readonly id: string }) => id);
}

test('commit-then-504: the withdrawal is committed, the client gets 504, and history shows it', async () => {
  const rule = { on: { operation: 'withdraw', apiKey: alice.apiKey }, do: 'commit-then-504' };
  const created = await exchange.operator('POST', '/lab/faults', rule);
  assert.equal(created.status, 201, created.text);
  const hit = await withdraw('hit');
  assert.equal(hit.status, 504);
  assert.match(hit.text, /504 Gateway Time-out/);
  const [id, ...more] = await idsOf('hit');
  assert.ok(id);
  assert.deepEqual(more, []);
  const fault = await exchange.operator('GET', `/lab/faults/${created.body.id}`);
  assert.equal(fault.body.fired, 1);
  assert.equal(fault.body.left, 0);
  assert.equal(fault.body.firings[0].withdrawalId, id);
  const again = await withdraw('hit');
  assert.deepEqual([again.status, again.body.id], [200, id]);
});
