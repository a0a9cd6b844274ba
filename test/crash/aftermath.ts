/**
 * Checks the data after a process has ended against the clients' journal: everything acknowledged exists once,
 * everything else at most once, nothing exists that nobody requested, and every claimed withdrawal has one transaction
 * on the chain.
 */

import assert from 'node:assert/strict';
import { systemClock } from '../../src/clock/system-clock.ts';
import type { WithdrawalStage } from '../../src/domain/withdrawal/withdrawal-stage.ts';
import { isFinal } from '../../src/domain/withdrawal/withdrawal-stage.ts';
import type { StoreLocation } from '../../src/engine/open-store.ts';
import { reportIntegrity } from '../../src/maintenance/integrity-report.ts';
import type { Row } from '../../src/store/tables.ts';
import { type Aftermath, type Outgoing, readAftermath } from './aftermath-reading.ts';
import type { Decision, Journal, Try } from './journal.ts';

/** Checks the data, and records the outcome of requests that were not answered. */
export async function checkAftermath(location: StoreLocation, journal: Journal): Promise<Aftermath> {
  const found = await readAftermath(location);
  checkWithdrawals(journal, found);
  checkTransfers(journal, found);
  checkWalletTransfers(journal, found);
  checkConversions(journal, found);
  checkDeposits(journal, found);
  checkStages(found);
  checkChain(found);
  for (const decision of journal.decisions) checkDecision(decision, found);
  const { ok, mismatches } = await reportIntegrity(location, systemClock.monotonic);
  assert.ok(ok, `the books do not balance: ${JSON.stringify(mismatches)}`);
  assert.deepEqual(journal.violations, []);
  return found;
}

/** Every row belongs to one request, every acknowledged request has one row, every other at most one. */
function matchRows<T extends Try, R>(
  what: string,
  tries: readonly T[],
  rows: readonly R[],
  keys: {
    readonly ofTry: (tried: T) => string;
    readonly ofRow: (row: R) => string;
    readonly id: (row: R) => string;
  },
): void {
  const byKey = Map.groupBy(rows, keys.ofRow);
  for (const tried of tries) {
    const key = keys.ofTry(tried);
    const mine = byKey.get(key) ?? [];
    byKey.delete(key);
    assert.ok(mine.length <= 1, `${what} ${key} exists ${mine.length} times`);
    const [row] = mine;
    if (tried.state === 'unknown') tried.state = row === undefined ? 'absent' : 'done';
    if (row !== undefined) tried.id ??= keys.id(row);
    if (tried.state === 'absent')
      assert.ok(row === undefined, `${what} ${key} exists although it was rejected or lost`);
    else
      assert.ok(
        row !== undefined && keys.id(row) === tried.id,
        `${what} ${key} was acknowledged but does not exist`,
      );
  }
  assert.deepEqual([...byKey.keys()], [], `${what}: rows that nobody requested`);
}

function checkWithdrawals(journal: Journal, { withdrawals, accountOf }: Aftermath): void {
  matchRows('withdrawal', journal.withdrawals, withdrawals, {
    ofTry: ({ who, asset, units, address, addressTag, orderId }) =>
      [accountOf(who), asset, units, address, addressTag, orderId].join(' '),
    ofRow: (row) =>
      [row.accountId, row.asset, row.amount, row.address, row.addressTag, row.orderId].join(' '),
    id: (row) => row.id,
  });
  const orders = withdrawals
    .filter((row) => row.orderId !== null)
    .map((row) => `${row.accountId} ${row.orderId}`);
  assert.equal(new Set(orders).size, orders.length, 'an order id is used twice');
}

function checkTransfers(journal: Journal, { transfers, accountOf, posted }: Aftermath): void {
  matchRows('transfer', journal.transfers, transfers, {
    ofTry: ({ from, to, asset, units }) => [accountOf(from), accountOf(to), asset, units].join(' '),
    ofRow: (row) => [row.fromAccountId, row.toAccountId, row.asset, row.amount].join(' '),
    id: (row) => `${row.tranId}`,
  });
  for (const { tranId } of transfers) assert.equal(posted.get(`sub-account-transfer ${tranId}`), 1);
}

