/** Access to the operator API by bootstrap token, API token and session, and the actor in the audit trail. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import type { OperatorRole } from '../../src/contract/operator-permissions.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { done as doneOf } from '../support/world.ts';
import { ask, assertRejected, cookieOf, done } from './operator-client.ts';

const base = '/operator/v1';
const bootstrap = { actor: 'bootstrap', reason: 'a test' };
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
const newSession = (secret: string) => ({
  secretHash: hashOf(secret),
  ip: '127.0.0.1',
  userAgent: 'a test',
  by: 'password',
  atMs: Date.now(),
});

describe('authentication of the operator API', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const lastAudit = async (headers: Record<string, string>) =>
    (await ask(exchange, 'GET', `${base}/audit?limit=1`, undefined, headers)).body.entries[0];

  /** @returns the id of the token, whose secret is its name. */
  async function makeToken(name: string, roles: readonly OperatorRole[], more: object = {}): Promise<string> {
    const limits = { ipAllowList: [], expiresAtMs: null, ...more };
    const creation = {
      operator: bootstrap,
      name,
      roles,
      secretHash: hashOf(name),
      atMs: Date.now(),
      ...limits,
    };
    return (await doneOf(exchange.server.commands.submit('createOperatorToken', creation))).id;
  }

  test('a token does what its roles allow, and is the actor whatever X-Operator says', async () => {
    await makeToken('helpdesk', ['support']);
    const headers = { ...bearer('helpdesk'), 'x-operator': 'olga' };
    const account = { email: 'tok@x.com' };
    assert.equal((await ask(exchange, 'POST', `${base}/accounts`, account, headers)).status, 201);
    assert.equal((await lastAudit(headers)).actor, 'token:helpdesk');
    const tooLong = { ...headers, 'x-operator': 'o'.repeat(65) };
    assert.equal((await ask(exchange, 'GET', `${base}/bans`, undefined, tooLong)).status, 200);
    const credit = `${base}/accounts/tok@x.com/credit`;
    const refused = await ask(exchange, 'POST', credit, { asset: 'ETH', amount: '1' }, headers);
    assertRejected(refused, 403, -9403, /needs the permission book-money, which token:helpdesk \(support\)/);
    assertRejected(await ask(exchange, 'GET', `${base}/nothing`, undefined, headers), 404, -1099);
  });

  test('a token that is revoked, expired or used from elsewhere is wrong', async () => {
    const get = async (name: string) =>
      (await ask(exchange, 'GET', `${base}/bans`, undefined, bearer(name))).status;
    const id = await makeToken('short-lived', ['viewer']);
    assert.equal(await get('short-lived'), 200);
    await doneOf(
      exchange.server.commands.submit('revokeOperatorToken', { operator: bootstrap, id, atMs: Date.now() }),
    );
    assert.equal(await get('short-lived'), 401);
    await makeToken('expired', ['viewer'], { expiresAtMs: 1 });
    assert.equal(await get('expired'), 401);
    await makeToken('elsewhere', ['viewer'], { ipAllowList: ['192.0.2.0/24'] });
    assert.equal(await get('elsewhere'), 401);
    await makeToken('here', ['viewer'], { ipAllowList: ['192.0.2.0/24', '127.0.0.0/8'] });
    assert.equal(await get('here'), 200);
  });

  test('once there is an administrator, the bootstrap token only recovers, and a session works', async () => {
    await done(exchange, 'PUT', '/system-status', { status: 0 });
    const first = { name: 'olga', roles: ['administrator'] as const, passwordHash: null };
    const session = newSession('secret-of-olga');
    const { commands } = exchange.server;
    await doneOf(commands.submit('createFirstAdministrator', { ...first, session }));
    const cookie = { authorization: '', cookie: `other=1; ${cookieOf(exchange, 'secret-of-olga')}` };
    await withoutBootstrap();

    const send = (method: string, headers: Record<string, string>, body?: string) =>
      rawRequest(exchange, method, `${base}/system-status`, headers, body);
    const page = { cookie: cookie.cookie, 'x-bursar-session': '1' };
    const change = JSON.stringify({ status: 0, msg: 'hello' });
    assert.equal(await send('PUT', page, change), 200);
    const { authorization: _, ...get } = cookie;
    const audit = await fetch(`${exchange.operatorUrl}${base}/audit?limit=1`, { headers: get });
    assert.equal(
      ((await audit.json()) as { entries: { actor: string }[] }).entries[0]?.actor,
      'operator:olga',
    );
    const hostile = [
      { cookie: cookie.cookie },
      { ...page, origin: 'http://evil.example' },
      { ...page, origin: 'null' },
      { ...page, 'sec-fetch-site': 'cross-site' },
      { ...page, 'sec-fetch-site': 'same-site' },
      { ...page, host: 'evil.example' },
    ];
    for (const headers of hostile)
      assert.equal(await send('PUT', headers, change), 403, JSON.stringify(headers));
    // A tunnel to another port: its name is in the cookie that was set there.
    const tunnel = { host: 'localhost:81', origin: 'http://localhost:81' };
    assert.equal(await send('PUT', { ...page, ...tunnel }, change), 401);
    const there = { ...page, ...tunnel, cookie: 'bursar_session_81=secret-of-olga' };
    assert.equal(await send('PUT', there, change), 200);
    assert.equal(await send('PUT', { ...page, cookie: cookieOf(exchange, 'guessed') }, change), 401);
  });

  /** Another process may not know of the administrator for a second. */
  async function withoutBootstrap(): Promise<void> {
    const deadline = performance.now() + 30_000;
    for (;;) {
      const reply = await exchange.operator('GET', '/bans');
      if (reply.status === 403) return assert.match(reply.text, /only for recovery/);
      assert.ok(performance.now() < deadline, 'the bootstrap token still works');
    }
  }
});

test('every operation declares what its caller needs', () => {
  for (const { id, permission } of operatorOperations) assert.ok(permission, id);
});

/** With headers that `fetch` does not send. @returns the status. */
function rawRequest(
  { operatorUrl }: Exchange,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(
    new URL(path, operatorUrl),
    { method, headers: { ...headers, ...(body && { 'content-type': 'application/json' }) } },
    (reply) => {
      reply.resume();
      reply.on('end', () => resolve(reply.statusCode ?? 0));
    },
  );
  sent.on('error', reject);
  sent.end(body);
  return promise;
}
