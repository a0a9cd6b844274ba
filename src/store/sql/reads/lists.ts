/** Lists of all accounts: which index finds the rows of a filter, and which conditions remain. */

import { openStages } from '../../../contract/withdrawal-stages.ts';
import type { DepositListFilter, ListReads, WithdrawalListFilter } from '../../reads/lists.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { auditPlan, transferPlan } from './ledger-list-plans.ts';
import { among, bySeq, byStage, interval, merged, type Plan, type Stages, stagesAmong } from './list-plan.ts';
import { amountConditions, listSlice } from './list-slice.ts';
import { seqsInRange } from './seqs-in-range.ts';
import { amongKeys, type Conditions, conditions } from './statement-parts.ts';
import { withdrawalsByAddress } from './withdrawals-by-address.ts';

const endedStages: readonly string[] = ['cancelled', 'rejected', 'failed'];
const isCompleted = (stage: string) => stage === 'completed';

export function listReads(run: SqlRunner): ListReads {
  return {
    listedWithdrawals: (filter, window) => {
      const { addresses } = filter;
      // withdrawals_by_address
      if (addresses !== undefined && filter.ids === undefined && filter.accountId === undefined)
        return withdrawalsByAddress(run, addresses, withdrawalConditions(filter), window);
      const { access, residual } = withdrawalPlan(filter);
      return listSlice(run, 'withdrawals', access, residual, window);
    },
    listedDeposits: (filter, window) => {
      const { access, residual } = depositPlan(filter);
      return listSlice(run, 'deposits', access, residual, window);
    },
    listedTransfers: (filter, window) => {
      const { access, residual } = transferPlan(filter);
      return listSlice(run, 'transfers', access, residual, window);
    },
    listedAudit: (filter, window) => {
      const { access, residual } = auditPlan(filter);
      return listSlice(run, 'audit', access, residual, window);
    },
    // the primary key
    sealsCovering: async (seqs) => {
      const lowest = Math.min(...seqs);
      const highest = Math.max(...seqs);
      return run.rows(
        'transfer_seals',
        `SELECT * FROM transfer_seals WHERE last_seq >= ? AND last_seq <=
           coalesce((SELECT last_seq FROM transfer_seals WHERE last_seq >= ? ORDER BY last_seq LIMIT 1), ?)
         ORDER BY last_seq LIMIT CAST(? AS INTEGER)`,
        [lowest, highest, Number.MAX_SAFE_INTEGER, highest - lowest + 2],
      );
    },
    seqsInRange: (table, range) => seqsInRange(run, table, range),
    // withdrawals_by_order_id
    withdrawalIdsOfOrder: async (orderId, limit) => {
      const sql = 'SELECT id FROM withdrawals WHERE order_id = ? LIMIT CAST(? AS INTEGER)';
      return (await run.values(sql, [orderId, limit])).map(({ id }) => String(id));
    },
    withdrawalIdsOfTransaction: (txIds, limit) => idsOfTransactions(run, txIds, limit),
  };
}

/** withdrawals_by_transaction, withdrawals_unsigned, withdrawal_attempts_by_transaction */
async function idsOfTransactions(
  run: SqlRunner,
  txIds: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const { sql, parameters } = amongKeys('tx_id', txIds);
  const rows = await run.values(
    `SELECT id FROM withdrawals WHERE signed_transaction IS NOT NULL AND ${sql}
     UNION SELECT id FROM withdrawals WHERE signed_transaction IS NULL AND tx_id <> '' AND ${sql}
     UNION SELECT withdrawal_id AS id FROM withdrawal_attempts WHERE ${sql}
     LIMIT CAST(? AS INTEGER)`,
    [...parameters, ...parameters, ...parameters, limit],
  );
  return rows.map(({ id }) => String(id));
}

const isIn = (stages: Stages, known: readonly string[]): stages is readonly string[] =>
  stages !== undefined && stages.length > 0 && stages.every((stage) => known.includes(stage));

/** All conditions except the addresses. */
function withdrawalConditions(filter: WithdrawalListFilter): Conditions {
  const { asset, network, from, to, stages, seqs } = filter;
  const own = conditions(
    ['asset = ?', asset],
    ['network = ?', network],
    ['applied_at >= ?', from],
    ['applied_at <= ?', to],
  );
  return merged(own, amountConditions(filter), stagesAmong(stages), interval(seqs));
}

function withdrawalPlan(filter: WithdrawalListFilter): Plan {
  const { accountId, ids, addresses, stages, network, asset, seqs, from, to } = filter;
  const own = conditions(['asset = ?', asset], ['network = ?', network]);
  const amount = amountConditions(filter);
  const time = conditions(['applied_at >= ?', from], ['applied_at <= ?', to]);
  const account = conditions(['account_id = ?', accountId]);
  const ofStages = stagesAmong(stages);
  const ofAddresses = among('address', addresses);
  // the unique id
  if (ids !== undefined)
    return {
      access: { drivers: [among('id', ids)], order: 'seq' },
      residual: merged(own, amount, time, account, ofStages, ofAddresses),
    };
  // withdrawals_by_account
  if (accountId !== undefined)
    return {
      access: { drivers: [merged(account, time)], order: 'time' },
      residual: merged(own, amount, ofStages, ofAddresses),
    };
  // withdrawals_by_stage, withdrawals_ended
  if (isIn(stages, openStages) || isIn(stages, endedStages))
    return { access: byStage(stages, seqs), residual: merged(own, amount, time, ofAddresses) };
  // the primary key
  return { access: bySeq(seqs), residual: merged(own, amount, time, ofStages, ofAddresses) };
}

function depositPlan(filter: DepositListFilter): Plan {
  const { accountId, addresses, transactions, stages, network, asset, seqs, from, to } = filter;
  const own = conditions(['asset = ?', asset], ['network = ?', network]);
  const amount = amountConditions(filter);
  const time = conditions(['inserted_at >= ?', from], ['inserted_at <= ?', to]);
  const account = conditions(['account_id = ?', accountId]);
  const ofStages = stagesAmong(stages);
  const ofAddresses = among('address', addresses);
  // the unique key of network and transaction
  if (transactions !== undefined)
    return {
      access: {
        drivers: [merged(among('network', transactions.networks), among('tx_id', transactions.txIds))],
        order: 'seq',
      },
      residual: merged(own, amount, time, account, ofStages, ofAddresses),
    };
  // deposits_by_address
  if (addresses !== undefined)
    return {
      access: {
        drivers: [...new Set(addresses)].map((address) =>
          merged(conditions(['address = ?', address]), interval(seqs)),
        ),
        order: 'seq',
      },
      residual: merged(own, amount, time, account, ofStages),
    };
  // deposits_by_account
  if (accountId !== undefined)
    return {
      access: { drivers: [merged(account, time)], order: 'time' },
      residual: merged(own, amount, ofStages),
    };
  // deposits_by_stage, deposits_unattributed
  if (stages !== undefined && stages.length > 0 && !stages.some(isCompleted))
    return { access: byStage(stages, seqs), residual: merged(own, amount, time) };
  // the primary key
  return { access: bySeq(seqs), residual: merged(own, amount, time, ofStages) };
}
