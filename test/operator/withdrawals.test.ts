/** Withdrawals as seen and decided by operators: every status is reached through the API. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  balance,
  credit,
  done,
  openCustomer,
  openNextCustomer,
  reaches,
  signed,
  strangerAddress,
  submitted,
  withdraw,
} from './operator-client.ts';

describe('withdrawals', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let number: number;
  let email: string;

  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ number, email, customer } = await openNextCustomer(exchange));
    await credit(exchange, email, 'ETH', '10');
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: null });
  });

  const submit = (query: Record<string, string> = {}) => submitted(exchange, customer, query);

  const decide = (id: string, decision: string, reason = '') =>
    exchange.operator('POST', `/withdrawals/${id}/${decision}`, { reason });

  async function historyStatus(id: string): Promise<number> {
    const { withdrawList } = await signed(exchange, customer, 'GET', '/wapi/v3/withdrawHistory.html');
    return withdrawList.find((each: { id: string }) => each.id === id).status;
  }

  const waitForConfirmation = () =>
    done(exchange, 'PATCH', `/accounts/${email}`, { withdrawConfirmation: 'email' });
  const waitForApproval = () => done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '0.5' });

  test('4 and 6: processing until its block is mined, then completed', async () => {
    const id = await submit({ name: 'a friend', withdrawOrderId: 'order-1' });
    const sent = await reaches(exchange, id, 'broadcast');
    const { applyTime, txId, ...rest } = sent;
    assert.match(txId, /^0x[0-9a-f]{64}$/);
    assert.ok(applyTime <= Date.now());
    assert.deepEqual(rest, {
      id,
      email,
      asset: 'ETH',
      network: 'ETH',
      address: strangerAddress(),
      addressTag: '',
      amount: '1',
      fee: '0.01',
      status: 4,
      stage: 'broadcast',
      waitingFor: null,
      withdrawOrderId: 'order-1',
      name: 'a friend',
      claim: null,
      connector: 'simulated',
      minConfirm: 1,
      netAmount: '0.99',
      transactions: [],
      failure: null,
      settleTime: null,
      approvalsNeeded: 0,
      approvalRule: null,
      approvalRole: null,
      policyVersion: null,
      matchedRule: null,
      approvals: [],
    });
    assert.equal(await historyStatus(id), 4);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '1' });
    const mine = () => done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 1 });
    // It may not have been on the chain yet when the block was mined.
    const complete = await reaches(exchange, id, 'completed', mine);
    assert.deepEqual([complete.status, complete.txId], [6, txId]);
    assert.ok(complete.settleTime >= applyTime);
    assert.equal(await historyStatus(id), 6);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '0' });
    assertRejected(await decide(id, 'fail'), 409, -9409);
  });

  test('0 and 1: it waits for e-mail confirmation; when cancelled, its hold is released', async () => {
    await waitForConfirmation();
    const id = await submit();
    assert.equal(await historyStatus(id), 0);
    assertRejected(await decide(id, 'approve'), 409, -9409, /email-sent/);
    assertRejected(await decide(id, 'fail'), 409, -9409, /email-sent, but must be queued or broadcast/);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '1' });
    const cancelled = await decide(id, 'cancel');
    assert.deepEqual([cancelled.status, cancelled.body.status, cancelled.body.stage], [200, 1, 'cancelled']);
    assert.equal(await historyStatus(id), 1);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '10', held: '0' });
    assertRejected(await decide(id, 'confirm'), 409, -9409, /cancelled/);
  });

  test('0, then 4: once confirmed, it is processed', async () => {
    await waitForConfirmation();
    const id = await submit();
    assert.equal((await decide(id, 'confirm')).body.status, 4);
    assert.equal((await reaches(exchange, id, 'broadcast')).status, 4);
  });

  test('2 and 3: above the limit it waits for an operator; when rejected, its hold is released', async () => {
    await waitForApproval();
    assert.equal((await reaches(exchange, await submit({ amount: '0.5' }), 'broadcast')).status, 4);
    const id = await submit();
    assert.equal(await historyStatus(id), 2);
    const waiting = (await done(exchange, 'GET', '/withdrawals?status=2')).withdrawals;
    assert.deepEqual([waiting.length, waiting[0].id, waiting[0].email], [1, id, email]);
    const rejected = await decide(id, 'reject', 'too much');
    assert.deepEqual([rejected.body.status, rejected.body.stage], [3, 'rejected']);
    assert.equal(await historyStatus(id), 3);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9.5', held: '0.5' });
    const approved = await submit();
    assert.equal((await decide(approved, 'approve')).body.status, 4);
  });

  test('0, then 2: a confirmed withdrawal may still need approval', async () => {
    await waitForApproval();
    await waitForConfirmation();
    const id = await submit();
    assert.equal((await decide(id, 'confirm')).body.status, 2);
    assert.equal((await decide(id, 'cancel')).body.status, 1);
  });

  test('5: a failed transaction releases the hold including the fee, and is never mined', async () => {
    const id = await submit();
    await reaches(exchange, id, 'broadcast');
    const failed = await decide(id, 'fail', 'dropped by the chain');
    assert.deepEqual([failed.status, failed.body.status, failed.body.stage], [200, 5, 'failed'], failed.text);
    assert.equal(failed.body.failure, 'dropped by the chain');
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '10', held: '0' });
    await done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 10 });
    assert.equal(await historyStatus(id), 5);
    assertRejected(await decide(id, 'fail'), 409, -9409);
  });

  test('5: however soon it fails after submission, it is refunded once and never paid out', async () => {
    for (let round = 0; round < 20; round++) {
      const id = await submit({ amount: '0.1' });
      const failed = await decide(id, 'fail');
      assert.deepEqual([failed.status, failed.body.failure], [200, 'Failed by an operator.'], failed.text);
      const { signedTransaction, network, txId } = (await exchange.server.reads.row('withdrawals', {
        id,
      }))!;
      const sent = signedTransaction !== null;
      await done(exchange, 'POST', '/chain/blocks', { network, count: 1 });
      assert.equal(await historyStatus(id), 5, sent ? `sent as ${txId}` : 'never sent');
    }
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '10', held: '0' });
  });

  test('a withdrawal with several transactions is completed once, by the one that is confirmed', async () => {
    const id = await submit();
    const first = await reaches(exchange, id, 'broadcast');
    const resent = await decide(id, 'resend', 'the fee was too low');
    assert.deepEqual([resent.status, resent.body.stage], [200, 'broadcast'], resent.text);
    assert.match(resent.body.txId, /^0x[0-9a-f]{64}$/);
    assert.notEqual(resent.body.txId, first.txId);
    const again = await decide(id, 'resend');
    assert.notEqual(again.body.txId, resent.body.txId);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '1' });
    const mine = () => done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 1 });
    const complete = await reaches(exchange, id, 'completed', mine);
    assert.equal(complete.txId, again.body.txId);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '0' });
    const attempts = await exchange.server.reads.rows('withdrawal_attempts', { withdrawalId: id });
    assert.deepEqual(
      attempts.map(({ attempt, txId, state }) => [attempt, txId, state]),
      [
        [1, first.txId, 'failed'],
        [2, resent.body.txId, 'failed'],
        [3, again.body.txId, 'mined'],
      ],
    );
    assertRejected(await decide(id, 'resend'), 409, -9409, /is completed, but must be broadcast/);
    assertRejected(await decide('unknown', 'resend'), 404, -9404, /withdrawal unknown/);
  });

  test('nothing is sent again in maintenance, or when the chain has confirmed a transaction', async () => {
    await done(exchange, 'PATCH', '/assets/ETH', { networks: [{ network: 'ETH', minConfirm: 2 }] });
    const id = await submit();
    const sent = await reaches(exchange, id, 'broadcast');
    await done(exchange, 'PUT', '/system-status', { status: 1 });
    assertRejected(await decide(id, 'resend'), 409, -9409, /maintenance/);
    await done(exchange, 'PUT', '/system-status', { status: 0 });
    await done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 1 });
    assertRejected(await decide(id, 'resend'), 409, -9409, /already confirmed/);
    assert.equal((await done(exchange, 'GET', `/withdrawals/${id}`)).txId, sent.txId);
    await done(exchange, 'PATCH', '/assets/ETH', { networks: [{ network: 'ETH', minConfirm: 1 }] });
  });

  test('5: a withdrawal that was sent several times fails when none of its transactions can be confirmed', async () => {
    const id = await submit();
    await reaches(exchange, id, 'broadcast');
    assert.equal((await decide(id, 'resend')).status, 200);
    const failed = await decide(id, 'fail', 'dropped');
    assert.deepEqual([failed.status, failed.body.stage], [200, 'failed'], failed.text);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '10', held: '0' });
    await done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 3 });
    const attempts = await exchange.server.reads.rows('withdrawal_attempts', { withdrawalId: id });
    assert.deepEqual(
      attempts.map(({ state }) => state),
      ['failed', 'failed'],
    );
    assert.equal(await historyStatus(id), 5);
  });

  test('a withdrawal to an address of this exchange completes at once (status 6), as a deposit there', async () => {
    const friend = await openCustomer(exchange, `friend${number}@x.com`);
    const { address } = await signed(exchange, friend, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH');
    const id = await submit({ address });
    const complete = await done(exchange, 'GET', `/withdrawals/${id}`);
    assert.deepEqual([complete.status, complete.stage], [6, 'completed']);
    assert.match(complete.txId, /^Internal transfer \d+$/);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '0' });
    assert.deepEqual(await balance(exchange, `friend${number}@x.com`, 'ETH'), { free: '0.99', held: '0' });
    const { depositList } = await signed(exchange, friend, 'GET', '/wapi/v3/depositHistory.html');
    assert.deepEqual([depositList[0].txId, depositList[0].status], [complete.txId, 1]);
  });

  test('withdrawals are listed by status and page, the newest first', async () => {
    const ids = [await submit(), await submit(), await submit()];
    const page = async (query: string) =>
      (await done(exchange, 'GET', `/withdrawals?${query}`)).withdrawals.map(
        (each: { id: string }) => each.id,
      );
    assert.deepEqual(await page('limit=3'), ids.toReversed());
    assert.deepEqual(await page('limit=1&offset=1'), [ids[1]]);
    for (let status = 0; status <= 6; status++) {
      const { withdrawals } = await done(exchange, 'GET', `/withdrawals?status=${status}`);
      assert.ok(withdrawals.every((each: { status: number }) => each.status === status));
    }
  });

  test('every decision about an unknown withdrawal answers 404', async () => {
    const none = '0'.repeat(32);
    assertRejected(await exchange.operator('GET', `/withdrawals/${none}`), 404, -9404, /withdrawal 0+/);
    for (const decision of ['confirm', 'cancel', 'approve', 'reject', 'fail']) {
      assertRejected(await decide(none, decision), 404, -9404, /withdrawal 0+/);
    }
  });
});

test('6: several blocks at once complete the withdrawals in the first of them, also right after a start', async (t) => {
  const exchange = await startExchange();
  t.after(() => exchange.close());
  const customer = await openCustomer(exchange, 'customer@x.com');
  await credit(exchange, 'customer@x.com', 'ETH', '10');
  const { id } = (await withdraw(exchange, customer)).body;
  await reaches(exchange, id, 'broadcast');
  await exchange.restart();
  await done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 5 });
  assert.equal((await done(exchange, 'GET', `/withdrawals/${id}`)).stage, 'completed');
});
