/** Checks that the stored balances, custody and event log follow from the transfers. */
import assert from 'node:assert/strict';
import {
  customerAccount,
  customerOf,
  exchangeAccounts,
  owingAccountOf,
} from '../../src/domain/ledger/ledger.ts';
import { pruneMarkOf } from '../../src/store/event-log.ts';
import type { Store } from '../../src/store/port.ts';

/**
 * Recomputes balances from the transfers and compares them with stored ones; ledger accounts of an asset sum to zero.
 */
export async function assertLedgerBalances({ reads }: Pick<Store, 'reads'>): Promise<void> {
  const accounts = new Map<string, bigint>();
  const add = (asset: string, account: string, change: bigint) => {
    const key = `${asset} ${account}`;
    accounts.set(key, (accounts.get(key) ?? 0n) + change);
  };
  for (const { asset, amount, debit, credit } of await reads.rows('transfers', {})) {
    add(asset, debit, -amount);
    add(asset, credit, amount);
  }
  const sums = new Map<string, bigint>();
  for (const { asset, accountId, wallet, owed, ...sides } of await reads.rows('balances', {})) {
    const owing = `${asset} ${exchangeAccounts.owed(accountId)}`;
    if (wallet === 'spot') {
      assert.equal(-owed, accounts.get(owing) ?? 0n, `what is stored as ${owing}`);
      accounts.delete(owing);
      sums.set(asset, (sums.get(asset) ?? 0n) - owed);
    }
    for (const side of ['free', 'held'] as const) {
      const key = `${asset} ${customerAccount(accountId, side, wallet)}`;
      assert.equal(sides[side], accounts.get(key) ?? 0n, `the stored balance of ${key}`);
      accounts.delete(key);
      sums.set(asset, (sums.get(asset) ?? 0n) + sides[side]);
    }
  }
  for (const [key, balance] of accounts) {
    const [asset, account] = key.split(' ') as [string, string];
    const isStored = customerOf(account) !== null || owingAccountOf(account) !== undefined;
    assert.ok(!isStored, `${key} has no stored balance`);
    sums.set(asset, (sums.get(asset) ?? 0n) + balance);
  }
  for (const [asset, sum] of sums) assert.equal(sum, 0n, `the sum over all accounts of ${asset}`);
  await assertEventsTellTransfers({ reads });
}

/** Each transfer is listed in exactly one row of the event log. Requires that no row was pruned. */
export async function assertEventsTellTransfers({ reads }: Pick<Store, 'reads'>): Promise<void> {
  const entries = await reads.rows('event_log', {});
  if (entries.some((each) => pruneMarkOf(each) !== undefined)) return;
  const logged = entries.flatMap(({ transfers }) =>
    transfers.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    ),
  );
  const written = (await reads.rows('transfers', {})).map(({ seq }) => seq);
  assert.deepEqual(
    logged.sort((a, b) => a - b),
    written,
    'the event log contains each transfer once',
  );
}

/**
 * The available amount equals the ledger balance less broadcast withdrawals; each queue counts its waiting withdrawals.
 * Requires that nothing is written meanwhile, because the reads do not share a snapshot.
 */
export async function assertCustodyMatches({ reads }: Pick<Store, 'reads'>): Promise<void> {
  const expected = new Map<string, { available: bigint; waiting: number }>();
  const change = (key: string, units: bigint, waiting: number) => {
    const before = expected.get(key) ?? { available: 0n, waiting: 0 };
    expected.set(key, { available: before.available + units, waiting: before.waiting + waiting });
  };
  for (const { asset, amount, debit, credit } of await reads.rows('transfers', {})) {
    if (debit.startsWith('custody:')) change(`${asset} ${debit.slice(8)}`, amount, 0);
    if (credit.startsWith('custody:')) change(`${asset} ${credit.slice(8)}`, -amount, 0);
  }
  for (const { asset, network, stage, amount, fee, waitingFor } of await reads.rows('withdrawals', {})) {
    if (stage === 'claimed' || stage === 'unknown' || stage === 'broadcast')
      change(`${asset} ${network}`, fee - amount, 0);
    if (waitingFor === 'liquidity') change(`${asset} ${network}`, 0n, 1);
  }
  for (const { asset, network, available, waiting } of await reads.rows('custody', {})) {
    const key = `${asset} ${network}`;
    assert.deepEqual({ available, waiting }, expected.get(key) ?? { available: 0n, waiting: 0 }, key);
    expected.delete(key);
  }
  for (const [key, values] of expected) assert.deepEqual(values, { available: 0n, waiting: 0 }, key);
}
