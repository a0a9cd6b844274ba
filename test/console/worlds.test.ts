/** The console shows a world of the lab, and acts in it, until somebody leaves the world. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { done } from '../operator/operator-client.ts';
import { type ConsoleWorld, findingsOf, openConsole, skipWithoutChromium } from './browser.ts';

describe('a world in the console', { skip: skipWithoutChromium }, () => {
  let console: ConsoleWorld;
  before(async () => {
    console = await openConsole();
    for (const name of ['dry-run', 'gone']) await done(console.exchange, 'POST', '/lab/worlds', { name });
  });
  after(() => console.close());

  test('its pages, its stream of changes, and its files are those of the world', async () => {
    const person = await console.signIn('alice', ['administrator', 'treasurer', 'support']);
    const { page } = person;
    const events: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/events')) events.push(new URL(request.url()).pathname);
    });
    await person.open('/lab/worlds/dry-run');
    assert.equal(await page.locator('.in-world').count(), 0);
    await page.getByRole('button', { name: 'Show in the console' }).click();
    await page.locator('.in-world', { hasText: 'dry-run' }).waitFor();
    const opened = await page.request.post(`${console.url}/w/dry-run/operator/v1/accounts`, {
      headers: { 'X-Bursar-Session': '1' },
      data: { email: 'only-here@example.com' },
    });
    assert.equal(opened.status(), 201, await opened.text());
    await person.open('/customers');
    await page.getByRole('link', { name: 'only-here@example.com' }).waitFor();
    await person.open('/deposits');
    const file = await page.locator('a[download="deposits.csv"]').getAttribute('href');
    assert.match(file ?? '', /^\/w\/dry-run\/operator\/v1\/deposits\?/);
    assert.equal((await page.request.get(`${console.url}${file}`)).status(), 200);
    assert.ok(events.includes('/w/dry-run/operator/v1/events'), `${events}`);
    await page.setViewportSize({ width: 390, height: 844 });
    assert.deepEqual(await findingsOf(page), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.locator('.in-world').waitFor({ state: 'detached' });
    await person.open('/customers');
    assert.equal(await page.getByRole('link', { name: 'only-here@example.com' }).count(), 0);
    person.assertClean();
    await person.close();
  });

  test('the console leaves a world that is deleted while it is shown', async () => {
    const person = await console.signIn('bob', ['administrator']);
    const { page } = person;
    await person.open('/lab/worlds/gone');
    await page.getByRole('button', { name: 'Show in the console' }).click();
    await page.locator('.in-world').waitFor();
    await person.open('/lab/worlds/gone');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.locator('dialog').getByRole('button', { name: 'Delete', exact: true }).click();
    await page.locator('.in-world').waitFor({ state: 'detached' });
    await person.close();
  });
});
