/** Every operation × every role: allowed, or 403. Generated from the contract, as docs/operators.md is. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { followEvents } from '../../src/contract/operator-events.ts';
import type { OperatorOperation } from '../../src/contract/operator-operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import {
  type OperationAccess,
  type OperatorPermission,
  operatorPermissions,
  operatorRoles,
  permissionsOfRecovery,
  rolePermissions,
} from '../../src/contract/operator-permissions.ts';
import { publicPaths } from '../../src/operator/operator-routing.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { addOperator, becomeAdministrator, type Page } from './page.ts';

/** Each column of the table, and its permissions. */
const columns: Readonly<Record<string, readonly OperatorPermission[]>> = {
  ...rolePermissions,
  'no role': [],
};

/** Operations whose work would disturb the others; their permission is checked before the body is read. */
const endsSession: ReadonlySet<string> = new Set(['signOut', 'endMySession']);

describe('permissions of operations', () => {
  let exchange: Exchange;
  const pages = new Map<string, Page>();
  let token = '';
  before(async () => {
    exchange = await startExchange(['--demo', '1', '--lab', '1']);
    const administrator = await becomeAdministrator(exchange);
    for (const column of Object.keys(columns)) {
      const roles = column === 'no role' ? [] : [column];
      pages.set(column, await addOperator(exchange, administrator, column.replace(' ', '-'), roles));
    }
    const made = await administrator.done('POST', '/tokens', { name: 'machine', roles: [...operatorRoles] });
    token = made.token;
  });
  after(() => exchange.close());

  // First those for which the proofs of the sign-ins must be fresh.
  const sorted = [...operatorOperations].sort((x, y) => Number(y.needsProof) - Number(x.needsProof));
  for (const operation of sorted) {
    const { id, permission } = operation;
    test(`${id} needs ${permission}`, async () => {
      const call = wrongCall(operation);
      if (!endsSession.has(id)) await assertRoles(permission, call);
      const isForPeople = permission === 'session' || operation.needsProof;
      assert.equal(await byBearer(token, call), isForPeople ? 403 : 400, 'a token with all roles');
      const recovers = permits(permission, permissionsOfRecovery) || isForAnybody(permission);
      const recovering = await byBearer(exchange.server.operatorToken, call);
      assert.equal(recovering, recovers ? 400 : 403, 'the bootstrap token');
    });
  }

  test('the stream of events needs a role that may view, and public operations need nothing', async () => {
    for (const [column, allowed] of Object.entries(columns)) {
      const { cookie } = pages.get(column) as Page;
      const end = new AbortController();
      const request = { headers: { cookie }, signal: end.signal };
      const response = await fetch(
        `http://localhost:${exchange.server.operatorPort}${followEvents.path}`,
        request,
      );
      assert.equal(response.status, permits(followEvents.permission, allowed) ? 200 : 403, column);
      end.abort();
    }
    for (const path of publicPaths)
      assert.equal((await fetch(`${exchange.operatorUrl}${path}`)).status, 200, path);
  });

  test('a token changes an asset, but not its limit, which is a rule of the approval policy', async () => {
    const patch = (body: object) => byBearer(token, { method: 'PATCH', path: '/assets/ETH', body });
    assert.equal(await patch({ autoApprovalLimit: '1000000' }), 403);
    assert.equal(await patch({ withdrawMaximumPerDay: '1000000' }), 200);
    const limited = { autoApprovalLimit: '1000000' };
    assert.equal((await (pages.get('viewer') as Page).send('PATCH', '/assets/ETH', limited)).status, 403);
  });

  async function assertRoles(permission: OperationAccess, { method, path, body }: Call): Promise<void> {
    for (const [column, allowed] of Object.entries(columns)) {
      const reply = await (pages.get(column) as Page).send(method, path, body);
      const mayCall = permits(permission, allowed) || permission === 'session' || isForAnybody(permission);
      // An operator who may call it learns that the request is invalid.
      assert.equal(reply.status, mayCall ? 400 : 403, `${column}: ${reply.text}`);
    }
  }

  async function byBearer(secret: string, { method, path, body }: Call): Promise<number> {
    const response = await fetch(`${exchange.operatorUrl}/operator/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response.status;
  }
});

const permits = (permission: OperationAccess, allowed: readonly OperatorPermission[]) =>
  (allowed as readonly string[]).includes(permission);
const isForAnybody = (permission: OperationAccess) => permission === 'public' || permission === 'anyone';

type Call = { readonly method: string; readonly path: string; readonly body?: object };

/** A request that the operation finds invalid, so that nothing is done. */
function wrongCall({ method, path }: OperatorOperation): Call {
  const filled = path.replace('/operator/v1', '').replaceAll(/\{\w+\}/g, 'nothing');
  if (method === 'GET' || method === 'DELETE') return { method, path: `${filled}?not-a-parameter=1` };
  return { method, path: filled, body: { 'not a field': 1 } };
}

test('every permission is needed by an operation and contained in a role', () => {
  const needed = new Set<string>(operatorOperations.map(({ permission }) => permission));
  const given = new Set<string>(Object.values(rolePermissions).flat());
  for (const permission of Object.keys(operatorPermissions)) {
    assert.ok(needed.has(permission), permission);
    assert.ok(given.has(permission), permission);
  }
});

test('no role both moves money and approves withdrawals, and administrators do neither', () => {
  const moves: readonly string[] = ['book-money', 'send-withdrawals'];
  for (const [role, permissions] of Object.entries(rolePermissions)) {
    const given: readonly string[] = permissions;
    const both = given.includes('approve-withdrawals') && given.some((each) => moves.includes(each));
    assert.ok(!both, role);
  }
  const administrator: readonly string[] = rolePermissions.administrator;
  assert.ok(![...moves, 'approve-withdrawals'].some((each) => administrator.includes(each)));
});
