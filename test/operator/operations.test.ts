/** Every operation of the operator API: its reply, its authorisation, and its audit entry. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { isOfAccess, isOfLab } from '../../src/contract/operator-operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { createSchemaCheck } from '../../src/contract/schema-check.ts';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { failReadsOnceDone } from '../support/late-reads.ts';
import { operationCalls } from './operation-calls.ts';
import { operationNamed } from './operation-named.ts';
import { ask, assertRejected } from './operator-client.ts';

const reason = 'because';
const base = '/operator/v1';
const withReason = (path: string) => `${path}${path.includes('?') ? '&' : '?'}reason=${reason}`;

/** Operations that are not GET and leave no audit entry, and why. */
const withoutAudit: Readonly<Record<string, string>> = {
  rehearsePolicy: 'tries a draft on past withdrawals and writes nothing',
};

/** Others: test/lab/, sign-in.test.ts, passkeys.test.ts, two-people.test.ts (approval of a change). */
const covered = operatorOperations.filter(
  (each) => !isOfLab(each) && !isOfAccess(each) && each.id !== 'approveChange',
);
const coveredIds: ReadonlySet<string> = new Set(covered.map(({ id }) => id));
/** Without calls of operations that do not exist, which the first test reports. */
const calls = operationCalls.filter(({ id }) => coveredIds.has(id));

test('every operation has a call, and every call an operation', () => {
  const called = new Set(operationCalls.map(({ id }) => id));
  const missing = [...coveredIds].filter((id) => !called.has(id));
  const unknown = [...called].filter((id) => !coveredIds.has(id));
  assert.deepEqual(
    [
      ...missing.map((id) => `${id} has no call: add one to a file of test/operator/operation-calls/`),
      ...unknown.map((id) => `${id} has a call, but does not exist or is covered by other tests: remove it`),
    ],
    [],
  );
});

test('every operation that is not GET leaves an audit entry, except those listed with a reason', () => {
  const silent = calls.filter(
    ({ id, action }) => operationNamed(id).method !== 'GET' && action === undefined,
  );
  const silentIds = new Set(silent.map(({ id }) => id));
  const unlisted = [...silentIds].filter((id) => !Object.hasOwn(withoutAudit, id));
  const stale = Object.keys(withoutAudit).filter((id) => !silentIds.has(id));
  assert.deepEqual(
    [
      ...unlisted.map(
        (id) =>
          `${id} has a call without an action: name its audit entry, or add it to withoutAudit with a reason`,
      ),
      ...stale.map((id) => `${id} has an action, is a GET or has no call: remove it from withoutAudit`),
    ],
    [],
  );
});

describe('the operations of the operator API', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());

  async function lastAudit(): Promise<Reply['body']> {
    return (await ask(exchange, 'GET', `${base}/audit?limit=1`)).body.entries[0] ?? { seq: 0 };
  }

  for (const { id, action, request, prepare, remember } of calls) {
    const operation = operationNamed(id);
    const kept = action === undefined ? 'leaves no audit entry' : `is in the audit trail as ${action}`;
    test(`${operation.method} ${operation.path} answers according to its contract, and ${kept}`, async () => {
      await prepare?.(exchange);
      const { path, body } = request();
      const before = await lastAudit();
      const fromMs = Date.now();
      const olga = { 'x-operator': 'olga' };
      const why = body && { ...body, reason };
      const target = operation.method === 'DELETE' ? withReason(path) : path;
      const send = () => ask(exchange, operation.method, `${base}${target}`, why, olga);
      // Completed work is answered as completed: a handler reads nothing after its last command.
      const reply = await failReadsOnceDone(exchange, send);
      assert.equal(reply.status, operation.status, reply.text);
      assert.equal(createSchemaCheck(operation.reply)(reply.body), null, reply.text);
      remember?.(reply.body);

      const last = await lastAudit();
      assert.deepEqual({ entries: last.seq - before.seq }, { entries: action === undefined ? 0 : 1 });
      if (action === undefined) return;
      assert.deepEqual([last.actor, last.action, last.reason], ['bootstrap:olga', action, reason]);
      assert.ok(last.at >= fromMs && last.at <= Date.now(), 'when');
      assert.notEqual(last.subject, '');
    });
  }

  test('without the token, every operation is rejected and nothing is done', async () => {
    const before = await lastAudit();
    const wrong = ['', 'Bearer', 'Bearer wrong', `Basic ${exchange.server.operatorToken}`];
    const rejected = calls.flatMap(({ id, request }) => {
      const { method } = operationNamed(id);
      const { path, body } = request();
      return wrong.map((authorization) => ask(exchange, method, `${base}${path}`, body, { authorization }));
    });
    // Concurrently, because each wrong token from an address is answered more slowly than the one before.
    for (const reply of await Promise.all(rejected)) {
      assertRejected(reply, 401, -9401);
      assert.equal(reply.headers.get('www-authenticate'), 'Bearer');
    }
    assert.equal((await lastAudit()).seq, before.seq);
  });

  test('a body with an unknown field is rejected, naming it, and nothing is done', async () => {
    const before = await lastAudit();
    for (const { id, request } of calls) {
      const { path, body } = request();
      const { method } = operationNamed(id);
      if (body === undefined) continue;
      const reply = await ask(exchange, method, `${base}${path}`, { ...body, reason, mispelt: 1 });
      assertRejected(reply, 400, -9400, /^body\.mispelt: is not a field of this operation$/);
    }
    assert.equal((await lastAudit()).seq, before.seq);
  });

  test('a body without a required field is rejected, naming it', async () => {
    for (const { id, request } of calls) {
      const { method, body: schema } = operationNamed(id);
      const { path, body } = request();
      for (const field of (schema.required ?? []) as readonly string[]) {
        const without = Object.fromEntries(
          Object.entries({ ...body, reason }).filter(([each]) => each !== field),
        );
        const reply = await ask(exchange, method, `${base}${path}`, without);
        assertRejected(reply, 400, -9400, new RegExp(`^body\\.${field}: is required$`));
      }
    }
  });
});
