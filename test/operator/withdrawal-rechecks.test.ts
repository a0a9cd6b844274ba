/** Conditions that changed since a withdrawal was submitted are checked again at every step until it is sent. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { assetOfStored, type StoredAsset } from '../../src/domain/catalog/catalog.ts';
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
} from './operator-client.ts';

describe('a withdrawal that is not sent yet', () => {
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
    await define({});
  });

  const decide = (id: string, decision: string) =>
    exchange.operator('POST', `/withdrawals/${id}/${decision}`, { reason: 'a test' });
  const change = (account: object) => done(exchange, 'PATCH', `/accounts/${email}`, account);
  const define = (asset: object, network: object = {}) =>
    done(exchange, 'PATCH', '/assets/ETH', {
      autoApprovalLimit: null,
      ...asset,
      networks: [{ network: 'ETH', depositEnabled: true, withdrawEnabled: true, ...network }],
    });
  const closed = { withdrawEnabled: false };
  const limited = { autoApprovalLimit: '0.5' };

  const submit = (query: Record<string, string> = {}) => submitted(exchange, customer, query);
  const wireStatus = async (id: string) =>
    (await signed(exchange, customer, 'GET', '/wapi/v3/withdrawHistory.html')).withdrawList.find(
      (each: { id: string }) => each.id === id,
    ).status;

  test('a disabled account cannot confirm a withdrawal, which can still be cancelled', async () => {
    await change({ withdrawConfirmation: 'email' });
    const id = await submit();
    await change({ enabled: false });
    assertRejected(await decide(id, 'confirm'), 409, -9409, /Account customer\d+@x\.com is disabled/);
    assert.equal((await done(exchange, 'GET', `/withdrawals/${id}`)).stage, 'email-sent');
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '1' });
    assert.equal((await decide(id, 'cancel')).body.stage, 'cancelled');
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '10', held: '0' });
  });

  test('an account that is enabled again can confirm the withdrawal', async () => {
    await change({ withdrawConfirmation: 'email' });
    const id = await submit();
    await change({ enabled: false });
    assert.equal((await decide(id, 'confirm')).status, 409);
    await change({ enabled: true });
    assert.equal((await decide(id, 'confirm')).status, 200);
    await reaches(exchange, id, 'broadcast');
  });

  test('a withdrawal of a disabled account that needs approval can only be rejected', async () => {
    await define(limited);
    await change({ withdrawConfirmation: 'email' });
    const [unconfirmed, unapproved] = [await submit(), await submit()];
    await decide(unapproved, 'confirm');
    await change({ enabled: false });
    assertRejected(await decide(unconfirmed, 'confirm'), 409, -9409, /disabled/);
    assertRejected(await decide(unapproved, 'approve'), 409, -9409, /disabled/);
    assert.equal((await decide(unapproved, 'reject')).body.stage, 'rejected');
  });

  test('a disabled account cannot confirm a withdrawal to an address of this exchange', async () => {
    const friend = await openCustomer(exchange, `friend${number}@x.com`);
    const { address } = await signed(exchange, friend, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH');
    await change({ withdrawConfirmation: 'email' });
    const id = await submit({ address });
    await change({ enabled: false });
    assertRejected(await decide(id, 'confirm'), 409, -9409, /disabled/);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '1' });
  });

  test('accountStatus of a disabled account says so, unless it has its own message', async () => {
    const status = () => signed(exchange, customer, 'GET', '/wapi/v3/accountStatus.html');
    assert.deepEqual(await status(), { msg: 'Normal', success: true });
    await change({ enabled: false });
    assert.deepEqual(await status(), { msg: 'Account disabled', success: true });
    await change({ statusMessage: 'Call us.' });
    assert.deepEqual(await status(), { msg: 'Call us.', success: true });
    await change({ enabled: true, statusMessage: null });
    assert.deepEqual(await status(), { msg: 'Normal', success: true });
  });

  test('a withdrawal on a closed network cannot be confirmed or approved until the network reopens', async () => {
    await define(limited);
    const unapproved = await submit();
    await change({ withdrawConfirmation: 'email' });
    const unconfirmed = await submit({ amount: '0.4' });
    await define(limited, closed);
    assertRejected(await decide(unapproved, 'approve'), 409, -9409, /Withdrawals of ETH on ETH are disabled/);
    assertRejected(await decide(unconfirmed, 'confirm'), 409, -9409, /disabled/);
    await define(limited);
    assert.equal((await decide(unapproved, 'approve')).status, 200);
    assert.equal((await decide(unconfirmed, 'confirm')).status, 200);
    await reaches(exchange, unapproved, 'broadcast');
    await reaches(exchange, unconfirmed, 'broadcast');
  });

  test('a withdrawal to an address assigned to this exchange while deposits are closed is not paid', async () => {
    await define(limited);
    const address = strangerAddress(100 + number);
    const id = await submit({ address });
    await done(exchange, 'PUT', '/assets/TOKEN', { scale: 18, networks: [{ network: 'ETH' }] });
    await done(exchange, 'PUT', `/accounts/${email}/deposit-addresses`, {
      asset: 'TOKEN',
      network: 'ETH',
      address,
    });
    await define({}, { depositEnabled: false });
    assertRejected(await decide(id, 'approve'), 409, -9409, /ETH cannot be credited there now/);
    assert.equal((await decide(id, 'reject')).body.stage, 'rejected');
  });

  test('a queued withdrawal whose account is disabled waits until the account is enabled', async () => {
    await change({ withdrawConfirmation: 'email' });
    const id = await submit();
    // Both in one turn of the event loop: the account is disabled before the queued withdrawal is claimed, or just
    // after.
    const { commands } = exchange.server;
    const operator = { actor: 'olga', reason: 'a test' };
    await Promise.all([
      commands.submit('confirmWithdrawal', { id, operator }),
      commands.submit('updateAccount', { operator, email, enabled: false }),
    ]);
    const waiting = await reaches(exchange, id, 'waiting');
    assert.deepEqual([waiting.waitingFor, waiting.status], ['account-disabled', 4]);
    assert.equal(await wireStatus(id), 4);
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '1' });
    await change({ enabled: true });
    const sent = await reaches(exchange, id, 'broadcast');
    assert.equal(sent.waitingFor, null);
  });

  test('a queued withdrawal whose network closes waits; it can be cancelled or rejected, or is sent later', async () => {
    const { commands, reads } = exchange.server;
    await change({ withdrawConfirmation: 'email' });
    const ids = [await submit(), await submit(), await submit()];
    const operator = { actor: 'olga', reason: 'a test' };
    const stored = await reads.row('assets', { asset: 'ETH' });
    const asset = assetOfStored(stored?.definition as StoredAsset);
    const networks = asset.networks.map((network) => ({ ...network, withdrawEnabled: false }));
    await Promise.all([
      ...ids.map((id) => commands.submit('confirmWithdrawal', { id, operator })),
      commands.submit('putAsset', { operator, asset: { ...asset, networks } }),
    ]);
    for (const id of ids) assert.equal((await reaches(exchange, id, 'waiting')).waitingFor, 'network-closed');
    const [cancelled = '', rejected = '', kept = ''] = ids;
    assertRejected(await decide(kept, 'approve'), 409, -9409, /waiting/);
    assert.deepEqual((await decide(cancelled, 'cancel')).body.waitingFor, null);
    assert.equal((await decide(rejected, 'reject')).body.stage, 'rejected');
    assert.deepEqual(await balance(exchange, email, 'ETH'), { free: '9', held: '1' });
    await define({});
    await reaches(exchange, kept, 'broadcast');
    assertRejected(await decide(kept, 'cancel'), 409, -9409, /broadcast/);
    assertRejected(await decide(kept, 'reject'), 409, -9409, /broadcast/);
  });
});
