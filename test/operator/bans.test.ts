/** Listing and lifting bans as an operator. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startExchange } from '../support/exchange.ts';
import { assertRejected, done } from './operator-client.ts';

test('a ban is listed with its remaining time; once lifted, its address is served immediately', async () => {
  const exchange = await startExchange(['--weight-per-minute', '5']);
  try {
    const ping = () => exchange.request('GET', '/api/v3/ping');
    let status = 200;
    for (let count = 0; count < 40 && status !== 418; count++) ({ status } = await ping());
    assert.equal(status, 418);
    let bans = [];
    // It is in force immediately and stored a moment later.
    for (let count = 0; count < 1000 && bans.length === 0; count++)
      ({ bans } = await done(exchange, 'GET', '/bans'));
    assert.equal(bans.length, 1);
    const [{ ip, bannedUntil, remainingMs, offences, lastOffenceAt }] = bans;
    assert.deepEqual([ip, offences, bannedUntil - lastOffenceAt], ['127.0.0.1', 1, 120_000]);
    assert.ok(remainingMs > 0 && remainingMs <= 120_000);
    assert.deepEqual(await done(exchange, 'DELETE', `/bans/${ip}?reason=sorry`), { ip, deleted: true });
    assert.equal((await ping()).status, 200);
    assert.deepEqual((await done(exchange, 'GET', '/bans')).bans, []);
    assertRejected(await exchange.operator('DELETE', `/bans/${ip}`), 404, -9404, /ban of 127\.0\.0\.1/);
    const { entries } = await done(exchange, 'GET', '/audit?limit=1');
    assert.deepEqual([entries[0].action, entries[0].subject, entries[0].reason], ['ban-lift', ip, 'sorry']);
  } finally {
    await exchange.close();
  }
});
