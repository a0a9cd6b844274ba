/**
 * An asynchronous decision of the limiter through the whole API: headers, HTTP-level errors, and bans before all else.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { createCustomerApi, createCustomerRefuser } from '../../src/customer/customer-api.ts';
import { KeyRing } from '../../src/customer/key-ring.ts';
import { catalogOf } from '../../src/domain/catalog/catalog.ts';
import { HttpListener } from '../../src/http/http-listener.ts';
import type { Limiter } from '../../src/limiter/port.ts';
import { RequestMeter } from '../../src/meter/request-meter.ts';
import { SignatureMeter } from '../../src/meter/signature-meter.ts';
import { makeKey } from '../../src/runtime/secrets.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { clockReading } from '../support/manual-clock.ts';
import { skipWithoutRedis } from '../support/redis.ts';
import { openSite } from './limiters.ts';

const limit = 4;
const tolerated = 6;
const nowMs = () => 1_510_903_211_000;

/** A listener like that of a separate process, on the store of an exchange. */
function createListener({ server }: Exchange, limiter: Limiter): HttpListener {
  const { reads, commands, chainService, secretBox } = server;
  const parts = {
    reads,
    commands,
    chainService,
    limiter,
    clock: clockReading(nowMs),
    catalog: () => catalogOf({ assets: [], networks: [], prices: [], symbols: [], settings: [] }),
    keys: new KeyRing(reads, (encrypted) => secretBox.decrypt(encrypted)),
    signatures: { strict: false, meter: new SignatureMeter() },
    meter: new RequestMeter([], { now: nowMs }),
    weightPerMinute: limit,
    makeKey,
    encryptSecret: (secret: string) => secretBox.encrypt(secret),
    errorStyle: 'spec' as const,
    corsOrigins: [],
    onDenied: () => {},
    openApi: () => '{"openapi":"3.1.0"}',
    onBug: (error: unknown): never => {
      throw error;
    },
  };
  return new HttpListener({
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    trustProxy: false,
    handle: createCustomerApi(parts),
    refuse: createCustomerRefuser(parts),
  });
}

test('Redis: two processes count the weights of the requests they receive together', {
  skip: skipWithoutRedis,
}, async () => {
  await using open = new AsyncDisposableStack();
  const exchange = await startExchange();
  open.defer(() => exchange.close());
  const site = await openSite('Redis');
  open.defer(() => site.close());
  const ports: number[] = [];
  for (let index = 0; index < 2; index += 1) {
    const { limiter } = await site.open({ weightPerMinute: limit });
    const listener = createListener(exchange, limiter);
    open.defer(() => listener.close());
    ports.push(await listener.start());
  }
  const get = async (process: number, target: string) => {
    const reply = await fetch(`http://127.0.0.1:${ports[process]}${target}`);
    const weight = Number(reply.headers.get('x-mbx-used-weight-1m'));
    return {
      status: reply.status,
      weight,
      waits: reply.headers.has('retry-after'),
      text: await reply.text(),
    };
  };
  const tooLong = `/${'x'.repeat(9000)}`;
  const replies = [
    await get(0, '/api/v3/ping'),
    await get(1, '/openapi.json'),
    await get(0, tooLong),
    await get(1, '/wapi/v3/accountStatus.html'),
  ];
  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 414, 401],
  );
  assert.deepEqual(
    replies.map(({ weight }) => weight),
    [1, 2, 3, 4],
  );
  assert.equal(replies[1]?.text, '{"openapi":"3.1.0"}');
  for (const [sent, process] of [0, 1, 0].entries()) {
    const { status, headers } = await fetch(`http://127.0.0.1:${ports[process]}/sapi/v1/system/status`);
    const weights = [...headers].filter(([name]) => /^x-(sapi|mbx)-/.test(name));
    assert.deepEqual([status, weights], [200, [['x-sapi-used-ip-weight-1m', String(sent + 1)]]]);
  }
  for (let sent = 0; sent < tolerated; sent += 1) {
    const { status, waits } = await get(sent % 2, ['/openapi.json', tooLong, '/nowhere'][sent % 3] as string);
    assert.deepEqual([status, waits], [429, true]);
  }
  for (const target of ['/api/v3/ping', '/openapi.json', tooLong])
    for (const process of [0, 1]) assert.equal((await get(process, target)).status, 418);
});
