/** The balance stream with unmodified current clients: only their URLs are changed. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import type { Credentials } from '../support/exchange.ts';
import { credit } from '../support/world.ts';
import { openWorld, treasuryEmail, type World } from './world.ts';

const require = createRequire(import.meta.url);
const ccxt = require('ccxt-current');
const { WebsocketAPIClient } = require('binance-current');

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const silent = { trace() {}, info() {}, error() {} };
const hosts = /^https:\/\/\w+\.binance\.com/;
const streamUrl = () => world.url.replace('http', 'ws');

async function ccxtClientOf({ apiKey, secretKey }: Credentials) {
  const client = new ccxt.pro.binance({ apiKey, secret: secretKey, enableRateLimit: false });
  for (const [section, address] of Object.entries<unknown>(client.urls.api)) {
    if (typeof address === 'string') client.urls.api[section] = address.replace(hosts, world.url);
  }
  client.urls.api.ws['ws-api'].spot = `${streamUrl()}/ws-api/v3`;
  // ccxt refuses ws:// without a proxy module.
  await client.loadHttpProxyAgent();
  return client;
}

/** Waits until this number of subscriptions is active. */
const subscribed = (count: number) =>
  eventually(
    async () => (await fetch(`${world.operatorUrl}/metrics`)).text(),
    (text) => text.includes(`bursar_stream_subscriptions ${count}\n`),
  );

const freeBalance = async (asset: string) => {
  const { body } = await world.signed(world.treasury, 'GET', '/api/v3/account');
  return Number(body.balances.find((each: { readonly asset: string }) => each.asset === asset).free);
};

test('ccxt: watchBalance shows each change', async () => {
  const client = await ccxtClientOf(world.treasury);
  try {
    let balance = client.watchBalance();
    await subscribed(1);
    await credit(world.server, treasuryEmail, 'ETH 2.5', 'ETH 1.25');
    const expected = await freeBalance('ETH');
    while (Number((await balance).ETH.free) !== expected) balance = client.watchBalance();
  } finally {
    await client.close();
  }
  await subscribed(0);
});

for (const type of ['hmac', 'ed25519'] as const)
  test(`binance with an ${type} key subscribes and gets the events`, async () => {
    const { apiKey, secretKey } = type === 'hmac' ? world.treasury : await registerKey();
    const options = {
      api_key: apiKey,
      api_secret: secretKey,
      wsUrl: streamUrl(),
      attachEventListeners: false,
    };
    const client = new WebsocketAPIClient(options, silent);
    const updated = new Promise<Record<string, unknown>>((resolve) => {
      client.getWSClient().on('message', (message: { readonly event?: Record<string, unknown> }) => {
        const event = message.event ?? message;
        if ('e' in event && event.e === 'balanceUpdate') resolve(event);
      });
    });
    client.getWSClient().on('exception', () => {});
    try {
      await client.subscribeUserDataStream('mainWSAPI');
      await credit(world.server, treasuryEmail, 'ETH 0.5');
      const { a, d } = await updated;
      assert.deepEqual([a, d], ['ETH', '0.50000000']);
    } finally {
      client.getWSClient().closeAll(true);
    }
    await subscribed(0);
  });

async function registerKey(): Promise<Credentials> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const reply = await world.operator('POST', `/accounts/${treasuryEmail}/api-keys`, {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
  });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  const secretKey = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { apiKey: reply.body.apiKey as string, secretKey };
}
