/**
 * A dividend on a holiday
 *
 * The exchange pays a dividend on the 25th of December, when the books of its customer are closed. A program that reads
 * one working day at a time never sees it, and its books do not match the balance; one that continues where it stopped
 * does.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from './client.js';
import { bursar } from './server.js';

const day = 86_400_000;
const dividend = { asset: 'USDT', holdersOf: 'ETH', total: '1000', info: 'Season’s greetings' };
const isHoliday = (time) => [25, 26].includes(new Date(time).getUTCDate());

/** Books dividends on the mornings of working days. @param from the start of the period that is read */
async function bookDividends({ clock, operator }, client, from) {
  const { now } = await clock.freeze();
  const christmas = Date.UTC(new Date(now).getUTCFullYear() + 1, 11, 25);
  let lastRun = christmas - day;
  let booked = 0;
  for (let today = christmas; today <= christmas + 5 * day; today += day) {
    await clock.advanceTo(today);
    if (today === christmas) await operator('POST', '/dividends', dividend);
    if (isHoliday(today)) continue;
    const { rows } = await client.dividends({ startTime: from(today, lastRun), endTime: today - 1 });
    booked += rows.reduce((sum, { amount }) => sum + Number(amount), 0);
    lastRun = today;
  }
  return booked;
}

test('a program that continues where it stopped books the dividend', async () => {
  const world = await bursar.world({ balances: { ETH: '100' } });
  const client = createClient(world);
  const booked = await bookDividends(world, client, (_today, lastRun) => lastRun);
  assert.ok(booked > 0);
  assert.equal(booked, await client.free('USDT'));
});

test('a program that reads the day before does not', async () => {
  const world = await bursar.world({ balances: { ETH: '100' } });
  const client = createClient(world);
  assert.equal(await bookDividends(world, client, (today) => today - day), 0);
  assert.notEqual(await client.free('USDT'), 0);
});
