/** Two people decide about a withdrawal, with the keyboard, on pages that stay current by themselves. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { credit, done, openCustomer, reaches, submitted } from '../operator/operator-client.ts';
import type { Credentials } from '../support/exchange.ts';
import { type ConsoleWorld, openConsole, type Person, skipWithoutChromium } from './browser.ts';

const email = 'carol@example.com';

describe('decisions in the console', { skip: skipWithoutChromium }, () => {
  let world: ConsoleWorld;
  let customer: Credentials;
  let ann: Person;
  let bob: Person;
  let id: string;

  before(async () => {
    world = await openConsole();
    const { exchange } = world;
    customer = await openCustomer(exchange, email);
    await credit(exchange, email, 'ETH', '10');
    const two = { name: 'two', decision: 'approve', approvers: 2, role: 'approver' };
    await done(exchange, 'PUT', '/policies', { rules: [two] });
    ann = await world.signIn('ann', ['approver']);
    bob = await world.signIn('bob', ['approver']);
  });
  after(() => world.close());

  const row = (person: Person) => person.page.locator('tr', { hasText: email });

  test('a withdrawal that needs two people appears in an open inbox', async () => {
    await ann.open('/inbox');
    await bob.open('/inbox');
    await ann.page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    id = await submitted(world.exchange, customer);
    for (const person of [ann, bob]) await row(person).waitFor();
    assert.equal(await ann.page.evaluate(() => 'isSamePage' in globalThis), true, 'without a reload');
  });

  test('the first person approves with the keyboard, after a proof of identity', async () => {
    world.ageProofs();
    await approveByKeyboard(ann);
    await ann.page.waitForSelector('dialog input[name=password]:focus');
    await ann.page.keyboard.press('Escape');
    await ann.page.locator('dialog button.primary:enabled').focus();
    assert.equal(await ann.page.locator('dialog .problem').count(), 0, 'whoever cancels knows why');
    await ann.page.keyboard.press('Enter');
    await ann.page.waitForSelector('dialog input[name=password]:focus');
    await ann.page.keyboard.type('correct horse battery staple');
    await ann.page.keyboard.press('Enter');
    await row(ann).filter({ hasText: '1 has' }).waitFor();
    ann.forgive(/status of 403/);
  });

  test('the same person cannot approve again, and the page says why', async () => {
    await row(ann)
      .locator('small', { hasText: /approved/ })
      .waitFor();
    assert.equal(await row(ann).getByRole('button', { name: 'Approve' }).count(), 0);
    const reply = await ann.page.evaluate(async (path) => {
      const headers = { 'X-Bursar-Session': '1', 'Content-Type': 'application/json' };
      return (await fetch(path, { method: 'POST', headers, body: '{}' })).status;
    }, `/operator/v1/withdrawals/${id}/approve`);
    assert.equal(reply, 409);
    ann.forgive(/status of 409/);
  });

  test('the second person approves, it is sent, and both inboxes are empty without a reload', async () => {
    await row(bob).filter({ hasText: '1 has' }).waitFor();
    world.freshenProofs();
    await approveByKeyboard(bob);
    await reaches(world.exchange, id, 'broadcast');
    for (const person of [ann, bob]) await row(person).waitFor({ state: 'detached' });
  });

  test('search finds the withdrawal, and its page shows both approvals', async () => {
    await bob.page.keyboard.press('/');
    await bob.page.keyboard.type(id);
    await bob.page.keyboard.press('Enter');
    await bob.page.waitForURL(`**/withdrawals/${id}`);
    await bob.page.getByText('2 of 2').waitFor();
  });

  test('the list is filtered by its address, and all rows are there as CSV', async () => {
    await bob.open(`/withdrawals?account=${email}`);
    assert.equal(await bob.page.locator('tbody tr').count(), 1);
    const [download] = await Promise.all([
      bob.page.waitForEvent('download'),
      bob.page.getByText('Download CSV').click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    assert.equal(lines.length, 2);
    assert.match(lines[1] ?? '', new RegExp(id));
  });

  test('nothing violated the policy, and nothing was logged', () => {
    ann.assertClean();
    bob.assertClean();
  });
});

/** `j` selects, `a` asks, Enter confirms. */
async function approveByKeyboard({ page }: Person): Promise<void> {
  while ((await page.locator('tr[aria-selected=true]', { hasText: email }).count()) === 0)
    await page.keyboard.press('j');
  await page.keyboard.press('a');
  await page.locator('dialog', { hasText: /to 0x[0-9a-f]{40},/i }).waitFor();
  await page.locator('dialog button.primary').focus();
  await page.keyboard.press('Enter');
}
