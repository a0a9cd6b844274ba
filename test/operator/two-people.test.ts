/** Two people who have signed in, over HTTP: they approve a withdrawal together, and a change that one of them proposed. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { OperatorRole } from '../../src/contract/operator-permissions.ts';
import { openSql } from '../support/database.ts';
import { type Credentials, type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { readAll } from '../support/sockets.ts';
import { done as doneOf } from '../support/world.ts';
import {
  ask,
  assertRejected,
  balance,
  cookieOf,
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
const rules = [{ name: 'two', decision: 'approve', approvers: 2, role: 'approver' }] as const;
const changes = [{ kind: 'credit' }] as const;

type Person = {
  readonly id: string;
  ask(method: string, path: string, body?: object): Promise<Reply>;
  /** Sends all but the body, which has two bytes. @returns what sends it and resolves to the reply. */
  begin(method: string, path: string): Promise<(body: string) => Promise<string>>;
};

describe('two people', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let email: string;
  let boss: Person | undefined;
  before(async () => {
    exchange = await startExchange();
    ({ email, customer } = await openNextCustomer(exchange));
    await credit(exchange, email, 'ETH', '10');
    await done(exchange, 'PUT', '/policies', { rules, changes });
  });
  after(() => exchange.close());

  /** As an administrator: the bootstrap token is for recovery as soon as there is one. */
  async function asBoss(method: string, path: string, body: object = {}) {
    boss ??= await signIn('boss', 'administrator', 'support');
    const reply = await boss.ask(method, path, method === 'GET' ? undefined : body);
    assert.equal(reply.status, 200, reply.text);
    return reply.body;
  }

  /** The session is new, so that the proof of identity is fresh. */
  async function signIn(name: string, ...roles: readonly OperatorRole[]): Promise<Person> {
    const { commands } = exchange.server;
    const atMs = Date.now();
    const link = `link of ${name}`;
    const creation = { operator: bootstrap, name, roles, link: { secretHash: hashOf(link), atMs } };
    const { row } = await doneOf(commands.submit('createOperator', creation));
    return enter(name, row.id, link);
  }

  /** Uses a one-time link. */
  async function enter(name: string, id: string, link: string): Promise<Person> {
    const secret = `secret-of-${name}-${hashOf(link).slice(0, 8)}`;
    const session = {
      secretHash: hashOf(secret),
      ip: '127.0.0.1',
      userAgent: 'a test',
      by: 'password',
      atMs: Date.now(),
    };
    const use = { linkHash: hashOf(link), passwordHash: null, session };
    await doneOf(exchange.server.commands.submit('acceptOperatorLink', use));
    const headers = { cookie: cookieOf(exchange, secret), 'x-bursar-session': '1' };
    return {
      id,
      ask: (method, path, body) => asPerson(exchange, method, path, body, headers),
      begin: (method, path) => beginAs(exchange, method, path, headers),
    };
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
    assertRejected(await eve.ask('POST', '/changes', proposal), 403, -9403, /propose-changes/);
    const proposed = await tina.ask('POST', '/changes', proposal);
    assert.equal(proposed.status, 201, proposed.text);
    const path = `/changes/${proposed.body.id}/approve`;
    assertRejected(await tina.ask('POST', path, {}), 409, -9409, /You proposed/);
    assertRejected(await eve.ask('POST', path, {}), 403, -9403, /book-money/);
    assert.deepEqual(await balance(exchange, email, 'ETH'), before);
    const approved = await theo.ask('POST', path, {});
    assert.deepEqual([approved.status, approved.body.state], [200, 'approved'], approved.text);
    assert.deepEqual([approved.body.decidedBy, approved.body.decidedByName], [theo.id, 'operator:theo']);
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

  test('a proposal is rejected by who may make it, has the role that the policy names, or proposed it', async () => {
    const [tess, adam] = [await signIn('tess', 'treasurer'), await signIn('adam', 'administrator')];
    const [vera, tim] = [await signIn('vera', 'approver'), await signIn('tim', 'treasurer')];
    await asBoss('PUT', '/policies', { rules, changes: [{ kind: 'credit', role: 'administrator' }] });
    try {
      const body = { asset: 'ETH', amount: '2' };
      const proposal = { operation: 'creditAccount', path: { email }, body, reason: 'case 73' };
      const propose = async () => `/changes/${(await tess.ask('POST', '/changes', proposal)).body.id}`;
      const path = await propose();
      assertRejected(await vera.ask('POST', `${path}/reject`, {}), 403, -9403, /book-money/);
      assert.equal((await tess.ask('GET', path)).body.state, 'pending');
      for (const [who, of] of [
        [adam, path],
        [tess, await propose()],
        [tim, await propose()],
      ] as const) {
        const rejected = await who.ask('POST', `${of}/reject`, {});
        assert.deepEqual([rejected.status, rejected.body.state], [200, 'rejected'], rejected.text);
      }
    } finally {
      await asBoss('PUT', '/policies', { rules, changes });
    }
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
    const refused = (await dan.ask('GET', '/audit?action=refused')).body.entries;
    assert.ok(
      refused.some((each: { actor: string; subject: string }) =>
        isDeepStrictEqual([each.actor, each.subject], ['operator:dan', `${base}/withdrawals/${id}/approve`]),
      ),
      JSON.stringify(refused),
    );
  });

  test('nor if the policy that needs approvals is set before the customer confirms it', async () => {
    await asBoss('PUT', '/policies', { rules: [], changes });
    await asBoss('PATCH', `/accounts/${email}`, { withdrawConfirmation: 'email' });
    try {
      const ida = await signIn('ida', 'administrator', 'approver');
      const jon = await signIn('jon', 'approver');
      const key = (await ida.ask('POST', `/accounts/${email}/api-keys`, {})).body;
      const order = { asset: 'ETH', address: strangerAddress(), amount: '1' };
      const { id } = await signed(exchange, key, 'POST', '/wapi/v3/withdraw.html', order);
      const one = { name: 'one', decision: 'approve', approvers: 1 };
      await asBoss('PUT', '/policies', { rules: [one], changes });
      const confirmed = await asBoss('POST', `/withdrawals/${id}/confirm`);
      assert.equal(confirmed.stage, 'awaiting-approval');
      const approvedBy = (who: Person) => who.ask('POST', `/withdrawals/${id}/approve`, {});
      assertRejected(await approvedBy(ida), 409, -9409, /You created the API key/);
      assert.equal((await approvedBy(jon)).body.stage, 'queued');
    } finally {
      await asBoss('PATCH', `/accounts/${email}`, { withdrawConfirmation: 'none' });
      await asBoss('PUT', '/policies', { rules, changes });
    }
  });

  /** An API token of the operator API. @returns what asks with it. */
  async function tokenOf(who: Person, name: string, ...roles: readonly OperatorRole[]) {
    const created = await who.ask('POST', '/tokens', { name, roles });
    assert.equal(created.status, 201, created.text);
    const headers = { authorization: `Bearer ${created.body.token}` };
    return (method: string, path: string, body?: object) => asPerson(exchange, method, path, body, headers);
  }

  test('a person and a token that the person created are one', async () => {
    const kay = await signIn('kay', 'administrator', 'approver', 'treasurer');
    const lou = await signIn('lou', 'treasurer');
    const token = await tokenOf(kay, 'payroll', 'administrator', 'approver', 'treasurer');
    const one = { name: 'one', decision: 'approve', approvers: 1 };
    await asBoss('PUT', '/policies', { rules: [one], changes });
    try {
      const key = (await kay.ask('POST', `/accounts/${email}/api-keys`, {})).body;
      const other = (await token('POST', `/accounts/${email}/api-keys`, {})).body;
      for (const by of [key, other]) {
        const order = { asset: 'ETH', address: strangerAddress(), amount: '0.1' };
        const { id } = await signed(exchange, by, 'POST', '/wapi/v3/withdraw.html', order);
        for (const approve of [kay.ask, token])
          assertRejected(await approve('POST', `/withdrawals/${id}/approve`, {}), 409, -9409, /You created/);
      }
    } finally {
      await asBoss('PUT', '/policies', { rules, changes });
    }
    const body = { asset: 'ETH', amount: '1' };
    const proposal = { operation: 'creditAccount', path: { email }, body, reason: 'case 72' };
    const path = `/changes/${(await token('POST', '/changes', proposal)).body.id}/approve`;
    assertRejected(await kay.ask('POST', path, {}), 409, -9409, /You proposed/);
    assert.equal((await lou.ask('POST', path, {})).body.state, 'approved');
  });

  test('access that the bootstrap token opened does not count among two until an administrator confirms it', async () => {
    await asBoss('GET', '/operators');
    const create = async (name: string) => {
      const made = await exchange.operator('POST', '/operators', { name, roles: ['approver'] });
      assert.equal(made.status, 201, made.text);
      return enter(name, made.body.operator.id, made.body.link.secret);
    };
    const [vic, wes] = [await create('vic'), await create('wes')];
    const id = await submitted(exchange, customer, {});
    const path = `/withdrawals/${id}/approve`;
    for (const each of [vic, wes])
      assertRejected(await each.ask('POST', path, {}), 409, -9409, /The bootstrap token opened your access/);
    const { operators } = await asBoss('GET', '/operators');
    const ofVic = operators.find((each: { name: string }) => each.name === 'vic');
    assert.ok(ofVic.unconfirmedUntil > Date.now());
    const another = await exchange.operator('POST', '/operators/wes/link', {});
    const again = await enter('wes', wes.id, another.body.link.secret);
    assertRejected(await again.ask('POST', path, {}), 409, -9409, /The bootstrap token opened your access/);
    const confirmed = await boss?.ask('POST', '/operators/wes/link', {});
    const clean = await enter('wes', wes.id, confirmed?.body.link.secret);
    assert.equal((await clean.ask('POST', path, {})).status, 200);
    assert.equal((await asBoss('GET', `/withdrawals/${id}`)).approvals[0].operator, wes.id);
    assertRejected(await vic.ask('POST', path, {}), 409, -9409, /The bootstrap token opened your access/);
    await using sql = openSql(exchange.location);
    const [approval] = await sql.rows(`SELECT * FROM withdrawal_approvals WHERE withdrawal_id = '${id}'`);
    await assert.rejects(
      sql.run(`INSERT INTO withdrawal_approvals
        (id, withdrawal_id, ordinal, previous, operator, person, needed, key_operator, entry_operator, at)
        VALUES ('${id}:2', '${id}', 2, '${id}:1', '${vic.id}', '${vic.id}', 2, '', '', ${approval?.at})`),
      /unconfirmed access/,
    );
  });

  test('opening access for operators needs a second administrator if the policy says so', async () => {
    const xia = await signIn('xia', 'administrator');
    await asBoss('PUT', '/policies', { rules, changes: [...changes, { kind: 'operators' }] });
    try {
      const body = { name: 'yan', roles: ['approver'] };
      assertRejected(await xia.ask('POST', '/operators', body), 409, -9409, /kind operators needs a second/);
      assertRejected(
        await xia.ask('PATCH', '/operators/boss', { roles: ['administrator', 'approver'] }),
        409,
        -9409,
        /kind operators needs a second/,
      );
      assertRejected(await xia.ask('POST', '/operators/boss/link', {}), 409, -9409, /kind operators/);
      const robot = { name: 'of-two', roles: ['approver'] };
      assertRejected(await xia.ask('POST', '/tokens', robot), 409, -9409, /kind operators/);
      const asked = await xia.ask('POST', '/changes', { operation: 'createToken', body: robot });
      const made = (await asBoss('POST', `/changes/${asked.body.id}/approve`)).result;
      assert.equal(made.createdBy, 'xia', 'the token and its proposer are one person');
      assert.match(made.token, /^bursar_token_/);
      const proposed = await xia.ask('POST', '/changes', { operation: 'createOperator', body });
      assert.deepEqual([proposed.status, proposed.body.subject], [201, 'yan'], proposed.text);
      const approve = `/changes/${proposed.body.id}/approve`;
      assertRejected(await xia.ask('POST', approve, {}), 409, -9409, /You proposed/);
      const { result } = await asBoss('POST', approve);
      const yan = await enter('yan', result.operator.id, result.link.secret);
      const id = await submitted(exchange, customer, {});
      assert.equal((await yan.ask('POST', `/withdrawals/${id}/approve`, {})).status, 200);
      await asBoss('PATCH', '/operators/yan', { disabled: true });
      assertRejected(
        (await boss?.ask('PATCH', '/operators/yan', { disabled: false })) as Reply,
        409,
        -9409,
        /kind operators/,
      );
      const recovered = await exchange.operator('POST', '/operators/xia/link', {});
      assert.equal(recovered.status, 201, 'the bootstrap token recovers access alone');
    } finally {
      await exchange.server.commands.submit('putApprovalPolicy', { operator: bootstrap, rules, changes });
    }
  });

  test('nobody approves who was disabled, or signed out, while the request arrived', async () => {
    const [max, ned] = [await signIn('max', 'approver'), await signIn('ned', 'approver')];
    const id = await submitted(exchange, customer, {});
    const path = `/withdrawals/${id}/approve`;
    const [byMax, byNed] = [await max.begin('POST', path), await ned.begin('POST', path)];
    await asBoss('PATCH', '/operators/max', { disabled: true });
    assert.equal((await ned.ask('POST', '/sign-out', {})).status, 200);
    for (const finish of [byMax, byNed]) assert.match(await finish('{}'), /^HTTP\/1.1 401 /);
    assert.deepEqual((await asBoss('GET', `/withdrawals/${id}`)).approvals, []);
  });

  test('the tokens of a disabled operator stop working, until the operator is enabled again', async () => {
    const gil = await signIn('gil', 'administrator');
    const made = await gil.ask('POST', '/tokens', { name: 'of-gil', roles: ['viewer'] });
    const headers = { authorization: `Bearer ${made.body.token}` };
    const use = async () => (await ask(exchange, 'GET', `${base}/accounts`, undefined, headers)).status;
    assert.equal(await use(), 200, made.text);
    await asBoss('PATCH', '/operators/gil', { disabled: true });
    assert.equal(await use(), 401);
    await asBoss('PATCH', '/operators/gil', { disabled: false });
    assert.equal(await use(), 200);
  });

  test('the audit trail has the reason and the proof of the approver of a change', async () => {
    const [ivy, jay] = [await signIn('ivy', 'treasurer'), await signIn('jay', 'treasurer')];
    const body = { asset: 'ETH', amount: '2' };
    const proposal = { operation: 'creditAccount', path: { email }, body, reason: 'case 74' };
    const { id } = (await ivy.ask('POST', '/changes', proposal)).body;
    const approved = await jay.ask('POST', `/changes/${id}/approve`, { reason: 'looks good' });
    assert.equal(approved.body.state, 'approved', approved.text);
    const { entries } = await asBoss('GET', '/audit?limit=2');
    const [of, reasons] = [
      (action: string) => entries.find((each: { action: string }) => each.action === action),
      entries.map((each: { reason: string }) => each.reason).toSorted(),
    ];
    assert.deepEqual(reasons, ['case 74', 'looks good']);
    assert.equal(of('change-approve').reason, 'looks good');
    assert.equal(of('change-approve').details.proof.by, 'password');
  });

  test('the rule by value says who approves a change, and its proposer must still be allowed to', async () => {
    const tiers = [
      { kind: 'credit', aboveUsd: '100000', role: 'support' },
      { kind: 'credit', aboveUsd: '1000', role: 'administrator' },
    ];
    await asBoss('PUT', '/prices/ETH', { price: '2500' });
    await asBoss('PUT', '/policies', { rules, changes: tiers });
    try {
      const [ola, pat] = [await signIn('ola', 'treasurer'), await signIn('pat', 'support')];
      const una = await signIn('una', 'administrator');
      const body = { asset: 'ETH', amount: '2' };
      const proposal = { operation: 'creditAccount', path: { email }, body, reason: 'case 73' };
      const proposed = (await ola.ask('POST', '/changes', proposal)).body;
      assert.equal(proposed.role, 'administrator');
      const path = `/changes/${proposed.id}/approve`;
      assertRejected(await pat.ask('POST', path, {}), 409, -9409, /role administrator/);
      await asBoss('PATCH', '/operators/ola', { disabled: true });
      assertRejected(await una.ask('POST', path, {}), 409, -9409, /may no longer make such changes/);
    } finally {
      await asBoss('PUT', '/policies', { rules, changes });
    }
  });

  test('the tags of accounts, by which rules select them, need a second person', async () => {
    await asBoss('PUT', '/policies', { rules, changes: [{ kind: 'tags' }] });
    try {
      const [zita, zoe] = [await signIn('zita', 'administrator'), await signIn('zoe', 'administrator')];
      const path = `/accounts/${encodeURIComponent(email)}/tags`;
      const body = { tags: ['trusted'] };
      assertRejected(await zita.ask('PUT', path, body), 409, -9409, /second person/);
      const proposal = { operation: 'putAccountTags', path: { email }, body, reason: 'case 76' };
      const { id, kind } = (await zita.ask('POST', '/changes', proposal)).body;
      assert.equal(kind, 'tags');
      assertRejected(await zita.ask('POST', `/changes/${id}/approve`, {}), 409, -9409, /another/);
      assert.deepEqual((await zita.ask('GET', path)).body.tags, []);
      assert.equal((await zoe.ask('POST', `/changes/${id}/approve`, {})).status, 200);
      assert.deepEqual((await zita.ask('GET', path)).body.tags, ['trusted']);
    } finally {
      await asBoss('PUT', '/policies', { rules, changes });
    }
  });
});

