/** Sessions and pages that stay open: their end, reads that do not prolong them, and actions of others meanwhile. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { submitted } from '../operator/operator-client.ts';
import type { Credentials } from '../support/exchange.ts';
import { act, ask, askAs } from './acting.ts';
import { type ConsoleWorld, openConsole, type Person, skipWithoutChromium } from './browser.ts';

const email = 'alice@example.com';
const customerPage = `/customers/${encodeURIComponent(email)}`;
const minuteMs = 60_000;

describe('pages of the console that stay open', { skip: skipWithoutChromium }, () => {
  let world: ConsoleWorld;
  let olga: Person;
  let tara: Person;

  before(async () => {
    world = await openConsole(['--lab', '0']);
    olga = await world.signIn('olga', ['administrator', 'treasurer']);
    tara = await world.signIn('tara', ['administrator', 'treasurer']);
  });
  after(() => world.close());

  const credit = (customer: string) =>
    askAs(tara, 'POST', `/accounts/${customer}/credit`, { asset: 'ETH', amount: '5', reason: 'a test' });

  test('on a server without the lab the console sends it no requests, and has no pages for it', async () => {
    const asked: string[] = [];
    olga.page.on('request', (request) => asked.push(request.url()));
    await olga.open('/');
    await olga.open('/networks');
    assert.deepEqual(
      asked.filter((url) => url.includes('/lab/')),
      [],
    );
    assert.equal(await olga.page.getByRole('link', { name: 'Faults' }).count(), 0);
    await olga.open('/lab/clock');
    await olga.page.getByText('Not found').first().waitFor();
    olga.assertClean();
  });

  test('automatic reads of a page do not keep a session alive; actions of a person do', async () => {
    const depositsRead = () =>
      olga.page.waitForResponse((response) => response.url().includes('/operator/v1/deposits'));
    // The first read is a use, and may be answered after the page has its heading.
    await Promise.all([depositsRead(), olga.open('/deposits')]);
    const soon = Date.now() + 10 * minuteMs;
    world.endSessionsAt('olga', soon);
    const refresh = depositsRead();
    await credit(email);
    const { 'x-bursar-refresh': mark } = await (await refresh).request().allHeaders();
    assert.equal(mark, '1');
    assert.equal(world.sessionEndOf('olga'), soon);
    await olga.page.click('nav a[href="/assets"]');
    await olga.page.getByRole('heading', { name: 'Assets', level: 1 }).waitFor();
    await olga.page.waitForFunction(() => document.querySelector('td') !== null);
    assert.ok(world.sessionEndOf('olga') > soon, 'the navigation counts as a use');
  });

  test('a disabled operator is asked to sign in, without touching the page', async () => {
    const vera = await world.signIn('vera', ['viewer']);
    await vera.open('/withdrawals');
    await askAs(olga, 'PATCH', '/operators/vera', { disabled: true });
    await vera.page.waitForSelector('input[name=name]');
    await vera.close();
  });

  test('two servers on one host do not sign each other out', async () => {
    const other = await openConsole();
    const there = await other.signInBeside(olga, 'olga', ['viewer']);
    await there.open('/deposits');
    await olga.open('/deposits');
    await olga.page.waitForSelector('.who');
    await there.open('/withdrawals');
    await there.page.waitForSelector('.who');
    there.assertClean();
    await other.close();
  });

  test('a dialog stays open when somebody else decides, says so, and keeps its input', async () => {
    await askAs(tara, 'POST', '/accounts', { email: 'carol@example.com' });
    const key = await askAs(tara, 'POST', '/accounts/carol@example.com/api-keys', {});
    await credit('carol@example.com');
    const one = { name: 'one', decision: 'approve', approvers: 1, role: 'approver' };
    world.freshenProofs();
    await askAs(tara, 'PUT', '/policies', { rules: [one] });
    const id = await submitted(world.exchange, key as Credentials);
    const ann = await world.signIn('ann', ['approver']);
    const bob = await world.signIn('bob', ['approver']);
    for (const person of [ann, bob]) await person.open(`/withdrawals/${id}`);
    const dialog = await ask(ann, 'Approve', { reason: 'seen the invoice' });
    await act(bob, 'Reject', { reason: 'fraud' });
    await dialog.getByText('somebody else has decided').waitFor();
    assert.equal(await dialog.locator('[name=reason]').inputValue(), 'seen the invoice');
    assert.equal(await dialog.getByRole('button', { name: 'Approve' }).isDisabled(), true);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    for (const person of [ann, bob]) person.assertClean();
  });

  test('a word without an end makes no page wider than the screen', async () => {
    const word = 'W'.repeat(900);
    await askAs(olga, 'POST', `/accounts/${email}/notes`, { text: word });
    await askAs(olga, 'POST', `/accounts/${email}/credit`, {
      asset: 'ETH',
      amount: '1',
      reason: word.slice(0, 500),
    });
    for (const path of [customerPage, '/audit'])
      for (const width of [1280, 390]) {
        await olga.page.setViewportSize({ width, height: 900 });
        await olga.open(path);
        const excess = await olga.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(excess <= 0, `${path} at ${width} px is ${excess} px too wide`);
      }
    olga.assertClean();
  });
});
