/** Custody by asset and network as stored. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { credit, done, openNextCustomer, reaches, submitted, withdraw } from './operator-client.ts';

type Place = { asset: string; network: string; available: string; reserved: string; waiting: number };

describe('custody', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());

  const custodyOf = async (asset: string): Promise<readonly Place[]> =>
    (await done(exchange, 'GET', '/custody')).custody.filter((each: Place) => each.asset === asset);

  test('a broadcast withdrawal reserves its net amount until the chain confirms it', async () => {
    const { email, customer } = await openNextCustomer(exchange);
    await credit(exchange, email, 'ETH', '10');
    const place = { asset: 'ETH', network: 'ETH', waiting: 0 };
    const own = async () => (await custodyOf('ETH')).filter(({ network }) => network === 'ETH');
    assert.deepEqual(await own(), [{ ...place, available: '10', reserved: '0' }]);
    const { body } = await withdraw(exchange, customer);
    const { amount, fee } = await reaches(exchange, body.id, 'broadcast');
    const net = String(Number(amount) - Number(fee));
    assert.deepEqual(await own(), [{ ...place, available: String(10 - Number(net)), reserved: net }]);
    await done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 20 });
    await reaches(exchange, body.id, 'completed');
    assert.deepEqual(await own(), [{ ...place, available: String(10 - Number(net)), reserved: '0' }]);
  });

  test('withdrawals that custody does not cover are counted as waiting', async () => {
    const { email, customer } = await openNextCustomer(exchange);
    await done(exchange, 'PUT', '/assets/COIN', { networks: [{ network: 'ETH' }] });
    const booking = { asset: 'COIN', amount: '5', backed: false, reason: 'a test' };
    await done(exchange, 'POST', `/accounts/${email}/credit`, booking);
    const id = await submitted(exchange, customer, {
      asset: 'COIN',
      network: 'ETH',
      amount: '1',
      address: '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b',
    });
    await reaches(exchange, id, 'waiting');
    assert.deepEqual(await custodyOf('COIN'), [
      { asset: 'COIN', network: 'ETH', available: '0', reserved: '0', waiting: 1 },
    ]);
  });
});
