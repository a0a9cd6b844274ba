/**
 * PostgreSQL down or unresponsive: work that was not done is answered 503, work of unknown outcome 504, in bounded time
 * and never otherwise; and service recovers by itself once it is back.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { errorsOf, isSigned, type Operation } from '../../src/contract/operation.ts';
import { accountInfo } from '../../src/contract/sapi/account/account-info.ts';
import { accountSnapshot } from '../../src/contract/sapi/account/account-snapshot.ts';
import { sapiAccountStatus } from '../../src/contract/sapi/account/account-status.ts';
import { apiRestrictions } from '../../src/contract/sapi/account/api-restrictions.ts';
import { sapiAssetDetail } from '../../src/contract/sapi/asset/asset-detail.ts';
import { sapiTradeFee } from '../../src/contract/sapi/asset/trade-fee.ts';
import { fiatOrders } from '../../src/contract/sapi/fiat/fiat-orders.ts';
import { questionnaireRequirements } from '../../src/contract/sapi/localentity/questionnaire-requirements.ts';
import { removeSubAccountKeyAddresses } from '../../src/contract/sapi/sub-account/key-address-removal.ts';
import { revokeSubAccountKey } from '../../src/contract/sapi/sub-account/key-revoke.ts';
import { accountStatus } from '../../src/contract/wapi/account-status.ts';
import { assetDetail } from '../../src/contract/wapi/asset-detail.ts';
import { depositAddress } from '../../src/contract/wapi/deposit-address.ts';
import { dustConvert } from '../../src/contract/wapi/dust-convert.ts';
import { tradeFee } from '../../src/contract/wapi/trade-fee.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { goodQueryOf } from '../contract/calls.ts';
import { assertRejected, type Call, ContractWorld, type Reply } from '../contract/contract-world.ts';
import { eventually } from '../support/eventually.ts';
import { type PostgresCluster, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

/** An address of a key is removed after the calls that list it. */
const writing = customerOperations
  .filter((each) => errorsOf(each).includes('outcome-unknown'))
  .sort((a, b) => Number(a === removeSubAccountKeyAddresses) - Number(b === removeSubAccountKeyAddresses));
const fromMemory = customerOperations.filter(({ security }) => !isSigned(security));
/** These need only the key, which is cached while changes of other processes are received. */
const needingKey: readonly Operation[] = [
  accountStatus,
  assetDetail,
  tradeFee,
  accountInfo,
  // An account that was opened today has no day to show.
  accountSnapshot,
  apiRestrictions,
  fiatOrders,
  questionnaireRequirements,
  sapiAccountStatus,
  sapiAssetDetail,
  sapiTradeFee,
];
const needingStore = customerOperations.filter(
  (each) => !fromMemory.includes(each) && !needingKey.includes(each),
);
const reading = needingStore.filter((each) => !writing.includes(each));

const operatorCalls = [
  ['GET', '/accounts', undefined],
  ['GET', '/withdrawals', undefined],
  ['POST', '/accounts', { email: 'new@example.com', reason: 'a test' }],
  ['POST', '/chain/blocks', { network: 'ETH', count: 1 }],
  ['GET', '/integrity', undefined],
] as const;

/** The statements before COMMIT and COMMIT itself each have their own time limit. */
const boundMs = 17_000;
const outsideAddress = '0x00000000219ab540356cbb839cbe05303d7705fa';

async function call(world: ContractWorld, operation: Operation, more: Partial<Call> = {}) {
  const timing = `recvWindow=60000&timestamp=${Date.now()}`;
  return world.call({ operation, query: goodQueryOf(operation), timing, ...more });
}

function callAll(world: ContractWorld, some: readonly Operation[]) {
  return Promise.all(some.map(async (operation) => [operation, await call(world, operation)] as const));
}

/** Dust can be converted once a day, and only if there is any; a key is revoked once. */
const onlyOnce: readonly Operation[] = [dustConvert, revokeSubAccountKey];

/** Every operation is served again, a new withdrawal reaches the chain, and the books balance. */
async function assertRecovers(world: ContractWorld): Promise<void> {
  const { server, operator } = world.exchange;
  for (const operation of customerOperations) {
    const isServed = ({ status }: Reply) =>
      status === 200 || (onlyOnce.includes(operation) && status === 400);
    await eventually(() => call(world, operation), isServed);
  }
  const { body } = await call(world, withdraw, { query: `asset=ETH&address=${outsideAddress}&amount=1` });
  const mine = async () => {
    await operator('POST', '/chain/blocks', { network: 'ETH', count: 1 });
    return server.reads.row('withdrawals', { id: String(body.id) });
  };
  await eventually(mine, (row) => row?.stage === 'completed');
  assert.equal((await operator('GET', '/integrity')).body.ok, true);
}

