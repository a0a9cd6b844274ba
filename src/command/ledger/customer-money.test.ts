import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimal, openFamily, operator } from '../../../test/support/command-world.ts';
import { updateAccount } from '../account/account-update.ts';
import { transferBetweenAccounts } from '../account/sub-account-transfer.ts';
import { distributeDividend } from '../dividend/dividend-distribute.ts';
import { submitWithdrawal } from '../withdrawal/withdrawal-submit.ts';
import { adjustBalance } from './balance-adjust.ts';

const toAlice = { operator, email: 'Alice@example.com', asset: 'BTC' } as const;

test('an unbacked booking moves money between the customer and the adjustments account and records the reason', async () => {
  const family = await openFamily();
  const credit = { ...toAlice, amount: decimal('1.5'), direction: 'credit', backed: false } as const;
  const credited = await family.run(adjustBalance, credit);
  assert.equal(credited.free, '1.5');
  const debit = { ...toAlice, amount: decimal('1.5'), direction: 'debit', backed: false } as const;
  const debited = await family.run(adjustBalance, debit);
  assert.equal(debited.free, '0');
  assert.deepEqual(await family.transfers(), [
    `adjustment BTC 150000000 adjustments>${family.alice}:spot:free ${credited.id}`,
    `adjustment BTC 150000000 ${family.alice}:spot:free>adjustments ${debited.id}`,
  ]);
  const audit = await family.lastAudit();
  assert.deepEqual(
    [audit?.actor, audit?.action, audit?.subject, audit?.reason, audit?.details],
    [
      'olga',
      'balance-adjust',
      'alice@example.com',
      'a test',
      { id: debited.id, direction: 'debit', asset: 'BTC', amount: '1.5', backed: false },
    ],
  );
});

test('an adjustment without a reason, of zero, with too many decimals, of an unknown asset or above the free balance is rejected', async () => {
  const family = await openFamily();
  await family.credit('alice', 'BTC', '1');
  const refusal = async (change: object) => {
    const adjustment = { ...toAlice, amount: decimal('1'), direction: 'debit', ...change } as const;
    return (await family.refused(adjustBalance, adjustment)).rejected;
  };
  assert.equal(await refusal({ operator: { actor: 'olga', reason: ' ' } }), 'operator-invalid');
  assert.equal(await refusal({ email: 'nobody@example.com' }), 'account-unknown');
  assert.equal(await refusal({ asset: 'DOGE' }), 'asset-unknown');
  for (const amount of ['0', '-1', '0.000000001']) {
    const error = amount === '0.000000001' ? 'precision-exceeded' : 'amount-not-positive';
    assert.equal(await refusal({ amount: decimal(amount) }), error, amount);
    assert.equal(await refusal({ amount: decimal(amount), direction: 'credit' }), error, amount);
  }
  assert.equal(await refusal({ amount: decimal('1.00000001') }), 'operator-conflict');
  assert.equal(await refusal({ email: 'bob@example.com' }), 'operator-conflict');
});

test('a master transfers between any two accounts of its family', async () => {
  const family = await openFamily();
  await family.credit('master', 'ADA', '10');
  const { master, alice, bob } = family;
  const route = ['master', 'alice', 'bob', 'master'] as const;
  const tranIds: number[] = [];
  for (const [index, name] of route.slice(0, -1).entries()) {
    const { tranId } = await family.run(transferBetweenAccounts, {
      masterId: master,
      fromEmail: `${name.toUpperCase()}@example.com`,
      toEmail: `${route[index + 1]}@example.com`,
      asset: 'ADA',
      amount: decimal('10'),
    });
    tranIds.push(tranId);
  }
  const ids = [master, alice, bob, master];
  const expected = tranIds.map((tranId, index) => ({
    tranId,
    masterId: master,
    fromAccountId: ids[index],
    toAccountId: ids[index + 1],
    asset: 'ADA',
    amount: 10_000_000n,
    at: family.nowMs,
  }));
  const rows = await family.rows('sub_account_transfers');
  assert.deepEqual(rows, expected);
  assert.deepEqual(
    await family.transfers(1),
    tranIds.map(
      (tranId, index) =>
        `sub-account-transfer ADA 10000000 ${ids[index]}:spot:free>${ids[index + 1]}:spot:free ${tranId}`,
    ),
  );
  assert.equal(new Set(tranIds).size, 3);
});

test('a transfer that violates several rules is rejected for the first: relation, sides, asset, precision, balance', async () => {
  const family = await openFamily();
  await family.credit('alice', 'BTC', '1');
  const good = {
    masterId: family.master,
    fromEmail: 'alice@example.com',
    toEmail: 'bob@example.com',
    asset: 'BTC',
    amount: decimal('1'),
  };
  const refusal = async (change: object) => family.refused(transferBetweenAccounts, { ...good, ...change });
  const fine = decimal('99.000000001');
  const unrelated = { rejected: 'sub-account-unrelated', details: {} };
  for (const email of ['stranger@example.com', 'nobody@example.com', '']) {
    assert.deepEqual(await refusal({ toEmail: email, asset: 'DOGE', amount: fine }), unrelated, email);
    assert.deepEqual(await refusal({ fromEmail: email, asset: 'DOGE', amount: fine }), unrelated, email);
  }
  assert.deepEqual(await refusal({ masterId: family.stranger }), unrelated);
  assert.deepEqual(await refusal({ masterId: family.alice }), unrelated);
  const same = await refusal({ toEmail: ' Alice@example.com', asset: 'DOGE', amount: fine });
  assert.equal(same.rejected, 'recipient-is-sender');
  assert.equal((await refusal({ asset: 'DOGE', amount: fine })).rejected, 'asset-unknown');
  assert.equal((await refusal({ amount: fine })).rejected, 'precision-exceeded');
  for (const amount of ['0', '-1']) {
    const { rejected } = await refusal({ amount: decimal(amount) });
    assert.equal(rejected, 'amount-not-positive', amount);
  }
  assert.equal((await refusal({ amount: decimal('1.00000001') })).rejected, 'balance-insufficient');
  assert.equal((await refusal({ fromEmail: 'master@example.com' })).rejected, 'balance-insufficient');
});

