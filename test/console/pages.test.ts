/** Every page of the console with the data of the demo world, in both themes, wide and narrow. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { done } from '../operator/operator-client.ts';
import { askAs } from './acting.ts';
import {
  type ConsoleWorld,
  findingsOf,
  openConsole,
  type Person,
  skipWithoutChromium,
  type Theme,
} from './browser.ts';

const email = 'alice%40example.com';
const paths: readonly string[] = [
  '/',
  '/inbox',
  '/withdrawals',
  '/profile',
  '/deposits',
  '/customers',
  '/customers?prefix=al',
  `/customers/${email}`,
  '/ledger',
  '/ledger/1',
  '/statement',
  `/statement/${email}`,
  '/networks',
  '/networks/ETH',
  '/networks/HAND',
  '/settlement',
  '/assets',
  '/assets/ETH',
  '/policy',
  '/changes',
  '/access',
  '/audit',
  '/search?q=example',
  '/search?q=nothing',
  '/lab/worlds',
  '/lab/faults',
  '/lab/clock',
  '/lab/timeline',
  '/lab/verdict',
  '/lab/chains',
  '/lab/chains/ETH',
  '/nowhere',
];

/** A theme changes nothing but colours. */
const rulesOf: Readonly<Record<Theme, readonly string[] | undefined>> = {
  light: undefined,
  dark: ['color-contrast'],
};

