/** The npm package ccxt@4.5.84, unmodified and with its default options: only the hosts in its URLs are changed. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Credentials } from '../support/exchange.ts';
import { openWorld, type World } from './world.ts';

const require = createRequire(import.meta.url);
const ccxt = require('ccxt-current');

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const hosts = /^https:\/\/\w+\.binance\.com/;

function clientOf({ apiKey, secretKey }: Credentials, { url } = world) {
  const client = new ccxt.binance({ apiKey, secret: secretKey, enableRateLimit: false });
  for (const [section, address] of Object.entries<unknown>(client.urls.api)) {
    if (typeof address === 'string') client.urls.api[section] = address.replace(hosts, url);
  }
  return client;
}

test('ccxt reads the status of the exchange and its time, without loading markets', async () => {
  const client = clientOf(world.treasury);
  assert.equal((await client.fetchStatus()).status, 'ok');
  assert.ok(Math.abs((await client.fetchTime()) - Date.now()) < 30_000);
});