test('of the operators whom the bootstrap token makes before the first administrator, one is confirmed', async () => {
  const fresh = await startExchange();
  try {
    const roles = ['administrator', 'approver'];
    const secrets = [];
    for (const name of ['wen', 'xan']) {
      const made = await fresh.operator('POST', '/operators', { name, roles });
      assert.equal(made.status, 201, made.text);
      secrets.push(made.body.link.secret);
    }
    for (const secret of secrets) {
      const body = { secret, password: 'a long enough password' };
      assert.equal((await asPerson(fresh, 'POST', '/links/accept', body, {})).status, 200);
    }
    const { operators } = (await fresh.operator('GET', '/operators')).body;
    const confirmed = operators.map(
      ({ name, unconfirmedUntil }: { readonly name: string; readonly unconfirmedUntil: number | null }) => [
        name,
        unconfirmedUntil === null,
      ],
    );
    assert.deepEqual(Object.fromEntries(confirmed), { wen: true, xan: false });
  } finally {
    await fresh.close();
  }
});

async function beginAs(
  { operatorUrl }: Exchange,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<(body: string) => Promise<string>> {
  const { hostname: host, port } = new URL(operatorUrl);
  const socket = connect({ host, port: Number(port) });
  await once(socket, 'connect');
  const sent = {
    host: `${host}:${port}`,
    ...headers,
    'content-type': 'application/json',
    'content-length': 2,
  };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}`);
  // The server asks for the body when it has checked who asks.
  socket.write(
    [`${method} ${base}${path} HTTP/1.1`, ...lines, 'expect: 100-continue', 'connection: close', '', ''].join(
      '\r\n',
    ),
  );
  const [interim] = await once(socket, 'data');
  assert.match(String(interim), /^HTTP\/1.1 100 /);
  return async (body) => {
    socket.write(body);
    return readAll(socket);
  };
}

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
