import { startBursar } from 'bursar/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExchange, pay } from './wallet.js';

let bursar;
beforeAll(async () => {
  bursar = await startBursar();
}, 60_000);
afterAll(() => bursar.stop());

function exchangeOf(world) {
  const exchange = createExchange(world);
  for (const [section, url] of Object.entries(exchange.urls.api))
    if (typeof url === 'string')
      exchange.urls.api[section] = url.replace(/^https:\/\/[\w-]+\.binance\.com/, world.url);
  return exchange;
}

test('a withdrawal that timed out is paid once', { timeout: 60_000 }, async () => {
  const world = await bursar.world();
  const exchange = exchangeOf(world);
  await exchange.loadMarkets();
  const fault = await world.fault({ on: { operation: 'withdraw' }, do: 'commit-then-504' });
  const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
  const payment = { code: 'ETH', amount: 0.5, address, network: 'ETH', withdrawOrderId: 'invoice-1' };
  const { id } = await pay(exchange, payment);
  expect(await fault.firings()).toHaveLength(1);
  expect((await exchange.fetchWithdrawals('ETH')).map((each) => each.id)).toEqual([id]);
});
