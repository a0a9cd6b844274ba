/** Deposits without a known owner: recorded, held, and assigned or returned by an operator once. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { deriveAddress } from '../../src/domain/address/address.ts';
import { type Credentials, type Exchange, type Reply, startExchange } from '../support/exchange.ts';
import { parseExposition } from './exposition.ts';
import { assertRejected, credit, done, openNextCustomer, reaches, signed } from './operator-client.ts';

const ripple = {
  scale: 6,
  networks: [{ network: 'XRP', withdrawFee: '0.25', minConfirm: 2, unlockConfirm: 3 }],
};
const reason = 'a test';
const strangerAt = (number: number) =>
  deriveAddress({ addressFormat: 'ripple' }, new Uint8Array(32).fill(number));

describe('deposits without an owner', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let number: number;
  let email: string;
  let shared: string;
  let tag: string;

  before(async () => {
    exchange = await startExchange();
    await done(exchange, 'PUT', '/assets/XRP', ripple);
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ number, email, customer } = await openNextCustomer(exchange));
    const own = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', { asset: 'XRP' });
    [shared, tag] = [own.address, own.addressTag];
  });

  const send = (body: object = {}) =>
    exchange.operator('POST', '/deposits', { asset: 'XRP', address: shared, amount: '5', ...body });
  const created = async (body: object = {}) => {
    const reply = await send(body);
    assert.equal(reply.status, 201, reply.text);
    return reply.body;
  };
  const mine = (count = 3, network = 'XRP') => done(exchange, 'POST', '/chain/blocks', { network, count });
  const found = (id: string) => done(exchange, 'GET', `/deposits/${id}`);
  const unattributed = async () =>
    (await done(exchange, 'GET', '/deposits?unattributed=true&limit=1000')).deposits.map(
      ({ id }: { id: string }) => id,
    );
  const assign = (id: string, body: object = {}) =>
    exchange.operator('POST', `/deposits/${id}/assign`, { email, reason, ...body });
  const giveBack = (id: string, body: object = {}) =>
    exchange.operator('POST', `/deposits/${id}/return`, { address: strangerAt(9), reason, ...body });
  const history = async () =>
    (await signed(exchange, customer, 'GET', '/wapi/v3/depositHistory.html')).depositList;
  const balances = async () => (await done(exchange, 'GET', `/accounts/${email}/balances`)).balances;
  const integrity = async () => {
    const report = await done(exchange, 'GET', '/integrity');
    assert.deepEqual(report.mismatches, []);
    return report.assets.find(({ asset }: { asset: string }) => asset === 'XRP');
  };
  const confirmed = async (body: object = {}) => {
    const { id } = await created(body);
    await mine();
    return id as string;
  };

  test('a deposit without a tag or with an unknown tag is recorded, held and shown', async () => {
    const before = await integrity();
    const none = await created();
    const unknown = await created({ addressTag: '4242', amount: '2.5' });
    for (const each of [none, unknown]) {
      assert.deepEqual([each.email, each.status, each.stage], [null, 0, 'pending']);
    }
    assert.equal(unknown.addressTag, '4242');
    await mine();
    const { stage, status, amount } = await found(unknown.id);
    assert.deepEqual([stage, status, amount], ['unattributed', null, '2.5']);
    assert.deepEqual((await unattributed()).slice(0, 2), [unknown.id, none.id]);
    const now = await integrity();
    const gained = (field: string) => Number(now[field]) - Number(before[field]);
    assert.deepEqual([gained('customerLiabilities'), gained('custody')], [7.5, 7.5]);
    assert.deepEqual([await history(), await balances()], [[], []]);
    await mine();
    assert.equal((await integrity()).custody, now.custody, 'held once');
  });

  test('an unknown tag on a foreign address is not our deposit', async () => {
    assertRejected(await send({ address: strangerAt(77) }), 404, -9404, /deposit address/);
    assertRejected(await send({ address: strangerAt(77), addressTag: tag }), 404, -9404, /deposit address/);
  });

  test('a deposit of an asset that is not on the network is recorded and may be assigned', async () => {
    const { address } = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', {
      asset: 'ETH',
    });
    const strayed = await created({ network: 'ETH', address });
    assert.equal(strayed.email, null);
    await mine(3, 'ETH');
    assert.equal((await found(strayed.id)).stage, 'unattributed');
    assertRejected(await giveBack(strayed.id), 409, -9409, /XRP is not defined on ETH/);
    assert.equal((await assign(strayed.id)).status, 200);
    assert.deepEqual(await balances(), [{ asset: 'XRP', wallet: 'spot', free: '5', held: '0' }]);
    await integrity();
  });

  test('an assigned deposit belongs to the customer immediately and is listed like any other', async () => {
    const id = await confirmed({ addressTag: '4343' });
    const reply = await assign(id);
    assert.equal(reply.status, 200, reply.text);
    assert.deepEqual([reply.body.email, reply.body.stage, reply.body.status], [email, 'completed', 1]);
    assert.deepEqual(await balances(), [{ asset: 'XRP', wallet: 'spot', free: '5', held: '0' }]);
    const { txId, insertTime } = reply.body;
    const row = { insertTime, amount: 5, asset: 'XRP', address: shared, addressTag: '4343', txId, status: 1 };
    assert.deepEqual(await history(), [row]);
    assert.ok(!(await unattributed()).includes(id));
    const { entries } = await done(exchange, 'GET', '/audit?limit=1');
    assert.deepEqual(
      [entries[0].action, entries[0].subject, entries[0].reason],
      ['deposit-assign', id, reason],
    );
    await integrity();
  });

  test('a deposit that is assigned before confirmation is credited on confirmation', async () => {
    const { id } = await created();
    await mine(1);
    assert.equal((await assign(id)).body.stage, 'pending');
    assert.deepEqual([(await history())[0].status, await balances()], [0, []]);
    await mine(1);
    assert.deepEqual(await balances(), [{ asset: 'XRP', wallet: 'spot', free: '0', held: '5' }]);
    await mine(1);
    assert.deepEqual(await balances(), [{ asset: 'XRP', wallet: 'spot', free: '5', held: '0' }]);
    assertRejected(await assign(id), 409, -9409, /already belongs to an account/);
  });

  test('a deposit is assigned or returned only once, whichever comes first, even concurrently', async () => {
    const id = await confirmed();
    const replies: Reply[] = await Promise.all([assign(id), giveBack(id), assign(id), giveBack(id)]);
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409, 409]);
    const again = await Promise.all([assign(id), giveBack(id)]);
    assert.deepEqual(
      again.map(({ status }) => status),
      [409, 409],
    );
    await integrity();
  });

  test('a return is a withdrawal; once it is confirmed the deposit is returned', async () => {
    const id = await confirmed();
    const reply = await giveBack(id, { addressTag: '17' });
    assert.equal(reply.status, 200, reply.text);
    assert.equal(reply.body.stage, 'returning');
    const sent = await reaches(exchange, reply.body.returnedBy, 'broadcast');
    const facts = [sent.email, sent.amount, sent.fee, sent.address, sent.addressTag, sent.withdrawOrderId];
    assert.deepEqual(facts, [null, '5', '0.25', strangerAt(9), '17', id]);
    await integrity();
    await reaches(exchange, sent.id, 'completed', () => mine(1));
    const { stage, returnedBy } = await found(id);
    assert.deepEqual([stage, returnedBy], ['returned', sent.id]);
    assertRejected(await assign(id), 409, -9409, /is returned/);
    assertRejected(await giveBack(id), 409, -9409, /is returned/);
    await integrity();
  });

  test('a return that fails on the chain leaves the deposit unattributed, and it can be returned again', async () => {
    const id = await confirmed();
    const first = (await giveBack(id, { fee: '0' })).body.returnedBy;
    await reaches(exchange, first, 'broadcast');
    await done(exchange, 'POST', `/withdrawals/${first}/fail`, { reason });
    assert.deepEqual([(await found(id)).stage, (await found(id)).returnedBy], ['unattributed', null]);
    assert.ok((await unattributed()).includes(id));
    await integrity();
    const second = (await giveBack(id, { fee: '0' })).body.returnedBy;
    assert.notEqual(second, first);
    await reaches(exchange, second, 'completed', () => mine(1));
    assert.equal((await found(id)).stage, 'returned');
    await integrity();
  });

  test('a waiting return may be cancelled or rejected; then the deposit is unattributed', async () => {
    const open = (withdrawEnabled: boolean) =>
      done(exchange, 'PATCH', '/assets/XRP', { networks: [{ network: 'XRP', withdrawEnabled }] });
    for (const how of ['cancel', 'reject']) {
      const id = await confirmed();
      await open(false);
      const waiting = (await giveBack(id)).body.returnedBy;
      await reaches(exchange, waiting, 'waiting');
      await done(exchange, 'POST', `/withdrawals/${waiting}/${how}`, { reason });
      assert.equal((await found(id)).stage, 'unattributed');
      await open(true);
      assert.equal((await assign(id)).status, 200);
    }
    assert.deepEqual(await balances(), [{ asset: 'XRP', wallet: 'spot', free: '10', held: '0' }]);
    await integrity();
  });

  test('invalid requests are rejected, name the rule, and change nothing', async () => {
    const { id } = await created();
    assertRejected(await giveBack(id), 409, -9409, /does not have enough confirmations/);
    await mine();
    const before = await done(exchange, 'GET', '/audit?limit=1');
    assertRejected(await assign('nothing'), 404, -9404, /deposit nothing/);
    assertRejected(await giveBack('nothing'), 404, -9404, /deposit nothing/);
    assertRejected(await assign(id, { email: 'nobody@x.com' }), 404, -9404, /account nobody@x.com/);
    assertRejected(await assign(id, { email: 'unattributed' }), 400, -9400, /^body\.email: /);
    assertRejected(await assign(id, { reason: undefined }), 400, -9400, /^body\.reason: is required/);
    assertRejected(await assign(id, { reason: '' }), 400, -9400, /^body\.reason: /);
    assertRejected(await assign(id, { reason: ' ' }), 400, -9400, /requires a reason/);
    assertRejected(await giveBack(id, { reason: ' ' }), 400, -9400, /requires a reason/);
    assertRejected(await giveBack(id, { address: 'nonsense' }), 400, -9400, /^address: /);
    assertRejected(await giveBack(id, { addressTag: 'one' }), 400, -9400, /^addressTag: /);
    assertRejected(await giveBack(id, { fee: '5' }), 409, -9409, /must be smaller/);
    assertRejected(await giveBack(id, { fee: '0.0000001' }), 400, -9400, /^fee: has more decimals than/);
    const own = { address: shared, addressTag: tag };
    assertRejected(await giveBack(id, own), 409, -9409, /belongs to this exchange/);
    const attributed = await created({ addressTag: tag });
    assertRejected(await assign(attributed.id), 409, -9409, /already belongs to an account/);
    assertRejected(await giveBack(attributed.id), 409, -9409, /already belongs to an account/);
    assert.equal((await found(id)).stage, 'unattributed');
    const { entries } = await done(exchange, 'GET', '/audit?limit=1000');
    const since = entries.filter(({ seq }: { seq: number }) => seq > before.entries[0].seq);
    assert.deepEqual(
      since.map(({ action }: { action: string }) => action),
      ['deposit-create'],
    );
  });

  test('the reserved account is not listed, gets no dividend, and cannot be named', async () => {
    await confirmed();
    const { accounts } = await done(exchange, 'GET', '/accounts?limit=1000');
    assert.deepEqual(
      accounts.filter(({ id }: { id: number }) => id === 0),
      [],
    );
    const names = accounts.map((each: { email: string }) => each.email);
    assert.ok(names.includes(email) && !names.includes('unattributed'));
    for (const name of ['unattributed', 'unattributed@']) {
      assertRejected(await exchange.operator('POST', '/accounts', { email: name }), 400, -9400);
      assertRejected(await exchange.operator('GET', `/accounts/${name}/balances`), 400, -9400);
      assertRejected(await exchange.operator('POST', `/accounts/${name}/api-keys`, {}), 400, -9400);
    }
    await credit(exchange, email, 'XRP', '1');
    const dividend = { asset: 'ETH', holdersOf: 'XRP', total: '10', info: 'x' };
    await done(exchange, 'POST', '/dividends', dividend);
    assert.deepEqual(await exchange.server.reads.rows('dividend_payments', { accountId: 0 }), []);
    await integrity();
    const next = await done(exchange, 'POST', '/accounts', { email: `next${number}@x.com` });
    assert.ok(next.id > 10_000_000 || next.id === undefined, 'customer ids start at the usual number');
  });

  test('a metric counts deposits that wait for an operator', async () => {
    const count = async () => {
      const reply = await fetch(`${exchange.operatorUrl}/metrics`);
      return parseExposition(await reply.text()).get('bursar_deposits_unattributed')?.series[0]?.value;
    };
    const before = (await unattributed()).length;
    const id = await confirmed();
    await exchange.restart();
    assert.equal(await count(), before + 1);
    await done(exchange, 'POST', `/deposits/${id}/assign`, { email, reason });
    await exchange.restart();
    assert.equal(await count(), before);
  });
});
