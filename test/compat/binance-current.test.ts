/** The npm package binance@3.6.5, unmodified; only its base URL is changed. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Credentials } from '../support/exchange.ts';
import { openWorld, type World } from './world.ts';

const require = createRequire(import.meta.url);
const { MainClient } = require('binance-current');

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

function clientOf({ apiKey, secretKey }: Credentials, { url } = world) {
  return new MainClient({ api_key: apiKey, api_secret: secretKey, baseUrl: url });
}

test('binance reads the status of the exchange', async () => {
  assert.deepEqual(await clientOf(world.treasury).getSystemStatus(), { status: 0, msg: 'normal' });
});