function checkWalletTransfers(journal: Journal, { walletTransfers, accountOf, posted }: Aftermath): void {
  matchRows('wallet transfer', journal.walletTransfers, walletTransfers, {
    ofTry: ({ who, from, asset, units }) => [accountOf(who), from, asset, units].join(' '),
    ofRow: (row) => [row.accountId, row.fromWallet, row.asset, row.amount].join(' '),
    id: (row) => `${row.tranId}`,
  });
  for (const { tranId } of walletTransfers) assert.equal(posted.get(`wallet-transfer ${tranId}`), 1);
}

/** Unacknowledged conversions cannot be identified, so at most as many may exist as were attempted. */
function checkConversions(journal: Journal, { conversions, accountOf, posted }: Aftermath): void {
  const rows = new Map(conversions.map((row) => [`${row.tranId}`, row]));
  for (const tried of journal.conversions.filter(({ state }) => state === 'done')) {
    assert.equal(
      rows.get(tried.id ?? '')?.accountId,
      accountOf(tried.who),
      `conversion ${tried.id} does not exist`,
    );
    rows.delete(tried.id ?? '');
  }
  for (const tried of journal.conversions.filter(({ state }) => state === 'unknown')) {
    const [id] = [...rows].find(([, row]) => row.accountId === accountOf(tried.who)) ?? [];
    tried.state = id === undefined ? 'absent' : 'done';
    if (id === undefined) continue;
    tried.id = id;
    rows.delete(id);
  }
  assert.deepEqual([...rows.keys()], [], 'conversions that nobody requested');
  // One transfer each for the asset, the gross and the fee.
  for (const { tranId } of conversions) {
    assert.equal(posted.get(`dust-convert ${tranId}`), 2);
    assert.ok((posted.get(`dust-fee ${tranId}`) ?? 0) <= 1);
  }
}

function checkDeposits(journal: Journal, { deposits, incoming, posted }: Aftermath): void {
  const outside = deposits.filter((row) => !row.txId.startsWith('Internal'));
  const chain = new Set(incoming.map((row) => `${row.network} ${row.txId}`));
  for (const row of deposits) {
    const onChain = chain.has(`${row.network} ${row.txId}`) || row.txId.startsWith('Internal');
    assert.ok(onChain, `deposit ${row.txId} is not on the chain`);
  }
  for (const { id, stage } of outside) {
    assert.equal(
      posted.get(`deposit-credit ${id}`) ?? 0,
      stage === 'pending' ? 0 : 1,
      `credits of deposit ${id}`,
    );
    assert.equal(
      posted.get(`deposit-unlock ${id}`) ?? 0,
      stage === 'completed' ? 1 : 0,
      `unlocks of deposit ${id}`,
    );
  }
  // An unacknowledged deposit may be on the chain and be detected later; until then its outcome stays unknown.
  const byTx = Map.groupBy(outside, (row) => spelled(row.txId));
  const received = new Set(incoming.map((row) => spelled(row.txId)));
  for (const tried of journal.deposits) {
    const mine = byTx.get(tried.txId) ?? [];
    byTx.delete(tried.txId);
    assert.ok(mine.length <= 1, `deposit ${tried.txId} exists ${mine.length} times`);
    if (tried.state === 'done') assert.equal(mine[0]?.id, tried.id, `deposit ${tried.txId} was acknowledged`);
    if (tried.state === 'absent') assert.ok(!received.has(tried.txId), `deposit ${tried.txId} was rejected`);
    if (mine[0]) assert.equal(mine[0].amount, tried.units);
  }
  assert.deepEqual([...byTx.keys()], [], 'deposits that nobody made');
}

/** The spelling of ids that the clients use, whatever is canonical on the network. */
function spelled(txId: string): string {
  return txId.toLowerCase().replace(/^0x/, '');
}

