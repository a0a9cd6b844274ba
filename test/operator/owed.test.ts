/** A customer owes the amount of a deposit that was spent and then reorganised away. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { EventPage } from '../../src/store/reads/events.ts';
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
  strangerAddress,
  withdraw,
} from './operator-client.ts';

describe('a spent deposit that is reorganised away', () => {
  let exchange: Exchange;
  let customer: Credentials;
  let email: string;
  let address: string;

  before(async () => {
    exchange = await startExchange();
    // Custody of others covers the withdrawals of a customer whose deposit is lost.
    const { email: rich } = await openNextCustomer(exchange);
    await credit(exchange, rich, 'ETH', '1000');
  });
  after(() => exchange.close());
  beforeEach(async () => {
    ({ email, customer } = await openNextCustomer(exchange));
    address = (await signed(exchange, customer, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH')).address;
  });

  const mine = (count: number) => done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count });
  const receive = async (amount: string) => {
    const { id } = await done(exchange, 'POST', '/deposits', { asset: 'ETH', address, amount });
    await mine(3);
    return id;
  };
  const reorganise = () =>
    done(exchange, 'POST', '/chain/reorganisations', { network: 'ETH', count: 3, dropDeposits: true });
  const owedBy = async () => {
    const { owed } = await done(exchange, 'GET', '/owed?limit=1000');
    const found = owed.filter((each: { email: string }) => each.email === email);
    const { balances } = await done(exchange, 'GET', `/accounts/${email}/balances`);
    const shown = balances.find(
      (each: { wallet: string; asset: string }) => each.wallet === 'spot' && each.asset === 'ETH',
    );
    assert.deepEqual(
      found,
      shown?.owed === undefined ? [] : [{ email, asset: 'ETH', owed: shown.owed }],
      'both views say the same',
    );
    return shown?.owed;
  };
  const ether = () => balance(exchange, email, 'ETH');
  const assertBalanced = async () => {
    const report = await done(exchange, 'GET', '/integrity');
    assert.equal(report.ok, true, JSON.stringify(report.mismatches));
  };

  /** Spends 1.5 of a deposit of 2, which is reorganised away then. @returns the withdrawal, which still holds it. */
  async function owe(): Promise<{ readonly depositId: string; readonly withdrawalId: string }> {
    const depositId = await receive('2');
    const { id } = (await withdraw(exchange, customer, { amount: '1.5' })).body;
    await reorganise();
    return { depositId, withdrawalId: id };
  }

  test('the free balance is taken, an amount held by a withdrawal is not, and the rest is owed', async () => {
    const { depositId, withdrawalId } = await owe();
    assert.equal((await done(exchange, 'GET', `/deposits/${depositId}`)).stage, 'vanished');
    await reaches(exchange, withdrawalId, 'completed', () => mine(1));
    assert.deepEqual([await ether(), await owedBy()], [{ free: '0', held: '0' }, '1.5']);
    await assertBalanced();
    const { assets, solvent } = await done(exchange, 'GET', '/integrity');
    const books = assets.find((each: { asset: string }) => each.asset === 'ETH');
    assert.deepEqual([books.sum, solvent], ['0', false]);
    assert.ok(Number(books.owed) >= 1.5);
  });

  test('withdrawals of the asset are rejected with the reason, in both dialects and from both wallets', async () => {
    await owe();
    const order = { address: strangerAddress(), amount: '0.1' };
    const wapi = await exchange.signed(customer, 'POST', '/wapi/v3/withdraw.html', {
      asset: 'ETH',
      ...order,
    });
    const path = '/sapi/v1/capital/withdraw/apply';
    const spot = await exchange.signed(customer, 'POST', path, { coin: 'ETH', ...order });
    const funding = await exchange.signed(customer, 'POST', path, { coin: 'ETH', ...order, walletType: 1 });
    for (const reply of [wapi, spot, funding]) {
      assert.equal(reply.status, 400, reply.text);
      assert.match(reply.body.msg, /an amount of ETH is owed/);
    }
    assert.equal(await owedBy(), '1.5');
  });

  test('a withdrawal that waits for approval cannot be approved, and pays the owed amount when rejected', async () => {
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '1' });
    try {
      const { withdrawalId } = await owe();
      const approve = `/withdrawals/${withdrawalId}/approve`;
      assertRejected(await exchange.operator('POST', approve, {}), 409, -9409, /owes an amount of ETH/);
      await done(exchange, 'POST', `/withdrawals/${withdrawalId}/reject`, { reason: 'a test' });
      assert.deepEqual([await ether(), await owedBy()], [{ free: '0', held: '0' }, undefined]);
      await assertBalanced();
    } finally {
      await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: null });
    }
  });

  test('a withdrawal that waits for a confirmation cannot be confirmed yet, and is not lost', async () => {
    await done(exchange, 'PATCH', `/accounts/${email}`, { withdrawConfirmation: 'email' });
    const { withdrawalId } = await owe();
    const decide = (how: string) => exchange.operator('POST', `/withdrawals/${withdrawalId}/${how}`, {});
    assertRejected(await decide('confirm'), 409, -9409, /owes an amount of ETH/);
    assert.deepEqual([await ether(), await owedBy()], [{ free: '0', held: '1.5' }, '1.5']);
    await credit(exchange, email, 'ETH', '1.5');
    assert.equal((await decide('confirm')).status, 200);
    await reaches(exchange, withdrawalId, 'completed', () => mine(1));
    assert.deepEqual([await ether(), await owedBy()], [{ free: '0', held: '0' }, undefined]);
    await assertBalanced();
  });

  test('the event log shows each owed amount once, and the statement shows what was taken and paid', async () => {
    const { reads } = exchange.server;
    const { rows } = await eventsAfter(0);
    const { depositId } = await owe();
    const since = await eventsAfter(rows.at(-1)?.seq ?? 0);
    const told = since.rows.flatMap(({ events }) => events).filter(({ event }) => event === 'amount-owed');
    const account = await reads.row('accounts', { email });
    assert.deepEqual(told, [{ event: 'amount-owed', accountId: account?.id, asset: 'ETH' }]);
    await credit(exchange, email, 'ETH', '1');
    const last = (await eventsAfter(since.rows.at(-1)?.seq ?? 0)).rows.flatMap(({ events }) => events);
    assert.ok(!last.some(({ event }) => event === 'amount-owed'), 'a payment is a transfer');
    const statement = await done(exchange, 'GET', `/accounts/${email}/statement?from=0`);
    const shown = statement.entries.map((each: Record<string, string>) =>
      [each.kind, each.freeChange, each.heldChange, each.free, each.held].join(' '),
    );
    assert.deepEqual(shown, [
      'deposit-credit 0 2 0 2',
      'deposit-unlock 2 -2 2 0',
      'withdrawal-hold -1.5 1.5 0.5 1.5',
      // The part that is owed changed no balance.
      'deposit-reverse -0.5 0 0 1.5',
      'adjustment 1 0 1 1.5',
      'owed-payment -1 0 0 1.5',
    ]);
    const [reversal, booking, payment] = statement.entries.slice(-3);
    assert.equal(reversal.reference, depositId);
    assert.equal(payment.reference, booking.reference);
    assert.deepEqual(statement.closing, [{ wallet: 'spot', asset: 'ETH', free: '0', held: '1.5' }]);
  });

  async function eventsAfter(seq: number): Promise<Extract<EventPage, { readonly kind: 'events' }>> {
    const page = await exchange.server.reads.eventsAfter(seq, 100_000);
    assert.ok(page.kind === 'events');
    return page;
  }

  test('a sub-account that passed its deposit on owes the amount; a transfer and a dividend pay it', async () => {
    const master = await openNextCustomer(exchange);
    const sub = `sub-of-${master.email}`;
    await done(exchange, 'POST', '/accounts', { email: sub, master: master.email });
    const key = await done(exchange, 'POST', `/accounts/${sub}/api-keys`, {});
    ({ address } = await signed(exchange, key, 'GET', '/wapi/v3/depositAddress.html', 'asset=ETH'));
    email = sub;
    const pass = (fromEmail: string, toEmail: string, amount: string) =>
      signed(exchange, master.customer, 'POST', '/wapi/v3/sub-account/transfer.html', {
        ...{ fromEmail, toEmail, asset: 'ETH', amount },
      });
    await receive('2');
    await pass(sub, master.email, '1.5');
    await reorganise();
    assert.deepEqual([await ether(), await owedBy()], [{ free: '0', held: '0' }, '1.5']);
    await pass(master.email, sub, '1');
    assert.deepEqual([await ether(), await owedBy()], [{ free: '0', held: '0' }, '0.5']);
    await done(exchange, 'PUT', '/assets/BASE', {
      networks: [{ network: 'NET', addressFormat: 'opaque' }],
    });
    await credit(exchange, sub, 'BASE', '1');
    const gift = { asset: 'ETH', holdersOf: 'BASE', total: '0.75', info: 'a gift', reason: 'a test' };
    const { tranId } = await done(exchange, 'POST', '/dividends', gift);
    await eventually(
      () => done(exchange, 'GET', `/dividends/${tranId}`),
      ({ status }) => status === 'done',
    );
    assert.deepEqual([await ether(), await owedBy()], [{ free: '0.25', held: '0' }, undefined]);
    await assertBalanced();
  });

  test('later credits of any kind first pay the owed amount; then withdrawals are accepted again', async () => {
    await owe();
    const before = await exchange.operator('POST', `/accounts/${email}/credit`, {
      ...{ asset: 'ETH', amount: '0.4', reason: 'a test' },
    });
    assert.deepEqual([before.body.free, await owedBy()], ['0', '1.1']);
    await receive('0.6');
    assert.deepEqual([(await ether()).free, await owedBy()], ['0', '0.5']);
    const other = await openNextCustomer(exchange);
    await credit(exchange, other.email, 'ETH', '5');
    await exchange.signed(other.customer, 'POST', '/wapi/v3/withdraw.html', {
      ...{ asset: 'ETH', address, amount: '0.7' },
    });
    const { free } = await ether();
    assert.equal(await owedBy(), undefined);
    assert.ok(Number(free) > 0.15 && Number(free) <= 0.2, free);
    const { body, status } = await withdraw(exchange, customer, { amount: '0.1' });
    assert.equal(status, 200, JSON.stringify(body));
    await reaches(exchange, body.id, 'completed', () => mine(1));
    await assertBalanced();
  });

  test('a deposit that comes back after all pays the owed amount', async () => {
    const { depositId } = await owe();
    const { txId } = await done(exchange, 'GET', `/deposits/${depositId}`);
    const again = await done(exchange, 'POST', '/deposits', { asset: 'ETH', address, amount: '2', txId });
    assert.equal(again.id, depositId);
    await mine(3);
    assert.deepEqual([(await ether()).free, await owedBy()], ['0.5', undefined]);
    await assertBalanced();
  });
});