test('a master can transfer the balance of a disabled sub-account', async () => {
  const family = await openFamily();
  await family.credit('alice', 'BTC', '1');
  await family.run(updateAccount, { operator, email: 'alice@example.com', enabled: false });
  await family.run(transferBetweenAccounts, {
    masterId: family.master,
    fromEmail: 'alice@example.com',
    toEmail: 'master@example.com',
    asset: 'BTC',
    amount: decimal('1'),
  });
  assert.equal(await family.free(family.alice, 'BTC'), 0n);
  assert.equal(await family.free(family.master, 'BTC'), 100_000_000n);
});

const dividend = { operator, asset: 'BNB', holdersOf: 'SKY', info: 'SKY distribution' };

test('a dividend is distributed in proportion to balances, held amounts included, and every share is listed', async () => {
  const family = await openFamily();
  await family.credit('master', 'SKY', '1');
  await family.credit('alice', 'SKY', '2');
  await family.credit('bob', 'ADA', '5');
  // Half of alice's balance is held by a withdrawal, but still counts.
  await family.run(submitWithdrawal, {
    accountId: family.alice,
    asset: 'SKY',
    address: 'elsewhere',
    amount: decimal('1'),
  });
  const before = (await family.transfers()).length;
  const reply = await family.run(distributeDividend, { ...dividend, total: decimal('0.00000010') });
  assert.equal(reply.payments, 2);
  const { master, alice, nowMs } = family;
  const { tranId } = reply;
  assert.deepEqual(await family.transfers(before), [
    `dividend BNB 3 custody:BSC>${master}:spot:free ${tranId}`,
    `dividend BNB 7 custody:BSC>${alice}:spot:free ${tranId}`,
  ]);
  const base = { tranId, asset: 'BNB', info: 'SKY distribution', at: nowMs };
  assert.deepEqual(await family.rows('dividends'), [
    {
      tranId,
      asset: 'BNB',
      holdersOf: 'SKY',
      network: 'BSC',
      total: 10n,
      info: base.info,
      state: 'done',
      payments: 2,
      at: nowMs,
    },
  ]);
  assert.deepEqual(await family.rows('dividend_payments'), [
    { ...base, accountId: master, amount: 3n },
    { ...base, accountId: alice, amount: 7n },
  ]);
  const audit = await family.lastAudit();
  assert.deepEqual([audit?.action, audit?.subject], ['dividend-distribute', `${tranId}`]);
});

test('a dividend in the held asset itself is distributed by the balances before it', async () => {
  const family = await openFamily();
  await family.credit('master', 'BNB', '1');
  await family.credit('alice', 'BNB', '3');
  await family.run(distributeDividend, { ...dividend, holdersOf: 'BNB', total: decimal('4') });
  assert.equal(await family.free(family.master, 'BNB'), 200_000_000n);
  assert.equal(await family.free(family.alice, 'BNB'), 600_000_000n);
});

test('a dividend of zero, with too many decimals, with an unknown asset or without holders is rejected', async () => {
  const family = await openFamily();
  const refusal = async (change: object) =>
    (await family.refused(distributeDividend, { ...dividend, total: decimal('1'), ...change })).rejected;
  assert.equal(await refusal({}), 'operator-conflict');
  await family.credit('alice', 'SKY', '1');
  const takeBack = { ...toAlice, asset: 'SKY', amount: decimal('1'), direction: 'debit' } as const;
  await family.run(adjustBalance, takeBack);
  assert.equal(await refusal({}), 'operator-conflict');
  assert.equal(await refusal({ asset: 'DOGE' }), 'asset-unknown');
  assert.equal(await refusal({ holdersOf: 'DOGE' }), 'asset-unknown');
  assert.equal(await refusal({ total: decimal('0') }), 'amount-not-positive');
  assert.equal(await refusal({ total: decimal('0.000000001') }), 'precision-exceeded');
});

test('for random holdings and totals, the payments add up to the total and are credited', async () => {
  const holding = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const everything = fc.tuple(holding, holding, holding, fc.bigInt({ min: 1n, max: 10n ** 12n }));
  await fc.assert(
    fc.asyncProperty(everything, async ([first, second, third, total]) => {
      fc.pre(first + second + third > 0n);
      const family = await openFamily();
      const names = ['master', 'alice', 'bob'];
      for (const [index, units] of [first, second, third].entries()) {
        if (units > 0n) await family.credit(names[index] as string, 'SKY', `${units}e-8`);
      }
      await family.run(distributeDividend, { ...dividend, total: decimal(`${total}e-8`) });
      const payments = await family.rows('dividend_payments');
      assert.equal(
        payments.reduce((sum, { amount }) => sum + amount, 0n),
        total,
      );
      for (const { accountId, amount } of payments) {
        assert.equal(await family.free(accountId, 'BNB'), amount);
      }
    }),
    { numRuns: 25 },
  );
});