/** Each hold is settled, released or still held exactly once, according to the stage. */
function checkStages({ withdrawals, posted }: Aftermath): void {
  for (const { id, stage, signedTransaction } of withdrawals) {
    const count = (kind: string) => posted.get(`withdrawal-${kind} ${id}`) ?? 0;
    const sent = signedTransaction !== null;
    const expected = {
      hold: 1,
      settle: stage === 'completed' && sent ? 1 : 0,
      internal: stage === 'completed' && !sent ? 1 : 0,
      release: isFinal(stage as WithdrawalStage) && stage !== 'completed' ? 1 : 0,
    };
    for (const [kind, times] of Object.entries(expected))
      assert.equal(count(kind), times, `${kind} of ${stage} ${id}`);
  }
}

/** One transaction for each claimed withdrawal, none for others; a final stage in the store is final on the chain. */
function checkChain({ withdrawals, outgoing }: Aftermath): void {
  const byId = Map.groupBy(
    outgoing,
    ({ content }) => (JSON.parse(content) as { withdrawalId: string }).withdrawalId,
  );
  for (const row of withdrawals) {
    const sent = byId.get(row.id) ?? [];
    byId.delete(row.id);
    assert.ok(sent.length <= 1, `withdrawal ${row.id} was broadcast ${sent.length} times`);
    const [transaction] = sent;
    if (transaction !== undefined) checkTransaction(row, transaction);
    const confirmed =
      transaction !== undefined && transaction.height !== null && transaction.failure === null;
    if (row.stage === 'completed')
      assert.equal(confirmed, row.signedTransaction !== null, `${row.id} is completed`);
    else if (row.stage !== 'broadcast')
      assert.ok(!confirmed, `${row.id} is ${row.stage} but confirmed on the chain`);
  }
  assert.deepEqual([...byId.keys()], [], 'transactions that belong to no withdrawal');
}

function checkTransaction(row: Row<'withdrawals'>, transaction: Outgoing): void {
  assert.equal(transaction.content, row.signedTransaction, `${row.id} was sent as stored`);
  assert.equal(transaction.network, row.network);
  assert.deepEqual(JSON.parse(transaction.content), {
    txId: row.txId,
    withdrawalId: row.id,
    asset: row.asset,
    address: row.address,
    addressTag: row.addressTag,
    amount: `${row.amount - row.fee}`,
  });
}

const stagesAfter: Readonly<Record<Decision['how'], readonly string[]>> = {
  approve: ['queued', 'broadcast', 'completed', 'failed'],
  reject: ['rejected'],
  fail: ['failed'],
};

function checkDecision({ id, how }: Decision, { withdrawals }: Aftermath): void {
  const stage = withdrawals.find((row) => row.id === id)?.stage ?? 'gone';
  assert.ok(stagesAfter[how].includes(stage), `${how} of ${id} was acknowledged, but its stage is ${stage}`);
}

/** Without pending work, the amount that left on the chain must equal the amount that left custody. */
export function checkTotals({ outgoing, settledUnits }: Aftermath): void {
  const left = new Map<string, bigint>();
  for (const { content, height, failure } of outgoing) {
    if (height === null || failure !== null) continue;
    const { asset, amount } = JSON.parse(content) as { readonly asset: string; readonly amount: string };
    left.set(asset, (left.get(asset) ?? 0n) + BigInt(amount));
  }
  assert.deepEqual(new Map([...left].sort()), new Map([...settledUnits].sort()));
}

/**
 * Whether no work is pending: all stages are final, and every deposit on the chain is credited and free exactly once.
 */
export function isAtRest({ withdrawals, deposits, incoming }: Aftermath): boolean {
  const free = new Set(
    deposits.filter((row) => row.stage === 'completed').map((row) => `${row.network} ${row.txId}`),
  );
  return (
    withdrawals.every((row) => isFinal(row.stage as WithdrawalStage)) &&
    deposits.every((row) => row.stage === 'completed') &&
    incoming.every((row) => free.has(`${row.network} ${row.txId}`))
  );
}
