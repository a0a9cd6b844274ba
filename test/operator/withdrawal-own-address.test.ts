/** A withdrawal to an address that becomes a customer's before it is sent stays inside: nothing goes to the chain. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  balance,
  done,
  openCustomer,
  reaches,
  strangerAddress,
  submitted,
} from './operator-client.ts';

const operator = { actor: 'olga', reason: 'a test' };
const network = { network: 'ETH', withdrawFee: '0.01', unlockConfirm: 3 };
const sister = { ...network, network: 'SISTER' };

describe('a withdrawal to an address that is assigned to a customer', () => {
  let exchange: Exchange;
  let sender: Credentials;
  let senderEmail: string;
  let owner: string;
  let address: string;
  let serial = 0;

  before(async () => {
    exchange = await startExchange();
    await done(exchange, 'PUT', '/networks/SISTER', { addressFormat: 'evm', addressGroup: 'ETH' });
    await done(exchange, 'PUT', '/assets/ETH', { scale: 18, networks: [network, sister] });
    await done(exchange, 'PUT', '/assets/TOKEN', { scale: 18, networks: [network, sister] });
  });
  after(() => exchange.close());
  beforeEach(async () => {
    serial++;
    [senderEmail, owner] = [`sender${serial}@x.com`, `owner${serial}@x.com`];
    address = strangerAddress(100 + serial);
    sender = await openCustomer(exchange, senderEmail);
    await done(exchange, 'POST', '/accounts', { email: owner });
    await setDeposits(true);
  });

  const fund = (email: string, backed: boolean) =>
    done(exchange, 'POST', `/accounts/${email}/credit`, {
      asset: 'TOKEN',
      amount: '10',
      reason: 'a test',
      ...(backed ? { network: 'ETH' } : { backed }),
    });
  const setDeposits = (depositEnabled: boolean) =>
    done(exchange, 'PATCH', '/assets/TOKEN', { networks: [{ network: 'ETH', depositEnabled }] });
  const bring = (of: string, where = address, on = 'ETH') =>
    done(exchange, 'PUT', `/accounts/${of}/deposit-addresses`, {
      asset: 'TOKEN',
      network: on,
      address: where,
    });
  const submit = (to = address, on = 'ETH') =>
    submitted(exchange, sender, { asset: 'TOKEN', network: on, address: to });
  /** Custody covers nothing: so it is accepted and waits. */
  async function submitToWait(to = address, on = 'ETH'): Promise<string> {
    await fund(senderEmail, false);
    const id = await submit(to, on);
    assert.equal((await reaches(exchange, id, 'waiting')).waitingFor, 'liquidity');
    return id;
  }
  async function assertInside(id: string, to = owner): Promise<void> {
    const { txId, waitingFor } = await reaches(exchange, id, 'completed');
    assert.match(txId, /^Internal transfer \d+$/);
    assert.equal(waitingFor, null);
    assert.deepEqual(await balance(exchange, to, 'TOKEN'), { free: '0.99', held: '0' });
    assert.deepEqual(await balance(exchange, senderEmail, 'TOKEN'), { free: '9', held: '0' });
    assert.deepEqual((await done(exchange, 'GET', '/integrity')).mismatches, []);
  }

  test('a waiting withdrawal is credited to the customer', async () => {
    const id = await submitToWait();
    await bring(owner);
    await assertInside(id);
  });

  test('another spelling of an address is the same address', async () => {
    const id = await submitToWait(address.toLowerCase());
    await bring(owner);
    await assertInside(id);
  });

  test('an address assigned on another network of its group is the same address', async () => {
    const id = await submitToWait(address, 'SISTER');
    await bring(owner);
    await assertInside(id);
  });

  test('a retired address still belongs to the customer', async () => {
    await setDeposits(false);
    const id = await submitToWait();
    await bring(owner);
    await bring(owner, strangerAddress(200 + serial));
    assert.equal((await done(exchange, 'GET', `/withdrawals/${id}`)).stage, 'waiting');
    await setDeposits(true);
    await assertInside(id);
  });

  test('while deposits are closed, the withdrawal waits until they are open, or is cancelled', async () => {
    await setDeposits(false);
    const [kept, cancelled] = [await submitToWait(), await submit()];
    await reaches(exchange, cancelled, 'waiting');
    await bring(owner);
    const waitingFor = async (id: string) => (await done(exchange, 'GET', `/withdrawals/${id}`)).waitingFor;
    for (const id of [kept, cancelled])
      await eventually(
        () => waitingFor(id),
        (reason) => reason === 'own-address',
      );
    const decide = (decision: string) =>
      exchange.operator('POST', `/withdrawals/${cancelled}/${decision}`, { reason: 'a test' });
    assertRejected(await decide('approve'), 409, -9409, /waiting/);
    assert.equal((await decide('cancel')).body.stage, 'cancelled');
    await setDeposits(true);
    await reaches(exchange, kept, 'completed');
    assert.deepEqual(await balance(exchange, owner, 'TOKEN'), { free: '0.99', held: '0' });
    assert.deepEqual((await done(exchange, 'GET', '/integrity')).mismatches, []);
  });

  test('if its address is assigned while it is queued, it is credited or was sent before, never both', async () => {
    await fund(senderEmail, true);
    const path = `/accounts/${senderEmail}`;
    await done(exchange, 'PATCH', path, { withdrawConfirmation: 'email' });
    const id = await submit();
    const { commands } = exchange.server;
    const input = { operator, email: owner, asset: 'TOKEN', network: 'ETH', address };
    await Promise.all([
      commands.submit('confirmWithdrawal', { id, operator }),
      commands.submit('assignDepositAddress', input),
    ]);
    // If it was claimed first, it was sent before the address belonged to this exchange.
    const queued = async () => {
      const { stage } = await done(exchange, 'GET', `/withdrawals/${id}`);
      return stage === 'queued';
    };
    await eventually(queued, (isQueued) => !isQueued);
    if ((await done(exchange, 'GET', `/withdrawals/${id}`)).stage === 'completed') await assertInside(id);
    else assert.deepEqual((await done(exchange, 'GET', `/accounts/${owner}/balances`)).balances, []);
  });
});
