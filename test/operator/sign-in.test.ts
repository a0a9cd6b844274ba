/** Operators: how they get access, sign in, prove their identity and lose access; and API tokens. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isOfAccess } from '../../src/contract/operator-operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { operationNamed } from './operation-named.ts';
import { assertRejected } from './operator-client.ts';
import { addOperator, Page, password } from './page.ts';

/** The operations that a test of this file or of passkeys.test.ts has called with success. */
const called = new Set<string>();

function assertContract(id: string, { status, body, text }: Reply): Reply['body'] {
  const operation = operationNamed(id);
  assert.equal(status, operation.status, text);
  assert.equal(createSchemaCheck(operation.reply)(body), null, text);
  called.add(id);
  return body;
}

describe('operators', () => {
  let exchange: Exchange;
  let olga: Page;
  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());

  const bootstrap = (method: string, path: string, body?: object) => exchange.operator(method, path, body);
  /** The audit trail, the latest entry first. */
  const audit = async () => (await olga.done('GET', '/audit?limit=20')).entries as Record<string, unknown>[];

  test('the link of the start makes the first administrator once, and the bootstrap token then only recovers', async () => {
    const secret = await exchange.server.firstLink();
    const request = { secret, name: 'olga', password, roles: ['treasurer'] };
    olga = new Page(exchange);
    const wrong = { ...request, secret: `${secret?.slice(0, -3)}AAA` };
    assertRejected(await olga.send('POST', '/links/first-administrator', wrong), 404, -9404);
    const short = { ...request, password: 'too short' };
    assertRejected(
      await olga.send('POST', '/links/first-administrator', short),
      400,
      -9400,
      /^body\.password/,
    );
    const reply = await olga.send('POST', '/links/first-administrator', request);
    const { operator } = assertContract('createFirstAdministrator', reply);
    assert.deepEqual(operator.roles, ['administrator', 'treasurer']);
    assert.match(reply.headers.get('set-cookie') ?? '', /; HttpOnly; SameSite=Strict$/);
    const again = { ...request, name: 'eve' };
    assertRejected(await new Page(exchange).send('POST', '/links/first-administrator', again), 404, -9404);
    assert.equal(await exchange.server.firstLink(), undefined);
    assertRejected(await bootstrap('GET', '/accounts'), 403, -9403, /only for recovery/);
    assert.equal((await bootstrap('GET', '/operators')).status, 200);
    assert.deepEqual(
      (await audit()).slice(0, 3).map(({ action }) => action),
      ['refused', 'operator-sign-in', 'first-administrator-create'],
    );
  });

  test('GET /me distinguishes a person, a machine and the bootstrap token', async () => {
    const me = assertContract('getMe', await olga.send('GET', '/me'));
    assert.deepEqual([me.kind, me.actor, me.session.provedBy], ['operator', 'operator:olga', 'link']);
    assert.ok(me.permissions.includes('manage-operators') && !me.permissions.includes('approve-withdrawals'));
    const recovery = (await bootstrap('GET', '/me')).body;
    assert.deepEqual([recovery.kind, recovery.permissions], ['bootstrap', ['manage-operators']]);
  });

  test('an operator accepts a link once, and signs in with the password', async () => {
    const made = assertContract(
      'createOperator',
      await olga.send('POST', '/operators', { name: 'ann', roles: ['viewer'], reason: 'new colleague' }),
    );
    assert.equal(made.operator.state, 'invited');
    const [entry] = await audit();
    assert.deepEqual(
      [entry?.actor, entry?.action, entry?.subject, entry?.reason],
      ['operator:olga', 'operator-create', 'ann', 'new colleague'],
    );
    const ann = new Page(exchange);
    assertRejected(await ann.signIn('ann'), 401, -9402);
    const accept = { secret: made.link.secret, password };
    assertContract('acceptLink', await ann.send('POST', '/links/accept', accept));
    assertRejected(await new Page(exchange).send('POST', '/links/accept', accept), 404, -9404);
    const other = new Page(exchange);
    assertRejected(await other.signIn('ann', `${password}!`), 401, -9402);
    assertContract('signIn', await other.signIn('ann'));
    assert.equal((await other.done('GET', '/me')).session.provedBy, 'password');
    assertRejected(await other.send('PUT', '/system-status', { status: 0 }), 403, -9403, /change-rules/);
    const { operators } = assertContract('listOperators', await olga.send('GET', '/operators'));
    assert.deepEqual(
      operators.map((each: Record<string, unknown>) => [each.name, each.state]),
      [
        ['olga', 'active'],
        ['ann', 'active'],
      ],
    );
  });

  test('an operator sees and ends own sessions, and a sign-out ends the session', async () => {
    const ann = new Page(exchange);
    await ann.signIn('ann');
    const { current, sessions } = assertContract('listMySessions', await ann.send('GET', '/me/sessions'));
    assert.equal(sessions.length, 3);
    const other = sessions.find(({ id }: { id: string }) => id !== current);
    assertContract('endMySession', await ann.send('DELETE', `/me/sessions/${other.id}`));
    assertRejected(await ann.send('DELETE', `/me/sessions/${other.id}`), 404, -9404);
    const { session } = await olga.done('GET', '/me');
    assertRejected(await ann.send('DELETE', `/me/sessions/${session.id}`), 404, -9404);
    const { cookie } = ann;
    assertContract('signOut', await ann.send('POST', '/sign-out'));
    assert.equal(ann.cookie, '');
    assertRejected(await ann.send('GET', '/me', undefined, { cookie }), 401, -9401);
  });

  test('a change of the password ends the other sessions', async () => {
    const [one, two] = [new Page(exchange), new Page(exchange)];
    await one.signIn('ann');
    await two.signIn('ann');
    assertContract('putMyPassword', await one.send('PUT', '/me/password', { password: `${password} 2` }));
    assert.equal((await two.send('GET', '/me')).status, 401);
    assert.equal((await one.send('GET', '/me')).status, 200);
    assertRejected(await two.signIn('ann'), 401, -9402);
    assert.equal((await two.signIn('ann', `${password} 2`)).status, 200);
    await one.done('PUT', '/me/password', { password });
  });

  test('roles and disabling take effect at once, and nobody changes themselves or the last administrator', async () => {
    const bob = await addOperator(exchange, olga, 'bob', ['viewer']);
    assert.equal((await bob.send('GET', '/accounts')).status, 200);
    const patch = (name: string, body: object) => olga.send('PATCH', `/operators/${name}`, body);
    assertContract('updateOperator', await patch('bob', { roles: [] }));
    assert.equal((await bob.send('GET', '/accounts')).status, 403);
    assertRejected(await patch('olga', { roles: ['viewer'] }), 409, -9409, /Another operator/);
    assertRejected(await patch('bob', {}), 400, -9400);
    assertRejected(await patch('nobody', { disabled: true }), 404, -9404);
    assertRejected(
      await bootstrap('PATCH', '/operators/olga', { disabled: true }),
      409,
      -9409,
      /last administr/,
    );
    assertRejected(
      await bootstrap('PATCH', '/operators/olga', { roles: [] }),
      409,
      -9409,
      /last administrator/,
    );
    assert.equal((await patch('bob', { disabled: true })).body.state, 'disabled');
    assert.equal((await bob.send('GET', '/me')).status, 401);
    assertRejected(await bob.signIn('bob'), 401, -9402);
    assert.equal((await patch('bob', { disabled: false })).body.state, 'active');
    assert.equal((await bob.signIn('bob')).status, 200);
  });

  test('another link recovers access, and removes the earlier one', async () => {
    const cat = await addOperator(exchange, olga, 'cat', ['viewer']);
    assertRejected(await olga.send('POST', '/operators/olga/link', {}), 409, -9409);
    const lost = assertContract('createOperatorLink', await olga.send('POST', '/operators/cat/link', {}));
    const { body: found } = await bootstrap('POST', '/operators/cat/link', {});
    assert.equal((await cat.send('GET', '/me')).status, 200, 'until the link is used');
    const page = new Page(exchange);
    const accept = (secret: string) =>
      page.send('POST', '/links/accept', { secret, password: `${password} 3` });
    assertRejected(await accept(lost.link.secret), 404, -9404);
    assert.equal((await accept(found.link.secret)).status, 200);
    assert.equal((await cat.send('GET', '/me')).status, 401);
    assertRejected(await cat.signIn('cat'), 401, -9402);
  });

  test('a token is shown once, works from the start and not after it is revoked', async () => {
    const request = { name: 'reports', roles: ['viewer'], ipAllowList: ['127.0.0.1', '::1'] };
    const { token, id } = assertContract('createToken', await olga.send('POST', '/tokens', request));
    assertRejected(await olga.send('POST', '/tokens', request), 409, -9409, /reports is valid already/);
    const past = { ...request, name: 'past', expiresAt: 1 };
    assertRejected(await olga.send('POST', '/tokens', past), 400, -9400, /^body\.expiresAt/);
    const range = { ...request, name: 'range', ipAllowList: ['x'] };
    assertRejected(await olga.send('POST', '/tokens', range), 400, -9400);
    const get = () =>
      fetch(`${exchange.operatorUrl}/operator/v1/me`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(((await (await get()).json()) as { actor: string }).actor, 'token:reports');
    const list = assertContract('listTokens', await olga.send('GET', '/tokens'));
    assert.equal(list.tokens[0].createdBy, 'olga');
    assert.ok(!JSON.stringify(list).includes(token));
    assertContract('revokeToken', await olga.send('DELETE', `/tokens/${id}`));
    assert.equal((await get()).status, 401);
    assertRejected(await olga.send('DELETE', `/tokens/${id}`), 404, -9404);
    assert.equal((await olga.send('POST', '/tokens', request)).status, 201, 'the name is free again');
  });

  test('a proof of identity is recorded, and a stale one is not enough', async () => {
    const { session } = assertContract(
      'proveWithPassword',
      await olga.send('POST', '/me/proof', { password }),
    );
    assert.equal(session.provedBy, 'password');
    const [entry] = await audit();
    assert.deepEqual([entry?.actor, entry?.action], ['operator:olga', 'operator-identity-prove']);
    assertRejected(await olga.send('POST', '/me/proof', { password: 'another one' }), 401, -9402);
  });

  test('failed sign-ins are in the audit trail, and too many of them are rejected unchecked', async () => {
    await addOperator(exchange, olga, 'dan', ['viewer']);
    const dan = new Page(exchange);
    for (let attempt = 0; attempt < 5; attempt += 1)
      assertRejected(await dan.signIn('dan', 'a wrong password'), 401, -9402);
    const entry = (await audit()).find(({ action }) => action === 'operator-sign-in-failed');
    assert.deepEqual([entry?.actor, entry?.subject], ['nobody', 'dan']);
    const right = await dan.signIn('dan');
    assertRejected(right, 429, -9429);
    assert.ok(Number(right.headers.get('retry-after')) > 0);
    assert.equal((await new Page(exchange).signIn('ann')).status, 200, 'others can sign in');
  });

  test('a page of another origin can neither sign in nor try passwords', async () => {
    const page = new Page(exchange);
    const body = { name: 'ann', password };
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: `http://127.0.0.1:${exchange.server.operatorPort}` },
      { 'sec-fetch-site': 'cross-site' },
    ])
      assertRejected(await page.send('POST', '/sign-in', body, headers as never), 403, -9403);
  });
});

test('every operation about access is called with success', () => {
  const ofPasskeys = operatorOperations.filter(({ path }) => /passkey/.test(path)).map(({ id }) => id);
  const expected = operatorOperations.filter(isOfAccess).map(({ id }) => id);
  assert.deepEqual([...called, ...ofPasskeys].sort(), expected.sort());
});
