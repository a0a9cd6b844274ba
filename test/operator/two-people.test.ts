/** Two people who have signed in, over HTTP: they approve a withdrawal together, and a change that one of them proposed. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { OperatorRole } from '../../src/contract/operator-permissions.ts';
import { type Credentials, type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { done as doneOf } from '../support/world.ts';
import {
  ask,
  assertRejected,
  balance,
  credit,
  done,
  openNextCustomer,
  reaches,
  signed,
  strangerAddress,
  submitted,
} from './operator-client.ts';

const base = '/operator/v1';
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
const bootstrap = { actor: 'bootstrap', reason: 'a test' };
const rules = [{ name: 'two', decision: 'approve', approvers: 2, role: 'approver' }];
const changes = [{ kind: 'credit' }];

type Person = {
  readonly id: string;
  ask(method: string, path: string, body?: object): Promise<Reply>;
};

describe('two people', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let email: string;
  before(async () => {
    exchange = await startExchange();
    ({ email, customer } = await openNextCustomer(exchange));
    await credit(exchange, email, 'ETH', '10');
    await done(exchange, 'PUT', '/policies', { rules, changes });
  });
  after(() => exchange.close());

  /** The session is new, so that the proof of identity is fresh. */
  async function signIn(name: string, ...roles: readonly OperatorRole[]): Promise<Person> {
    const { commands } = exchange.server;
    const atMs = Date.now();
    const [link, secret] = [`link of ${name}`, `secret-of-${name}`];
    const creation = { operator: bootstrap, name, roles, link: { secretHash: hashOf(link), atMs } };
    const { row } = await doneOf(commands.submit('createOperator', creation));
    const session = {
      secretHash: hashOf(secret),
      ip: '127.0.0.1',
      userAgent: 'a test',
      by: 'password',
      atMs,
    };
    const use = { linkHash: hashOf(link), passwordHash: null, session };
    await doneOf(commands.submit('acceptOperatorLink', use));
    const headers = { cookie: `bursar_session=${secret}`, 'x-bursar-session': '1' };
    return { id: row.id, ask: (method, path, body) => asPerson(exchange, method, path, body, headers) };
  }

  test('approve a withdrawal together, each once; a token does not count as one of them', async () => {
    const [ann, bob] = [await signIn('ann', 'approver'), await signIn('bob', 'approver')];
    const tom = await signIn('tom', 'treasurer');
    const token = {
      operator: bootstrap,
      name: 'robot',
      roles: ['approver' as const],
      secretHash: hashOf('robot'),
    };
    const limits = { ipAllowList: [], expiresAtMs: null, atMs: Date.now() };
    await doneOf(exchange.server.commands.submit('createOperatorToken', { ...token, ...limits }));
    const path = `/withdrawals/${await submitted(exchange, customer, {})}`;
    const approvedBy = (who: Person) => who.ask('POST', `${path}/approve`, {});
    const first = await approvedBy(ann);
    assert.deepEqual([first.status, first.body.stage], [200, 'awaiting-approval'], first.text);
    assertRejected(await approvedBy(ann), 409, -9409, /You have already approved/);
    assertRejected(await approvedBy(tom), 403, -9403, /approve-withdrawals/);
    const robot = await ask(
      exchange,
      'POST',
      `${base}${path}/approve`,
      {},
      { authorization: 'Bearer robot' },
    );
    assertRejected(robot, 409, -9409, /a token cannot stand for one/);
    const second = await approvedBy(bob);
    assert.deepEqual([second.status, second.body.stage], [200, 'queued'], second.text);
    const { approvals } = (await ann.ask('GET', path)).body;
    assert.deepEqual(
      approvals.map(({ ordinal, operator }: Record<string, unknown>) => [ordinal, operator]),
      [
        [1, ann.id],
        [2, bob.id],
      ],
    );
    await reaches(exchange, path.split('/').at(-1) ?? '', 'broadcast');
  });

  test('a credit is proposed by one treasurer and carried out by the approval of another', async () => {
    const [tina, theo] = [await signIn('tina', 'treasurer'), await signIn('theo', 'treasurer')];
    const eve = await signIn('eve', 'approver');
    const before = await balance(exchange, email, 'ETH');
    const body = { asset: 'ETH', amount: '2', reason: 'case 71' };
    const direct = await tina.ask('POST', `/accounts/${email}/credit`, body);
    assertRejected(direct, 409, -9409, /second person/);
    const proposal = {
      operation: 'creditAccount',
      path: { email },
      body: { asset: 'ETH', amount: '2' },
      reason: 'case 71',
    };
    assertRejected(await eve.ask('POST', '/changes', proposal), 403, -9403, /book-money/);
    const proposed = await tina.ask('POST', '/changes', proposal);
    assert.equal(proposed.status, 201, proposed.text);
    const path = `/changes/${proposed.body.id}/approve`;
    assertRejected(await tina.ask('POST', path, {}), 409, -9409, /You proposed/);
    assertRejected(await eve.ask('POST', path, {}), 403, -9403, /book-money/);
    assert.deepEqual(await balance(exchange, email, 'ETH'), before);
    const approved = await theo.ask('POST', path, {});
    assert.deepEqual([approved.status, approved.body.state], [200, 'approved'], approved.text);
    assert.equal(approved.body.decidedBy, theo.id);
    assert.equal(Number(approved.body.result.free), Number(before.free) + 2);
    assertRejected(await theo.ask('POST', path, {}), 409, -9409, /already approved/);
    assert.equal(Number((await balance(exchange, email, 'ETH')).free), Number(before.free) + 2);
    const { entries } = (await tina.ask('GET', '/audit?limit=2')).body;
    assert.deepEqual(
      entries.map((each: Record<string, unknown>) => [each.actor, each.action]),
      [
        ['operator:theo', 'change-approve'],
        ['operator:tina', 'balance-adjust'],
      ],
    );
  });

  test('the administrator who created the key cannot approve what it signs', async () => {
    const dan = await signIn('dan', 'administrator', 'approver');
    const [fay, gus] = [await signIn('fay', 'approver'), await signIn('gus', 'approver')];
    const key = (await dan.ask('POST', `/accounts/${email}/api-keys`, {})).body;
    const order = { asset: 'ETH', address: strangerAddress(), amount: '1' };
    const { id } = await signed(exchange, key, 'POST', '/wapi/v3/withdraw.html', order);
    const approvedBy = (who: Person) => who.ask('POST', `/withdrawals/${id}/approve`, {});
    assertRejected(await approvedBy(dan), 409, -9409, /You created the API key/);
    assert.equal((await approvedBy(fay)).body.stage, 'awaiting-approval');
    assert.equal((await approvedBy(gus)).body.stage, 'queued');
  });
});

async function asPerson(
  { operatorUrl }: Exchange,
  method: string,
  path: string,
  body: object | undefined,
  headers: Record<string, string>,
): Promise<Reply> {
  const response = await fetch(`${operatorUrl}${base}${path}`, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: text && JSON.parse(text) };
}
