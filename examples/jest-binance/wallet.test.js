const { MainClient } = require('binance');
const { startBursar } = require('bursar/testing');
const { pay } = require('./wallet.js');

let bursar;
beforeAll(async () => {
  bursar = await startBursar();
}, 60_000);
afterAll(() => bursar.stop());

test('a withdrawal that timed out is paid once', async () => {
  const world = await bursar.world();
  const { url: baseUrl, apiKey: api_key, secretKey: api_secret } = world;
  const client = new MainClient({ baseUrl, api_key, api_secret });
  const fault = await world.fault({ on: { operation: 'withdraw' }, do: 'commit-then-504' });
  const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
  const id = await pay(client, { coin: 'ETH', address, amount: 0.5, withdrawOrderId: 'invoice-1' });
  expect(await fault.firings()).toHaveLength(1);
  expect((await client.getWithdrawHistory({ coin: 'ETH' })).map((each) => each.id)).toEqual([id]);
}, 60_000);
