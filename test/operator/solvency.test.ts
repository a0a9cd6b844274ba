/** Custody in the operator API: what backs customers, which withdrawals wait for cover, and their order. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  balance,
  done,
  openNextCustomer,
  reaches,
  signed,
  strangerAddress,
  submitted,
} from './operator-client.ts';

describe('solvency', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let email: string;
  let asset = '';

  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());
  // A separate asset for each test, so that custody is not shared.
  beforeEach(async () => {
    let number: number;
    ({ number, email, customer } = await openNextCustomer(exchange));
    asset = `COIN${number}`;
    await define();
  });

  const networks = ['ETH', 'BSC'];
  const define = () =>
    done(exchange, 'PUT', `/assets/${asset}`, { networks: networks.map((network) => ({ network })) });
  const open = (withdrawEnabled: boolean) =>
    done(exchange, 'PATCH', `/assets/${asset}`, {
      networks: networks.map((network) => ({ network, withdrawEnabled })),
    });
  const book = (direction: string, amount: string, more: object = {}) =>
    exchange.operator('POST', `/accounts/${email}/${direction}`, {
      asset,
      amount,
      reason: 'a test',
      ...more,
    });
  const credit = async (amount: string, more: object = {}) => {
    const reply = await book('credit', amount, more);
    assert.equal(reply.status, 200, reply.text);
  };
  const unbacked = { backed: false };

  const submit = (amount: string, network = 'ETH') =>
    submitted(exchange, customer, { asset, network, amount, address: strangerAddress(200) });
  const waits = async (id: string) => {
    const withdrawal = await reaches(exchange, id, 'waiting');
    assert.deepEqual([withdrawal.waitingFor, withdrawal.status, withdrawal.txId], ['liquidity', 4, '']);
  };
  const stageOf = async (id: string) => (await done(exchange, 'GET', `/withdrawals/${id}`)).stage;
  const booksOf = async () =>
    (await done(exchange, 'GET', '/integrity')).assets.find(
      (each: { asset: string }) => each.asset === asset,
    );

  test('a withdrawal that custody does not cover waits, and continues after a backed credit', async () => {
    await credit('1000000000', unbacked);
    const id = await submit('900000000');
    await waits(id);
    const { withdrawList } = await signed(exchange, customer, 'GET', '/wapi/v3/withdrawHistory.html');
    assert.deepEqual([withdrawList[0].id, withdrawList[0].status, withdrawList[0].txId], [id, 4, '']);
    assert.deepEqual(await balance(exchange, email, asset), { free: '100000000', held: '900000000' });
    const { covered, custody, networks } = await booksOf();
    assert.deepEqual([covered, custody, networks[0].waiting], [false, '0', 1]);
    await credit('899999999');
    await credit('1');
    assert.equal((await reaches(exchange, id, 'broadcast')).waitingFor, null);
    assert.deepEqual((await booksOf()).networks, [
      { network: 'ETH', custody: '900000000', reserved: '900000000', available: '0', waiting: 0 },
    ]);
  });

  test('a waiting withdrawal continues after a deposit by anyone on any network of the asset', async () => {
    await credit('10', unbacked);
    const id = await submit('8');
    await waits(id);
    const { address } = await signed(
      exchange,
      customer,
      'GET',
      '/wapi/v3/depositAddress.html',
      `asset=${asset}&network=BSC`,
    );
    await done(exchange, 'POST', '/deposits', { asset, network: 'BSC', address, amount: '8' });
    await done(exchange, 'POST', '/chain/blocks', { network: 'BSC', count: 1 });
    await reaches(exchange, id, 'broadcast');
    const { networks } = await booksOf();
    assert.deepEqual(
      networks.map((each: { network: string; custody: string }) => [each.network, each.custody]),
      [
        ['BSC', '0'],
        ['ETH', '8'],
      ],
    );
  });

  test('waiting withdrawals are sent in the order of submission; a smaller one does not overtake', async () => {
    await credit('100', unbacked);
    const [large, small] = [await submit('50'), await submit('2')];
    await waits(large);
    await waits(small);
    await credit('5');
    const later = await submit('1');
    await waits(later);
    assert.deepEqual([await stageOf(large), await stageOf(small)], ['waiting', 'waiting']);
    const cancelled = await exchange.operator('POST', `/withdrawals/${large}/cancel`, {});
    assert.equal(cancelled.body.stage, 'cancelled');
    await reaches(exchange, small, 'broadcast');
    await reaches(exchange, later, 'broadcast');
    const { networks } = await booksOf();
    assert.deepEqual([networks[0].available, networks[0].waiting], ['2', 0]);
  });

  test('a withdrawal that is covered while its network is closed waits for the network', async () => {
    await credit('100', unbacked);
    const id = await submit('50');
    await waits(id);
    await open(false);
    await credit('50');
    await eventually(
      () => done(exchange, 'GET', `/withdrawals/${id}`),
      ({ waitingFor }) => waitingFor === 'network-closed',
    );
    assert.equal((await booksOf()).networks[0].waiting, 0);
    await open(true);
    await reaches(exchange, id, 'broadcast');
  });

  test('funds of a withdrawal that failed on the chain are available to the next one', async () => {
    await credit('10');
    await credit('10', unbacked);
    const [first, second] = [await submit('10'), await submit('10')];
    await reaches(exchange, first, 'broadcast');
    await waits(second);
    await done(exchange, 'POST', `/withdrawals/${first}/fail`, {});
    await reaches(exchange, second, 'broadcast');
  });

  test('a backed debit takes from custody; an amount that custody does not have is a conflict', async () => {
    await credit('5');
    await credit('5', unbacked);
    assertRejected(await book('debit', '6'), 409, -9409, /Custody has 5 COIN\d+ available on ETH/);
    assertRejected(await book('debit', '1', { network: 'BSC' }), 409, -9409, /0 COIN\d+ available on BSC/);
    assertRejected(await book('debit', '1', { network: 'NONE' }), 404, -9404, /network NONE/);
    assertRejected(await book('credit', '1', { ...unbacked, network: 'ETH' }), 400, -9400, /network/);
    assert.equal((await book('debit', '6', unbacked)).status, 200);
    assert.equal((await book('debit', '4')).status, 200);
    const { covered, custody, adjustments } = await booksOf();
    assert.deepEqual([covered, custody, adjustments], [true, '1', '1']);
  });

  test('waiting withdrawals are counted by reason', async () => {
    await credit('100', unbacked);
    await waits(await submit('50'));
    const text = await (await fetch(`${exchange.operatorUrl}/metrics`)).text();
    assert.match(text, /bursar_withdrawals_waiting\{reason="liquidity"\} [1-9]/);
    assert.match(text, /bursar_withdrawals_waiting\{reason="account-disabled"\} 0/);
  });

  test('waiting withdrawals continue after a restart', async () => {
    await credit('100', unbacked);
    const id = await submit('50');
    await waits(id);
    await exchange.restart();
    assert.equal(await stageOf(id), 'waiting');
    await credit('50');
    await reaches(exchange, id, 'broadcast');
    const report = await done(exchange, 'GET', '/integrity');
    assert.deepEqual([report.ok, report.mismatches], [true, []]);
    assert.equal(report.solvent, false);
  });
});
