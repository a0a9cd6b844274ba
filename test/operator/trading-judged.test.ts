import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startExchange } from '../support/exchange.ts';
import { done, openCustomer } from '../support/world.ts';
import { asset as coin, network, operator } from '../support/world-plan.ts';

test("orders that breach a rule lock the account soon after they are reported, with the specification's message", {
  timeout: 20_000,
}, async (t) => {
  const exchange = await startExchange();
  t.after(() => exchange.close());
  const alice = await openCustomer(exchange.server, 'alice@example.com');
  const symbol = { baseAsset: 'BNB', quoteAsset: 'BTC', maker: '0.001', taker: '0.001' };
  for (const asset of ['BNB', 'BTC']) {
    const definition = coin(asset, [network(asset, 'opaque')]);
    await done(exchange.server.commands.submit('putAsset', { operator, asset: definition }));
  }
  assert.equal((await exchange.operator('PUT', '/symbols/BNBBTC', symbol)).status, 200);
  const order = { email: alice.email, symbol: 'BNBBTC', timeInForce: 'GTC', submitted: '1', filled: '0' };
  const events = Array.from({ length: 150 }, () => ({ ...order, outcome: 'CANCELED', openMs: 10 }));
  assert.equal((await exchange.operator('POST', '/order-events', { events })).status, 200);
  const ask = async (what: string) => (await exchange.signed(alice, 'GET', `/wapi/v3/${what}.html`)).body;
  // Polls; the time limit of the test is shorter than the 30 s until a scheduled evaluation.
  let trading = await ask('apiTradingStatus');
  while (!trading.status.isLocked) trading = await ask('apiTradingStatus');
  assert.deepEqual(trading.status.indicators.BNBBTC[2], { i: 'GCR', c: 150, v: 1, t: 0.99 });
  assert.deepEqual(await ask('accountStatus'), {
    msg: 'Order failed:Low Order fill rate! Will be reactivated after 5 minutes.',
    success: true,
    objs: ['5'],
  });
});
