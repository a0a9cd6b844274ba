/**
 * Claims a withdrawal for broadcast. Only this command decides that a withdrawal is sent.
 *
 * The claim stores the exact bytes of the transaction. They may be sent only after that commit, any number of times,
 * and no other transaction can exist for the same withdrawal. The claim checks again every condition that may have
 * changed since the withdrawal was accepted, and reserves custody; a withdrawal that cannot be sent now waits.
 * Withdrawals of one asset on one network that wait for liquidity are sent in the order of submission, and no other
 * overtakes them.
 *
 * A withdrawal to an address that now belongs to this exchange is not sent; `withdrawal-inside.ts` settles it.
 */

import type { PreparedTransaction } from '../../chain/port.ts';
import { reject } from '../../contract/errors.ts';
import type { WaitingReason } from '../../contract/withdrawal-stages.ts';
import { isInMaintenance } from '../../domain/catalog/catalog.ts';
import { planRebalance, type RebalanceMove } from '../../domain/ledger/custody.ts';
import { exchangeAccounts } from '../../domain/ledger/ledger.ts';
import { obstacleOf } from '../../domain/withdrawal/withdrawal-obstacle.ts';
import { accountById, chainReservationOf, custodyOf, withdrawalById } from '../../store/lookups.ts';
import type { Command, Decided, DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { isOwnAddress, ownAddressLookups } from './withdrawal-send.ts';
import { endWait, waitFor } from './withdrawal-waiting.ts';

type Withdrawal = Row<'withdrawals'>;

export type WithdrawalClaim = {
  /** The immutable columns, with which all lookups can be made at once. */
  readonly withdrawal: Pick<Withdrawal, 'id' | 'accountId' | 'asset' | 'network' | 'address' | 'addressTag'>;
  /** The withdrawal before it in the queue for liquidity; absent for the first. */
  readonly previousId?: string | undefined;
  /** The transaction to send; null if the network was not defined when it was requested. */
  readonly transaction: PreparedTransaction | null;
};

/**
 * `unchanged`: nothing was written; the withdrawal stays `queued` or `waiting` because of maintenance, because it waits
 * for the same reason as before, or because there is no sendable transaction yet.
 * `own-address`: nothing was written, because the address now belongs to this exchange.
 * `queued`: it waits no longer, and somebody else may claim it, because its network is manual.
 */
export type ClaimResult = 'broadcast' | 'queued' | 'waiting' | 'unchanged' | 'own-address';

export const claimWithdrawal: Command<
  WithdrawalClaim,
  ClaimResult,
  'withdrawal-unknown' | 'withdrawal-stage-wrong'
> = {
  name: 'withdrawal-claim',
  needsLatest: true,
  prefetch: [
    ({ withdrawal, previousId, transaction }, _rows, { catalog }) => [
      withdrawalById(withdrawal.id),
      accountById(withdrawal.accountId),
      custodyOf(withdrawal.asset),
      ...ownAddressLookups(withdrawal, catalog),
      ...(previousId === undefined ? [] : [withdrawalById(previousId)]),
      ...reservationLookups(withdrawal.network, transaction),
    ],
  ],
  decide(claim, rows, context) {
    const { transaction } = claim;
    const { id } = claim.withdrawal;
    const row = rows.one(withdrawalById(id));
    if (row === undefined) return reject('withdrawal-unknown', { id });
    if (row.stage !== 'queued' && row.stage !== 'waiting')
      return reject('withdrawal-stage-wrong', { id, stage: row.stage, allowed: ['queued', 'waiting'] });
    const work = new UnitOfWork(rows, context);
    if (isInMaintenance(context.catalog)) return work.reply('unchanged' as const);
    const plan = planClaim(claim, row, work, rows, context);
    if (plan === 'own-address') return work.reply('own-address' as const);
    const isManual = context.catalog.connectors.get(row.network) === 'manual';
    if (isManual && typeof plan === 'object') return queueForOthers(work, row);
    const isUnchanged =
      plan === row.waitingFor || (typeof plan === 'object' && !isSendable(row.network, transaction, rows));
    if (isUnchanged) return work.reply('unchanged' as const);
    if (typeof plan === 'string') {
      work.write({ update: 'withdrawals', key: { id }, set: waitFor(work, row, plan) });
      return work.reply('waiting' as const);
    }
    reserveCustody(work, row, plan);
    for (const resource of transaction?.reserves ?? []) {
      const reserved = { network: row.network, resource, withdrawalId: id };
      work.write({ insert: 'chain_reservations', row: reserved });
    }
    work.write({
      update: 'withdrawals',
      key: { id },
      set: {
        stage: 'broadcast',
        ...endWait(work, row),
        txId: transaction?.txId ?? '',
        signedTransaction: transaction?.signedTransaction ?? null,
      },
    });
    return work.reply('broadcast' as const);
  },
};

/** Custody is reserved for it only once it is claimed. */
function queueForOthers(work: UnitOfWork, row: Withdrawal): Decided<ClaimResult> {
  if (row.stage === 'queued') return work.reply('unchanged');
  work.write({ update: 'withdrawals', key: { id: row.id }, set: { ...endWait(work, row), stage: 'queued' } });
  return work.reply('queued');
}

function reservationLookups(
  network: string,
  transaction: PreparedTransaction | null,
): readonly Lookup<'chain_reservations'>[] {
  const { reserves = [] } = transaction ?? {};
  return reserves.map((resource) => chainReservationOf(network, resource));
}

/**
 * False without a transaction, because the network has only just been defined again or its chain did not answer, and
 * when another transaction uses what this one needs. The next claim will have another transaction.
 */
function isSendable(network: string, transaction: PreparedTransaction | null, rows: Rows): boolean {
  const lookups = (transaction?.reserves ?? []).map((resource) => chainReservationOf(network, resource));
  return transaction !== null && lookups.every((lookup) => rows.one(lookup) === undefined);
}

/** @returns the reason why it cannot be sent, or the custody moves between networks that allow it. */
export function planClaim(
  { previousId }: Pick<WithdrawalClaim, 'previousId'>,
  row: Withdrawal,
  work: UnitOfWork,
  rows: Rows,
  { catalog }: DecisionContext,
): WaitingReason | readonly RebalanceMove[] {
  const enabled = rows.one(accountById(row.accountId))?.enabled === true;
  const obstacle = obstacleOf(row, enabled, catalog);
  if (obstacle !== undefined) return obstacle;
  if (isOwnAddress(row, rows, catalog)) return 'own-address';
  const previous = previousId === undefined ? undefined : rows.one(withdrawalById(previousId));
  if (!isItsTurn(row, previous, work.custody.at(row).waiting)) return 'liquidity';
  return planRebalance(work.custody.holdings(row.asset), row.network, netOf(row)) ?? 'liquidity';
}

function isItsTurn(row: Withdrawal, previous: Withdrawal | undefined, waiting: number): boolean {
  if (row.waitingFor !== 'liquidity') return waiting === 0;
  return !(
    previous?.waitingFor === 'liquidity' &&
    previous.network === row.network &&
    previous.asset === row.asset
  );
}

/** Reserves the net amount in custody. It is settled when the chain confirms the transaction. */
export function reserveCustody(work: UnitOfWork, row: Withdrawal, moves: readonly RebalanceMove[]): void {
  const { id, asset, network } = row;
  for (const { from, units } of moves) {
    work.post({
      kind: 'custody-rebalance',
      asset,
      amount: units,
      debit: exchangeAccounts.custody(network),
      credit: exchangeAccounts.custody(from),
      reference: id,
    });
    work.custody.add({ asset, network: from }, -units);
    work.custody.add(row, units);
  }
  work.custody.add(row, -netOf(row));
}

const netOf = ({ amount, fee }: Withdrawal): bigint => amount - fee;