/** A query with which the operation writes: an address of the account is issued only once. */
function queryOf(operation: Operation): string {
  if (operation === depositAddress) return 'asset=CAP';
  return `${goodQueryOf(operation)}${operation === withdraw ? '&withdrawOrderId=lost' : ''}`;
}

async function assertOneWithdrawal(world: ContractWorld, query: string, orderId: string): Promise<void> {
  const again = await call(world, withdraw, { query });
  const rows = await world.exchange.server.reads.rows('withdrawals', { orderId });
  assert.deepEqual([again.status, rows.map(({ id }) => id)], [200, [again.body.id]], again.text);
}

describe('a server and its PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let cluster: PostgresCluster;
  before(async () => {
    cluster = await startPostgres();
  });
  after(() => cluster.stop());

  const startWorld = (url: string) => ContractWorld.start(['--log-level', 'silent', '--database-url', url]);

  test('down: 503 only for operations that need it; all work again when it is back', async (t) => {
    const world = await startWorld(await cluster.createDatabase());
    t.after(() => world.close());
    assert.equal((await call(world, accountStatus)).status, 200);
    await cluster.end('immediate');
    for (const operation of needingStore)
      assertRejected(await call(world, operation), 'not-done', {}, operation.dialect);
    for (const operation of fromMemory)
      assert.equal((await call(world, operation)).status, 200, operation.id);
    for (const operation of needingKey) {
      const refused = await eventually(
        () => call(world, operation),
        ({ status }) => status !== 200,
      );
      assertRejected(refused, 'not-done', {}, operation.dialect);
    }
    // A key that is not cached cannot be distinguished from an invalid one.
    assertRejected(await call(world, accountStatus, { key: world.sub }), 'not-done');
    for (const [method, path, body] of operatorCalls) {
      const reply = await world.exchange.operator(method, path, body);
      assert.deepEqual([reply.status, reply.body.code], [503, -1001], `${path}: ${reply.text}`);
    }
    await cluster.restart();
    await assertRecovers(world);
  });

  describe('behind a proxy', () => {
    let proxy: TcpProxy;
    let world: ContractWorld;
    before(async () => {
      proxy = new TcpProxy(cluster.port);
      const port = await proxy.start();
      world = await startWorld((await cluster.createDatabase()).replace(`:${cluster.port}/`, `:${port}/`));
    });
    after(async () => {
      try {
        await world.close();
      } finally {
        proxy.stop();
      }
    });

    for (const operation of writing) {
      test(`${operation.id}: if the answer to COMMIT is lost, the work is done and 504 reports an unknown outcome`, async () => {
        const query = queryOf(operation);
        const stored = await world.digest();
        proxy.onRequest = (bytes) => (bytes.includes('COMMIT') ? 'drop after' : 'pass');
        const reply = await call(world, operation, { query });
        proxy.onRequest = () => 'pass';
        assertRejected(reply, 'outcome-unknown', {}, operation.dialect);
        const isThere = (digest: string) => digest !== stored;
        await eventually(() => world.digest(), isThere);
        if (operation === withdraw) await assertOneWithdrawal(world, query, 'lost');
      });
    }

    test('unresponsive: 503 or 504 in bounded time, and the actual outcome when it answers again', async () => {
      const query = `${goodQueryOf(withdraw)}&withdrawOrderId=silent`;
      assert.equal((await call(world, accountStatus)).status, 200);
      proxy.answers = false;
      try {
        const begunMs = performance.now();
        const [order, replies] = await Promise.all([
          call(world, withdraw, { query }),
          callAll(world, customerOperations),
        ]);
        const statuses = new Map(replies.map(([operation, { status }]) => [operation, status]));
        for (const operation of fromMemory) assert.equal(statuses.get(operation), 200, operation.id);
        for (const operation of needingKey)
          assert.ok([200, 503].includes(statuses.get(operation) ?? 0), operation.id);
        for (const operation of reading) assert.equal(statuses.get(operation), 503, operation.id);
        for (const status of [order.status, ...writing.map((operation) => statuses.get(operation))])
          assert.ok(status === 503 || status === 504, `${status}`);
        assert.ok(performance.now() - begunMs < boundMs, `${performance.now() - begunMs} ms`);
      } finally {
        proxy.answers = true;
      }
      await assertRecovers(world);
      await assertOneWithdrawal(world, query, 'silent');
    });
  });
});