describe('the pages of the console', { skip: skipWithoutChromium }, () => {
  let world: ConsoleWorld;
  let person: Person;
  let shown: readonly string[];

  before(async () => {
    world = await openConsole();
    const hand = { addressFormat: 'evm', addressGroup: 'HAND', connector: 'manual' };
    await done(world.exchange, 'PUT', '/networks/HAND', hand);
    await fillCustomer();
    const { deposits } = await done(world.exchange, 'GET', '/deposits?limit=1');
    const { withdrawals } = await done(world.exchange, 'GET', '/withdrawals?limit=1');
    shown = [...paths, `/deposits/${deposits[0].id}`, `/withdrawals/${withdrawals[0].id}`];
    person = await world.signIn('alice', ['administrator', 'treasurer', 'support']);
  });
  after(() => world.close());

  /** What the demo world lacks. */
  async function fillCustomer(): Promise<void> {
    const { exchange } = world;
    const place = { asset: 'ETH', network: 'ETH', address: '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b' };
    await done(exchange, 'PUT', `/accounts/${email}/address-book`, { ...place, name: 'cold storage' });
    const order = {
      email: 'alice@example.com',
      symbol: 'BTCUSDT',
      timeInForce: 'IOC',
      submitted: '7',
      filled: '2.5',
    };
    await done(exchange, 'POST', '/order-events', { events: [{ ...order, outcome: 'PARTIALLY_FILLED' }] });
  }

  test('the page of a customer shows the address book and the orders', async () => {
    const window = await world.again(person, {});
    await window.open(`/customers/${email}`);
    const row = (name: string) => window.page.getByRole('row', { name });
    await row('cold storage').getByText('0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b').waitFor();
    await row('partially filled').getByText('BTCUSDT').waitFor();
    const csv = window.page.locator('a[download="address-book.csv"]');
    const reply = await window.page.request.get(
      new URL((await csv.getAttribute('href')) ?? '', world.url).href,
    );
    assert.match(await reply.text(), /^asset,network,address,.*\r\nETH,ETH,0x6915/);
    await window.close();
  });

  for (const width of [1280, 390])
    test(`at ${width} px in both themes: nothing for axe, no errors, no scrolling sideways`, async () => {
      const window = await world.again(person, { width });
      for (const path of shown) {
        await window.open(path);
        const excess = await window.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(excess <= 0, `${path} at ${width} px is ${excess} px too wide`);
        for (const [colorScheme, rules] of Object.entries(rulesOf)) {
          await window.page.emulateMedia({ colorScheme: colorScheme as Theme });
          const findings = await findingsOf(window.page, rules);
          assert.deepEqual(findings, [], `${path} at ${width} px, ${colorScheme}`);
        }
      }
      window.assertClean();
      await window.close();
    });

  test('on every page the Tab key reaches all that can be used, and shows where it is', async () => {
    const window = await world.again(person, {});
    for (const path of shown) {
      await window.open(path);
      assert.deepEqual(await missedByTab(window.page), [], path);
    }
    await window.close();
  });

  test('on a narrow screen a menu has the pages, also for the keyboard', async () => {
    const window = await world.again(person, {});
    const { page } = window;
    await page.setViewportSize({ width: 390, height: 844 });
    await window.open('/');
    const link = page.getByRole('link', { name: 'Customers', exact: true });
    assert.equal(await link.isVisible(), false);
    const menu = page.getByRole('button', { name: 'Overview', exact: true });
    await menu.focus();
    await page.keyboard.press('Enter');
    assert.equal(await menu.getAttribute('aria-expanded'), 'true');
    while (!(await link.evaluate((each) => each === document.activeElement)))
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Customers', level: 1 }).waitFor();
    assert.equal(await link.isVisible(), false);
    await window.close();
  });

  test('a change while the next rows are read loses no row', async () => {
    const emails = Array.from(
      { length: 60 },
      (_, number) => `many${String(number).padStart(2, '0')}@example.com`,
    );
    for (const each of emails) await askAs(person, 'POST', '/accounts', { email: each });
    const window = await world.again(person, {});
    const { page } = window;
    await window.open('/audit');
    const row = (name: string) => page.getByRole('row', { name });
    await row('many59').waitFor();
    const isHeld = Promise.withResolvers<void>();
    await page.route(/cursor=/, (route) => isHeld.promise.then(() => route.continue()));
    await page.getByRole('button', { name: 'Show more' }).click();
    // A list that was read again now would begin with another row, and the held request would not continue it.
    const again = page.waitForResponse((reply) => /audit\?limit/.test(reply.url()), { timeout: 2000 });
    await askAs(person, 'POST', '/accounts', { email: 'aaa@example.com' });
    await again.catch(() => {});
    isHeld.resolve();
    await row('many00').waitFor();
    for (const each of emails) assert.equal(await row(each).count(), 1, each);
    await window.close();
  });

  test('on a narrow screen the further filters appear on demand, and if one is set', async () => {
    const window = await world.again(person, {});
    const { page } = window;
    const further = page.getByLabel('To amount');
    await window.open('/withdrawals');
    assert.ok(await further.isVisible(), 'on a wide screen');
    await page.setViewportSize({ width: 390, height: 844 });
    assert.equal(await further.isVisible(), false);
    const more = page.getByRole('button', { name: 'More filters', exact: true });
    assert.equal(await more.getAttribute('aria-expanded'), 'false');
    await more.focus();
    await page.keyboard.press('Enter');
    assert.ok(await further.isVisible());
    assert.equal(await more.getAttribute('aria-expanded'), 'true');
    await window.open('/withdrawals?maxAmount=7');
    assert.equal(await further.inputValue(), '7');
    assert.ok(await further.isVisible());
    await window.close();
  });

  test('no page loads anything from another origin, and all files together are less than 100 kB', async () => {
    const window = await world.again(person, {});
    const sizes = new Map<string, number>();
    window.page.on('response', async (response) => {
      const length = Number((await response.allHeaders())['content-length'] ?? 0);
      sizes.set(response.url(), length);
    });
    await window.open('/deposits');
    const files = [...sizes].filter(([url]) => url.includes('/console/'));
    assert.ok(files.length > 20, `${files.length} files`);
    for (const [url] of sizes) assert.equal(new URL(url).origin, world.url);
    const bytes = files.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(bytes > 10_000 && bytes < 100_000, `${bytes} bytes`);
    await window.close();
  });
});

/** @returns what can be used and is not reached by the Tab key, or is reached without an outline. */
async function missedByTab(page: Page): Promise<readonly string[]> {
  const count = await page.evaluate(() => {
    const usable = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, [tabindex="0"]';
    const seen = [...document.querySelectorAll<HTMLElement>(usable)].filter(
      (each) => each.tabIndex >= 0 && each.checkVisibility(),
    );
    for (const each of seen) each.dataset.unreached = '';
    document.addEventListener('focusin', ({ target }) => {
      const { outlineStyle, boxShadow } = getComputedStyle(target as HTMLElement);
      if (outlineStyle !== 'none' || boxShadow !== 'none') delete (target as HTMLElement).dataset.unreached;
    });
    (document.activeElement as HTMLElement | null)?.blur();
    return seen.length;
  });
  const unreached = page.locator('[data-unreached]');
  // A field of a time takes the key several times.
  for (let pressed = 0; pressed < 3 * count + 20 && (await unreached.count()) > 0; pressed += 1)
    await page.keyboard.press('Tab');
  return unreached.evaluateAll((all) => all.map((each) => each.outerHTML.slice(0, 200)));
}
