/** HEAD on every path of the operator's listener that supports GET is answered like GET, but without a body. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { ask, openCustomer } from './operator-client.ts';

const accounts = '/operator/v1/accounts';
let exchange: Exchange;
before(async () => {
  exchange = await startExchange(['--demo', '1', '--lab', '1']);
  await openCustomer(exchange, 'head@x.com');
});
after(() => exchange.close());

const volatile = ['date', 'connection', 'keep-alive'];
const stable = ({ headers }: Reply) => [...headers].filter(([name]) => !volatile.includes(name));

/** Sends GET and HEAD. @returns the reply to HEAD. */
async function assertAnsweredLikeGet(path: string, headers: Record<string, string> = {}): Promise<Reply> {
  const { get, head } = await askBoth(path, headers);
  const about = `${path}: ${get.text}`;
  assert.deepEqual([head.status, head.text], [get.status, ''], about);
  assert.deepEqual(stable(head), stable(get), about);
  assert.equal(Number(head.headers.get('content-length')), Buffer.byteLength(get.text), about);
  return head;
}

/** A reply that shows times or heights may have another length a moment later, so both are asked again if they differ. */
async function askBoth(path: string, headers: Record<string, string>, triesLeft = 20) {
  const get = await ask(exchange, 'GET', path, undefined, headers);
  const head = await ask(exchange, 'HEAD', path, undefined, headers);
  if (isDeepStrictEqual(stable(get), stable(head)) || triesLeft === 0) return { get, head };
  return askBoth(path, headers, triesLeft - 1);
}

/** A value for each placeholder with which the operation succeeds. */
const values: Readonly<Record<string, string>> = {
  email: 'head@x.com',
  asset: 'ETH',
  network: 'ETH',
  seq: '1',
};

/** Query parameters that an operation needs. */
const queries: Readonly<Record<string, string>> = { search: '?q=head' };

for (const { id, method, path, permission } of operatorOperations) {
  if (method !== 'GET') continue;
  test(`HEAD of ${id} has the status and the headers of GET`, async () => {
    const target = path.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '1') + (queries[id] ?? '');
    const { status } = await assertAnsweredLikeGet(target);
    const isKnown = [...path.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => name in values);
    // The bootstrap token, with which it asks, is no person with a session.
    assert.equal(status, permission === 'session' ? 403 : isKnown ? 200 : 404);
  });
}

test('HEAD is checked like GET: token, path, headers and parameters', async () => {
  for (const [target, headers, status] of [
    [accounts, { authorization: '' }, 401],
    ['/operator/v1/nothing', {}, 404],
    ['/', {}, 404],
    [accounts, { 'x-operator': '\xe9' }, 400],
    [accounts, { 'idempotency-key': 'k' }, 400],
    [`${accounts}?limit=ten`, {}, 400],
    [`${accounts}?mail=head@x.com`, {}, 400],
    [`${accounts}/nobody/balances`, {}, 400],
    [`${accounts}/no@x.com/balances`, {}, 404],
    [`/${'x'.repeat(9000)}`, {}, 414],
  ] as const)
    assert.equal((await assertAnsweredLikeGet(target, headers)).status, status, target);
});

test('HEAD of paths that are served without the token', async () => {
  for (const path of ['/health', '/ready', '/openapi.json'])
    assert.equal((await assertAnsweredLikeGet(path, { authorization: '' })).status, 200);
});

test('HEAD of a path that supports no GET → 405 with Allow', async () => {
  const paths = Map.groupBy(operatorOperations, ({ path }) => path);
  for (const [path, operations] of paths) {
    if (operations.some(({ method }) => method === 'GET')) continue;
    const target = path.replace(/\{\w+\}/g, 'x');
    const { status, headers } = await assertAnsweredLikeGet(target);
    assert.deepEqual(
      [status, headers.get('allow')?.split(', ').sort()],
      [405, operations.map(({ method }) => method).sort()],
      path,
    );
  }
});
