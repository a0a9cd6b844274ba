/** Blocks that are reorganised away: what customers and operators see of deposits and withdrawals. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  balance,
  credit,
  done,
  openNextCustomer,
  reaches,
  signed,
  withdraw,
} from './operator-client.ts';

describe('a reorganisation', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let number: number;
  let email: string;
  let address: string;

  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ number, email, customer } = await openNextCustomer(exchange));
    address = (await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH')).address;
    // minConfirm 2, unlockConfirm 3
    await done(exchange, 'PATCH', '/assets/ETH', { networks: [{ network: 'ETH', minConfirm: 2 }] });
  });

  const mine = (count: number) => done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count });
  const reorganise = (count: number, dropDeposits = false) =>
    exchange.operator('POST', '/chain/reorganisations', {
      network: 'ETH',
      count,
      dropDeposits,
      reason: 'a test',
    });
  const receive = (txId = `0x${'ab'.repeat(31)}${String(number).padStart(2, '0')}`) =>
    done(exchange, 'POST', '/deposits', { asset: 'ETH', address, amount: '2', txId });
  const depositOf = (id: string) => done(exchange, 'GET', `/deposits/${id}`);
  const history = async () =>
    (await signed(exchange, customer, 'GET', '/wapi/v3/depositHistory.html')).depositList.map(
      (each: { status: number }) => each.status,
    );
  const reorganised = async () => {
    const report = await done(exchange, 'GET', '/integrity');
    assert.equal(report.ok, true, JSON.stringify(report.mismatches));
    return report.reorganised.map((each: { id: string }) => each.id);
  };
  const ether = () => balance(exchange, email, 'ETH');
  const nothing = { free: '0', held: '0' };

  test('a deposit that is not credited loses its confirmations and is credited once, in a later block', async () => {
    const { id } = await receive();
    await mine(1);
    assert.equal((await depositOf(id)).confirmations, 1);
    assert.equal((await reorganise(1)).status, 200);
    const { stage, confirmations, reorganisedTime } = await depositOf(id);
    assert.deepEqual([stage, confirmations, reorganisedTime], ['pending', 0, null]);
    assert.deepEqual(await history(), [0]);
    await mine(1);
    assert.deepEqual(await ether().catch(() => nothing), nothing);
    await mine(3);
    assert.equal((await depositOf(id)).stage, 'completed');
    assert.deepEqual(await ether(), { free: '2', held: '0' });
  });

  test('a deposit that vanishes before it is credited is not shown; seen again, it is the same deposit', async () => {
    const { id } = await receive();
    await mine(1);
    assert.equal((await reorganise(1, true)).status, 200);
    const gone = await depositOf(id);
    assert.deepEqual([gone.stage, gone.status, gone.confirmations], ['vanished', null, 0]);
    assert.deepEqual(await history(), []);
    await mine(4);
    assert.equal((await depositOf(id)).stage, 'vanished');
    assert.equal((await receive()).id, id);
    assert.deepEqual(await history(), [0]);
    await mine(4);
    assert.deepEqual(await ether(), { free: '2', held: '0' });
    assert.deepEqual(await reorganised(), []);
  });

  const setMinimum = (depositMinimum: string) =>
    done(exchange, 'PATCH', '/assets/ETH', { networks: [{ network: 'ETH', depositMinimum }] });

  test('a vanished deposit that is seen again is credited, even below a minimum set since it was first seen', async () => {
    const { id } = await receive();
    await mine(1);
    await setMinimum('3');
    assert.equal((await reorganise(1, true)).status, 200);
    assert.equal((await receive()).id, id);
    await mine(4);
    assert.equal((await depositOf(id)).stage, 'completed');
    assert.deepEqual(await ether(), { free: '2', held: '0' });
    await setMinimum('0');
  });

  test('a small deposit that an operator assigned and that vanished is credited when it is seen again', async () => {
    await setMinimum('3');
    const { id } = await receive();
    await mine(1);
    assert.equal((await depositOf(id)).stage, 'below-minimum');
    await done(exchange, 'POST', `/deposits/${id}/assign`, { email, reason: 'a test' });
    assert.equal((await reorganise(1, true)).status, 200);
    assert.equal((await depositOf(id)).stage, 'vanished');
    await receive();
    await mine(4);
    assert.deepEqual(await ether(), { free: '2', held: '0' });
    await setMinimum('0');
  });

  test('a deposit without an owner is neither returned nor assigned while the chain has lost it', async () => {
    await done(exchange, 'PUT', '/assets/XRP', { scale: 6, networks: [{ network: 'XRP' }] });
    const ripple = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', 'asset=XRP');
    const xrp = { asset: 'XRP', address: ripple.address, amount: '5', txId: 'CD'.repeat(32) };
    const { id } = await done(exchange, 'POST', '/deposits', xrp);
    const mineXrp = (count: number) => done(exchange, 'POST', '/chain/blocks', { network: 'XRP', count });
    await mineXrp(9);
    assert.equal((await depositOf(id)).stage, 'unattributed');
    const body = { network: 'XRP', count: 9, reason: 'a test' };
    assert.equal((await exchange.operator('POST', '/chain/reorganisations', body)).status, 200);
    const decide = (what: string, more: object) =>
      exchange.operator('POST', `/deposits/${id}/${what}`, { reason: 'a test', ...more });
    assertRejected(
      await decide('return', { address: 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh' }),
      409,
      -9409,
      /reorganised away/,
    );
    assertRejected(await decide('assign', { email }), 409, -9409, /reorganised away/);
    await done(exchange, 'POST', '/deposits', xrp);
    await mineXrp(9);
    await done(exchange, 'POST', `/deposits/${id}/assign`, { email, reason: 'a test' });
    assert.deepEqual(await balance(exchange, email, 'XRP'), { free: '5', held: '0' });
  });

  for (const [stage, blocks, books] of [
    ['credited', 2, { free: '0', held: '2' }],
    ['completed', 3, { free: '2', held: '0' }],
  ] as const) {
    test(`a ${stage} deposit keeps its credit and is marked until it is confirmed again; never credited twice`, async () => {
      const { id } = await receive();
      await mine(blocks);
      assert.equal((await depositOf(id)).stage, stage);
      assert.equal((await reorganise(blocks)).status, 200);
      const marked = await depositOf(id);
      assert.deepEqual([marked.stage, marked.confirmations], [stage, 0]);
      assert.ok(marked.reorganisedTime > 0);
      assert.deepEqual(await ether(), books);
      assert.deepEqual(await reorganised(), [id]);
      await mine(1);
      assert.deepEqual(await reorganised(), [id]);
      await mine(1);
      assert.deepEqual(await reorganised(), []);
      await mine(3);
      const again = await depositOf(id);
      assert.deepEqual([again.stage, again.reorganisedTime], ['completed', null]);
      assert.deepEqual(await ether(), { free: '2', held: '0' });
    });

    test(`a ${stage} deposit whose transaction vanishes loses its credit; seen again, it is credited again`, async () => {
      const { id } = await receive();
      await mine(blocks);
      assert.deepEqual(await ether(), books);
      assert.equal((await reorganise(blocks, true)).status, 200);
      const lost = await depositOf(id);
      assert.deepEqual([lost.stage, lost.confirmations, lost.reorganisedTime], ['vanished', 0, null]);
      assert.deepEqual([await ether(), await history()], [nothing, []]);
      assert.deepEqual(await reorganised(), []);
      await mine(5);
      assert.deepEqual([(await depositOf(id)).stage, await ether()], ['vanished', nothing]);
      assert.equal((await receive()).id, id);
      await mine(4);
      assert.equal((await depositOf(id)).stage, 'completed');
      assert.deepEqual(await ether(), { free: '2', held: '0' });
    });
  }

  test('a marked deposit that is lost once more has no confirmations, and stays marked since the first time', async () => {
    const { id } = await receive();
    await mine(3);
    assert.equal((await reorganise(3)).status, 200);
    const { reorganisedTime } = await depositOf(id);
    for (let times = 0; times < 2; times += 1) {
      await mine(1);
      assert.equal((await depositOf(id)).confirmations, 1);
      assert.equal((await reorganise(1)).status, 200);
      const lost = await depositOf(id);
      assert.deepEqual(
        [lost.stage, lost.confirmations, lost.reorganisedTime],
        ['completed', 0, reorganisedTime],
      );
      assert.deepEqual(await reorganised(), [id]);
    }
    await mine(2);
    assert.deepEqual(await reorganised(), []);
    assert.deepEqual(await ether(), { free: '2', held: '0' });
  });

  const reverse = (id: string) =>
    exchange.operator('POST', `/deposits/${id}/reverse`, { reason: 'it did not come back' });
  const coverage = async () => {
    const { ok, solvent, assets } = await done(exchange, 'GET', '/integrity');
    assert.ok(ok);
    const found = assets.find((each: { asset: string }) => each.asset === 'ETH');
    return { solvent, covered: found.covered, reorganised: found.reorganised };
  };

  for (const [stage, blocks] of [
    ['credited', 2],
    ['completed', 3],
  ] as const) {
    test(`the credit of a ${stage} deposit that waits for a block is taken back by an operator, once; it counts as custody no more`, async () => {
      const { id } = await receive();
      await mine(blocks);
      assertRejected(await reverse(id), 409, -9409, /not reorganised away/);
      assert.deepEqual(await coverage(), { solvent: true, covered: true, reorganised: '0' });
      assert.equal((await reorganise(blocks)).status, 200);
      assert.deepEqual(await coverage(), { solvent: false, covered: false, reorganised: '2' });
      const { body, status } = await reverse(id);
      assert.deepEqual([status, body.stage, body.reorganisedTime], [200, 'vanished', null]);
      assert.deepEqual(await coverage(), { solvent: true, covered: true, reorganised: '0' });
      assert.deepEqual([await ether(), await history()], [nothing, []]);
      assertRejected(await reverse(id), 409, -9409, /not reorganised away/);
      // Prevents that the deposit returns in another test.
      await mine(4);
    });
  }

  test('a deposit that was reversed and comes back after all is credited again', async () => {
    const { id } = await receive();
    await mine(3);
    assert.equal((await reorganise(3)).status, 200);
    assert.equal((await reverse(id)).status, 200);
    await mine(4);
    const again = await depositOf(id);
    assert.deepEqual([again.stage, await history()], ['completed', [1]]);
    assert.deepEqual(await ether(), { free: '2', held: '0' });
    assert.deepEqual(await coverage(), { solvent: true, covered: true, reorganised: '0' });
  });

  test('a credit is not taken back while its deposit is in a block again', async () => {
    const { id } = await receive();
    await mine(3);
    assert.equal((await reorganise(3)).status, 200);
    await mine(1);
    assertRejected(await reverse(id), 409, -9409, /in a block again/);
    assert.equal((await reverse('none')).status, 404);
    const path = `/deposits/${id}/reverse`;
    assert.equal((await exchange.operator('POST', path, {})).status, 400);
    assert.deepEqual(await reorganised(), [id]);
    await mine(3);
  });

  test('while custody lacks its amount, a lost deposit stays marked and operators see why; covered, it is taken back', async () => {
    await exchange.operator('PUT', '/assets/SKY', {
      scale: 6,
      networks: [{ network: 'SKY', addressFormat: 'opaque' }],
      reason: 'a test',
    });
    const sky = { asset: 'SKY', network: 'SKY' };
    const place = await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', 'asset=SKY');
    const { id } = await done(exchange, 'POST', '/deposits', {
      asset: 'SKY',
      address: place.address,
      amount: '5',
      txId: 'ef'.repeat(32),
    });
    const mineSky = () => done(exchange, 'POST', '/chain/blocks', { network: 'SKY', count: 20 });
    await mineSky();
    assert.equal((await depositOf(id)).stage, 'completed');
    // The withdrawal is on its way, so that custody has nothing left.
    await signed(exchange, customer, 'POST', '/wapi/v3/withdraw.html', 'asset=SKY&address=far-away&amount=5');
    await eventually(
      () => done(exchange, 'GET', '/custody'),
      ({ custody }) => custody.find((each: { asset: string }) => each.asset === 'SKY')?.available === '0',
    );
    const body = { network: 'SKY', count: 20, dropDeposits: true, reason: 'a test' };
    assert.equal((await exchange.operator('POST', '/chain/reorganisations', body)).status, 200);
    const waiting = async () =>
      (await done(exchange, 'GET', '/inbox?kind=reorganised-deposit')).items.filter(
        (each: { subject: { id: string } }) => each.subject.id === id,
      );
    await mineSky();
    const [item] = await waiting();
    assert.match(item.reason, /custody there has only 0, and the credit cannot be taken back/);
    assert.equal((await depositOf(id)).stage, 'completed');
    await done(exchange, 'POST', `/accounts/${email}/credit`, { ...sky, amount: '5', reason: 'a test' });
    await mineSky();
    assert.deepEqual(await waiting(), []);
    assert.equal((await depositOf(id)).stage, 'vanished');
    assert.equal((await done(exchange, 'GET', '/integrity')).ok, true);
  });

  test('a withdrawal is settled once, however often its block is mined', async () => {
    await credit(exchange, email, 'ETH', '10');
    const { id } = (await withdraw(exchange, customer)).body;
    const complete = await reaches(exchange, id, 'completed', () => mine(1));
    assert.equal((await reorganise(2)).status, 200);
    await mine(4);
    const again = await done(exchange, 'GET', `/withdrawals/${id}`);
    assert.deepEqual(again, complete);
    assert.deepEqual(await ether(), { free: '9', held: '0' });
    assert.deepEqual(await reorganised(), []);
  });

  test('more blocks than exist, zero blocks, and an unknown network are rejected and change nothing', async () => {
    const { height } = await mine(1);
    assertRejected(await reorganise(height + 1), 409, -9409, /has only \d+ blocks/);
    assertRejected(await reorganise(0), 400, -9400, /count/);
    const body = { network: 'NONE', count: 1 };
    assertRejected(
      await exchange.operator('POST', '/chain/reorganisations', body),
      404,
      -9404,
      /network NONE/,
    );
    const { networks } = await done(exchange, 'GET', '/chain');
    assert.equal(networks.find((each: { network: string }) => each.network === 'ETH').height, height);
  });
});
