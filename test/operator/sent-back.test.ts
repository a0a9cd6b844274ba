/** A body that GET returned can be sent back by PUT and PATCH, and changes nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { OperatorOperation } from '../../src/contract/operator-operation.ts';
import { operatorOperations } from '../../src/contract/operator-operations.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { assertRejected, done } from './operator-client.ts';

type Item = Readonly<Record<string, unknown>>;
type Resource = {
  /** Everything that the operation can be used on, with its path. */
  readonly items: readonly (readonly [path: string, body: Item])[];
  /** The field that the path contains. */
  readonly identity?: string;
};

/** The operations that replace or change what a GET shows, and where it is shown. */
const shownBy: Readonly<Record<string, { list: string; field?: string; identity?: string }>> = {
  putAsset: { list: '/assets', field: 'assets', identity: 'asset' },
  patchAsset: { list: '/assets', field: 'assets', identity: 'asset' },
  putNetwork: { list: '/networks', field: 'networks', identity: 'network' },
  patchNetwork: { list: '/networks', field: 'networks', identity: 'network' },
  putPrice: { list: '/prices', field: 'prices', identity: 'asset' },
  putSymbol: { list: '/symbols', field: 'symbols', identity: 'symbol' },
  putSettings: { list: '/settings' },
};
/** Operations on an account or a chain of the lab; no GET shows exactly the fields that they take. */
const actions: ReadonlySet<string> = new Set([
  'putSystemStatus',
  'putTradingLock',
  'putDepositAddress',
  'putAddressBookEntry',
  'updateAccount',
  'changeLabChain',
  'putAccountTags',
  // A list shows all versions.
  'putPolicy',
  // Nothing shows a password.
  'putMyPassword',
  'updateOperator',
]);

describe('money, sentence 3: what GET returns can be sent back by PUT', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange(['--demo', '1']);
  });
  after(() => exchange.close());

  async function resourceOf(operation: OperatorOperation): Promise<Resource> {
    const { list, field, identity } = shownBy[operation.id] as (typeof shownBy)[string];
    const shown = await done(exchange, 'GET', list);
    if (field === undefined || identity === undefined) return { items: [[list, shown]] };
    const items = (shown[field] as Item[]).map(
      (item) => [`${list}/${encodeURIComponent(String(item[identity]))}`, item] as const,
    );
    return { items, identity };
  }
  const latestAudit = () => done(exchange, 'GET', '/audit?limit=1');

  const changing = operatorOperations.filter(({ method }) => method === 'PUT' || method === 'PATCH');
  test('every PUT and PATCH is covered', () => {
    const ids = new Set(changing.map(({ id }) => id));
    const listed = [...Object.keys(shownBy), ...actions];
    const missing = [...ids].filter((id) => !listed.includes(id));
    const twice = [...actions].filter((id) => Object.hasOwn(shownBy, id));
    const unknown = listed.filter((id) => !ids.has(id));
    assert.deepEqual(
      [
        ...missing.map(
          (id) =>
            `${id} is not covered: add it to shownBy with the GET that shows what it takes, or to actions with a comment if there is none`,
        ),
        ...twice.map((id) => `${id} is in shownBy and in actions: remove it from one of them`),
        ...unknown.map((id) => `${id} is not a PUT or PATCH of the operator API: remove it`),
      ],
      [],
    );
  });

  for (const operation of changing.filter(({ id }) => id in shownBy)) {
    const { id, method } = operation;
    test(`${id}: the same body is 200 and changes neither state nor the audit trail`, async () => {
      const { items } = await resourceOf(operation);
      assert.ok(items.length > 0);
      for (const [path, item] of items) {
        const audit = await latestAudit();
        assert.deepEqual(await done(exchange, method, path, item), item, path);
        assert.deepEqual(await done(exchange, method, path, { ...item, reason: 'again' }), item, path);
        assert.deepEqual(await latestAudit(), audit, path);
      }
      assert.deepEqual((await resourceOf(operation)).items, items);
    });

    if (shownBy[id]?.identity === undefined) continue;
    test(`${id}: a body that names another thing than the path is rejected, naming both`, async () => {
      const { items, identity } = await resourceOf(operation);
      const [[path, item] = [], [, other] = []] = items;
      assert.ok(path && item && other && identity);
      const names = new RegExp(
        `^body\\.${identity}: is ${other[identity]}, but the path contains ${item[identity]};`,
      );
      const audit = await latestAudit();
      assertRejected(
        await exchange.operator(method, path, { ...item, [identity]: other[identity] }),
        400,
        -9400,
        names,
      );
      assert.deepEqual(await latestAudit(), audit);
    });
  }

  test('putSettings rejects a change of the system status, and says where to change it', async () => {
    const settings = await done(exchange, 'GET', '/settings');
    for (const systemStatus of [
      { status: 1, msg: 'normal' },
      { status: 0, msg: 'other' },
    ]) {
      const reply = await exchange.operator('PUT', '/settings', { ...settings, systemStatus });
      assertRejected(reply, 400, -9400, /^body\.systemStatus: .*PUT \/operator\/v1\/system-status/);
    }
    const { systemStatus } = settings;
    assert.deepEqual(await done(exchange, 'PUT', '/settings', { systemStatus }), settings);
    await done(exchange, 'PUT', '/system-status', { status: 1, msg: 'back at noon' });
    const inMaintenance = await done(exchange, 'GET', '/settings');
    assert.deepEqual(await done(exchange, 'PUT', '/settings', inMaintenance), inMaintenance);
    await done(exchange, 'PUT', '/system-status', systemStatus);
  });
});
