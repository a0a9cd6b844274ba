/** Getting in and out: one-time links, passwords, passkeys, the end of a session, and pages of other origins. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { ask } from './acting.ts';
import { type ConsoleWorld, openConsole, type Person, password, skipWithoutChromium } from './browser.ts';

describe('access to the console', { skip: skipWithoutChromium }, () => {
  let world: ConsoleWorld;
  let olga: Person;

  before(async () => {
    world = await openConsole();
    olga = await world.signIn('olga', ['administrator']);
  });
  after(() => world.close());

  const signOut = async () => {
    await olga.page.click('.who button');
    await olga.page.waitForSelector('input[name=name]');
  };
  const signInByPassword = async () => {
    await olga.page.fill('input[name=name]', 'olga');
    await olga.page.fill('input[name=password]', password);
    await olga.page.keyboard.press('Enter');
    await olga.page.waitForSelector('.who');
  };

  test('a browser at 127.0.0.1 is led to localhost, where passkeys work', async () => {
    const { port } = new URL(world.url);
    const reply = await fetch(`http://127.0.0.1:${port}/audit?actor=olga`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    });
    assert.equal(reply.status, 302);
    assert.equal(reply.headers.get('location'), `http://localhost:${port}/audit?actor=olga`);
  });

  test('a wrong password is reported, and the right one opens the requested page', async () => {
    await olga.open('/audit');
    await signOut();
    await olga.page.goto(`${world.url}/audit`);
    await olga.page.fill('input[name=name]', 'olga');
    await olga.page.fill('input[name=password]', 'not the password');
    await olga.page.keyboard.press('Enter');
    await olga.page.waitForSelector('[role=alert]');
    await signInByPassword();
    assert.equal(new URL(olga.page.url()).pathname, '/audit');
    olga.forgive(/status of 401/);
  });

  test('an error names the field as people know it, and no part of a request', async () => {
    await olga.open('/customers');
    const dialog = await ask(olga, 'Open account', { email: 'nonsense' });
    await dialog.getByRole('button', { name: 'Open account' }).click();
    const words = await dialog.locator('.problem p').first().textContent();
    assert.match(words ?? '', /^email: must be/);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    olga.forgive(/status of 400/);
  });

  test('an operator registers a passkey on their own page, signs in with it, and proves their identity', async () => {
    const devtools = await olga.page.context().newCDPSession(olga.page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    await olga.page.click('.who a');
    await olga.page.fill('input[name=name]', 'this laptop');
    await olga.page.keyboard.press('Enter');
    await olga.page.waitForSelector('td:has-text("this laptop")');
    await signOut();
    await olga.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await olga.page.waitForSelector('.who');
    world.ageProofs();
    await olga.open('/profile');
    await olga.page.getByRole('button', { name: 'Change password' }).click();
    await olga.page.fill('dialog input[name=password]', password);
    await olga.page.keyboard.press('Enter');
    await olga.page.getByRole('button', { name: 'Use a passkey' }).click();
    await olga.page.waitForSelector('.toast:has-text("done")');
    olga.forgive(/status of 403/);
  });

  test('when the session ends, the page asks for a sign-in and is shown again afterwards', async () => {
    await olga.open('/withdrawals?stage=completed');
    await olga.page.context().clearCookies();
    await olga.page.click('nav a[href="/deposits"]');
    await olga.page.waitForSelector('input[name=name]');
    await signInByPassword();
    await olga.page.waitForSelector('h1:has-text("Deposits")');
    olga.forgive(/status of 401/);
  });

  test('a form on a page of another origin changes nothing', async () => {
    const form = `<form method="post" action="${world.url}/operator/v1/sign-out"><button>x</button></form>`;
    const foreign = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end(form),
    );
    await new Promise<void>((listening) => foreign.listen(0, listening));
    const other = await olga.page.context().newPage();
    await other.goto(`http://localhost:${(foreign.address() as AddressInfo).port}/`);
    const [reply] = await Promise.all([other.waitForResponse(/sign-out/), other.click('button')]);
    assert.equal(reply.status(), 403);
    foreign.closeAllConnections();
    foreign.close();
    await other.close();
    await olga.open('/profile');
    await olga.page.waitForSelector('.who');
  });

  test('nothing violated the policy, and nothing was logged', () => olga.assertClean());
});
