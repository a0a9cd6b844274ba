/** Passkeys: registration, sign-in, proof of identity, and answers that must not be accepted. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { operationNamed } from './operation-named.ts';
import { assertRejected } from './operator-client.ts';
import { addOperator, becomeAdministrator, Page, password } from './page.ts';
import { SoftAuthenticator } from './soft-authenticator.ts';

function assertContract(id: string, { status, body, text }: Reply): Reply['body'] {
  const operation = operationNamed(id);
  assert.equal(status, operation.status, text);
  assert.equal(createSchemaCheck(operation.reply)(body), null, text);
  return body;
}

describe('passkeys', () => {
  let exchange: Exchange;
  let olga: Page;
  const authenticator = new SoftAuthenticator();
  before(async () => {
    exchange = await startExchange();
    olga = await becomeAdministrator(exchange);
  });
  after(() => exchange.close());

  async function register(page: Page, made: SoftAuthenticator, name = 'a key'): Promise<Reply> {
    const { options } = assertContract('getPasskeyOptions', await page.send('POST', '/me/passkey-options'));
    return page.send('POST', '/me/passkeys', { name, response: made.create(options, page.origin) });
  }

  async function signInOptions(page: Page): Promise<Record<string, unknown>> {
    return assertContract('getSignInOptions', await page.send('POST', '/sign-in/passkey-options')).options;
  }

  const signIn = (page: Page, response: object) => page.send('POST', '/sign-in/passkey', { response });

  test('an operator registers a passkey once, and signs in with it', async () => {
    const passkey = assertContract('registerPasskey', await register(olga, authenticator));
    assert.deepEqual([passkey.name, passkey.host], ['a key', 'localhost']);
    const { options } = await olga.done('POST', '/me/passkey-options');
    assert.equal(options.excludeCredentials[0].id, passkey.id);
    assertRejected(await register(olga, authenticator), 409, -9409, /already registered/);
    const page = new Page(exchange);
    const answer = authenticator.get(await signInOptions(page), page.origin);
    const { session } = assertContract('signInWithPasskey', await signIn(page, answer));
    assert.equal(session.provedBy, `passkey ${passkey.id}`);
    assert.equal((await page.done('GET', '/me')).actor, 'operator:olga');
    const { passkeys } = assertContract('listMyPasskeys', await page.send('GET', '/me/passkeys'));
    assert.ok(passkeys[0].lastUsedAt > 0);
  });

  test('the same answer is not accepted twice, nor one for another origin, challenge or key', async () => {
    const page = new Page(exchange);
    const options = await signInOptions(page);
    const answer = authenticator.get(options, page.origin);
    assert.equal((await signIn(page, answer)).status, 200);
    const refused = async (response: object) =>
      assertRejected(await signIn(new Page(exchange), response), 401, -9402);
    await refused(answer);
    await refused(authenticator.get(await signInOptions(page), 'http://localhost:1'));
    await refused(authenticator.get({ ...(await signInOptions(page)), rpId: 'evil.example' }, page.origin));
    await refused(authenticator.get({ ...options, challenge: 'AAAA' }, page.origin));
    await refused(new SoftAuthenticator().get(await signInOptions(page), page.origin));
    await refused({});
    const proof = assertContract('getProofOptions', await page.send('POST', '/me/proof/passkey-options'));
    await refused(authenticator.get(proof.options, page.origin));
  });

  test('the answer that registered a passkey does not register it again after its deletion', async () => {
    const page = await addOperator(exchange, olga, 'dora', ['viewer']);
    const made = new SoftAuthenticator();
    const { options } = await page.done('POST', '/me/passkey-options');
    const registration = { name: 'a key', response: made.create(options, page.origin) };
    const { id } = await page.done('POST', '/me/passkeys', registration);
    await page.done('DELETE', `/me/passkeys/${id}`);
    assertRejected(await page.send('POST', '/me/passkeys', registration), 409, -9409, /used before/);
    assert.deepEqual((await page.done('GET', '/me/passkeys')).passkeys, []);
  });

  test('a challenge is used once, also by a passkey that does not count its uses', async () => {
    const synced = new SoftAuthenticator({ counts: false });
    assertContract('registerPasskey', await register(olga, synced, 'on all devices'));
    const answer = synced.get(await signInOptions(new Page(exchange)), olga.origin);
    const page = new Page(exchange);
    assert.equal((await signIn(page, answer)).status, 200);
    assertRejected(await signIn(new Page(exchange), answer), 401, -9402);
    const { options } = await page.done('POST', '/me/proof/passkey-options');
    const response = synced.get(options, page.origin);
    assert.equal((await page.send('POST', '/me/proof/passkey', { response })).status, 200);
    assertRejected(await page.send('POST', '/me/proof/passkey', { response }), 401, -9402);
  });

  test('a proof of identity by passkey is recorded with its credential', async () => {
    const { options } = await olga.done('POST', '/me/proof/passkey-options');
    const response = authenticator.get(options, olga.origin);
    const proof = await olga.send('POST', '/me/proof/passkey', { response });
    const { session } = assertContract('proveWithPasskey', proof);
    const [entry] = (await olga.done('GET', '/audit?limit=1')).entries;
    assert.deepEqual([entry.action, entry.details.by], ['operator-identity-prove', session.provedBy]);
    assertRejected(await olga.send('POST', '/me/proof/passkey', { response }), 401, -9402);
    const bob = await addOperator(exchange, olga, 'bob', ['viewer']);
    const ofBob = (await bob.done('POST', '/me/proof/passkey-options')).options;
    const stolen = { response: authenticator.get(ofBob, bob.origin) };
    assertRejected(await bob.send('POST', '/me/proof/passkey', stolen), 401, -9402);
  });

  test('an operator with a passkey cannot prove identity by password', async () => {
    await addOperator(exchange, olga, 'eve', ['viewer']);
    const eve = new Page(exchange);
    assert.equal((await eve.signIn('eve', password)).status, 200);
    const made = new SoftAuthenticator();
    assertContract('registerPasskey', await register(eve, made));
    assertRejected(await eve.send('POST', '/me/passkey-options'), 403, -9407);
    assertRejected(await eve.send('POST', '/me/proof', { password }), 409, -9409, /passkey/);
    const { options } = await eve.done('POST', '/me/proof/passkey-options');
    await eve.done('POST', '/me/proof/passkey', { response: made.get(options, eve.origin) });
    await eve.done('POST', '/me/passkey-options');
  });

  test('a page at an IP address gets an error that says to use localhost', async () => {
    const page = new Page(exchange, '127.0.0.1');
    const told = new RegExp(`open http://localhost:${exchange.server.operatorPort}`);
    assertRejected(await page.send('POST', '/sign-in/passkey-options'), 400, -9400, told);
  });

  test('the last passkey of an operator without a password cannot be deleted', async () => {
    const { link } = await olga.done('POST', '/operators', { name: 'cat', roles: [] });
    const cat = new Page(exchange);
    await cat.done('POST', '/links/accept', { secret: link.secret });
    const [first, second] = [new SoftAuthenticator(), new SoftAuthenticator()];
    const { id } = (await register(cat, first)).body;
    const remove = (which: string) => cat.send('DELETE', `/me/passkeys/${which}`);
    assertRejected(await remove(id), 409, -9409, /last passkey/);
    const other = (await register(cat, second, 'another')).body;
    assertContract('deleteMyPasskey', await remove(id));
    assertRejected(await remove(id), 404, -9404);
    assertRejected(await signIn(cat, first.get(await signInOptions(cat), cat.origin)), 401, -9402);
    assert.equal((await signIn(cat, second.get(await signInOptions(cat), cat.origin))).status, 200);
    assertRejected(await olga.send('DELETE', `/me/passkeys/${other.id}`), 404, -9404);
  });

  test('without password and passkey nobody signs in by name', async () => {
    const { link } = await olga.done('POST', '/operators', { name: 'dan', roles: [] });
    const dan = new Page(exchange);
    await dan.done('POST', '/links/accept', { secret: link.secret });
    assertRejected(await new Page(exchange).signIn('dan', ''), 401, -9402);
  });
});
