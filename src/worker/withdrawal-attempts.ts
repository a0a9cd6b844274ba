/** The stored transactions of a withdrawal. It may have several, at most one of which can be confirmed. */
import type { Chains, Payment, PreparedTransaction, TransactionState } from '../chain/port.ts';
import type { ChainResult } from '../command/withdrawal/withdrawal-settle.ts';
import { assetNetworkOf, type Catalog } from '../domain/catalog/catalog.ts';
import type { BroadcastWithdrawal } from '../store/reads/withdrawals.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

export type AttemptedWithdrawal = {
  readonly row: BroadcastWithdrawal;
  /** At least one, in the order in which they were stored. */
  readonly attempts: readonly PreparedTransaction[];
};

/** @param rows broadcast withdrawals. */
export async function withAttempts(
  reads: Reads,
  rows: readonly BroadcastWithdrawal[],
): Promise<readonly AttemptedWithdrawal[]> {
  const attempted: AttemptedWithdrawal[] = [];
  for (const row of rows) {
    const { id, txId, signedTransaction } = row;
    attempted.push({
      row,
      attempts:
        signedTransaction === null
          ? await reads.rows('withdrawal_attempts', { withdrawalId: id })
          : [{ txId, signedTransaction }],
    });
  }
  return attempted;
}

/** The attempts of a withdrawal and their states on the chain, in the same order. */
export type AttemptStates = AttemptedWithdrawal & { readonly states: readonly TransactionState[] };

export async function findStates(
  chains: Chains,
  network: string,
  withdrawals: readonly AttemptedWithdrawal[],
): Promise<readonly AttemptStates[]> {
  const txIds = withdrawals.flatMap(({ attempts }) => attempts.map(({ txId }) => txId));
  const found = await chains.of(network).find(txIds);
  let start = 0;
  return withdrawals.map((each) => {
    const states = found.slice(start, start + each.attempts.length);
    start += states.length;
    return { ...each, states };
  });
}

/**
 * The latest transaction that can still be confirmed: after a reorganisation this may be an earlier one, which had been
 * confirmed, so that those after it failed.
 * @returns undefined if the chain knows it, or has confirmed another one.
 */
export function transactionToSend({ attempts, states }: AttemptStates): PreparedTransaction | undefined {
  if (states.some(({ state }) => state === 'confirmed')) return undefined;
  const open = states.findLastIndex(({ state }) => state !== 'failed');
  return states[open]?.state === 'absent' ? attempts[open] : undefined;
}

/**
 * @param depth the number of confirmations that the withdrawal needs.
 * @returns the final result; undefined while there is none. A withdrawal fails once all its transactions have failed.
 */
export function resultOf({ row, attempts, states }: AttemptStates, depth: number): ChainResult | undefined {
  const { id } = row;
  const deep = states.findIndex((each) => each.state === 'confirmed' && each.confirmations >= depth);
  if (deep >= 0) return { id, confirmed: true, txId: attempts[deep]?.txId ?? '' };
  const last = states.at(-1);
  return last?.state === 'failed' && states.every(({ state }) => state === 'failed')
    ? { id, confirmed: false, failedAttempts: attempts.length, failure: last.failure }
    : undefined;
}

/** @returns the number of confirmations that a withdrawal needs. */
export function depthOf(
  catalog: Catalog,
  { asset, network }: Pick<BroadcastWithdrawal, 'asset' | 'network'>,
): number {
  return assetNetworkOf(catalog, asset, network).minConfirm;
}

/**
 * @param earlier the ids of the transactions of the withdrawal that are stored.
 * @returns null if the network is not defined.
 */
export function paymentOf(
  catalog: Catalog,
  row: Row<'withdrawals'>,
  earlier: readonly string[] = [],
): Payment | null {
  const rules = catalog.networks.get(row.network);
  if (rules === undefined) return null;
  return {
    withdrawalId: row.id,
    earlier,
    network: row.network,
    rules,
    asset: row.asset,
    address: row.address,
    addressTag: row.addressTag,
    amount: row.amount - row.fee,
  };
}
