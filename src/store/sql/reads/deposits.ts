/** Reads of deposits and deposit addresses. */
import { textIn } from '../../../boundary/selected.ts';
import type { DepositFilter, DepositReads } from '../../reads/deposits.ts';
import type { SqlParameter, SqlRunner } from '../sql-runner.ts';
import { addStages, type Conditions, conditions, rowsAfter, timePage } from './statement-parts.ts';

/** Deposits of the reserved account that were not returned and are not being returned. */
const unresolved = "stage IN ('pending', 'suspended', 'below-minimum', 'unattributed')";

/** Spelled as in the index, so that SQLite uses it. */
const inProgress = "stage IN ('pending', 'suspended', 'credited')";

const networksToFollow = `
  SELECT network FROM chain_cursors AS scanned
  WHERE EXISTS (SELECT 1 FROM deposits WHERE deposits.network = scanned.network AND ${inProgress})
    OR height < (SELECT max(block_height) FROM deposits
      WHERE deposits.network = scanned.network AND block_height IS NOT NULL)
    OR network IN (SELECT network FROM deposits WHERE reorganised_at IS NOT NULL)`;

export function depositReads(run: SqlRunner): DepositReads {
  const after = (condition: string, parameters: readonly SqlParameter[], afterSeq: number, limit: number) =>
    rowsAfter(run, 'deposits', condition, parameters, afterSeq, limit);
  return {
    // deposits_by_account
    deposits: (accountId, filter, page) =>
      timePage(run, 'deposits', ofAccount(accountId, filter), ['inserted_at', 'seq'], filter, page),
    // deposits_by_account
    latestUnattributed: (page) => {
      const where = { sql: ['account_id = 0', unresolved], parameters: [] };
      return timePage(run, 'deposits', where, ['inserted_at', 'seq'], {}, page);
    },
    // the primary key
    isDepositAddress: async (addressGroup, addressKey) => {
      const found = await run.values(
        'SELECT 1 AS found FROM deposit_addresses WHERE address_group = ? AND address_key = ? LIMIT 1',
        [addressGroup, addressKey],
      );
      return found.length > 0;
    },
    // deposits_in_progress
    depositsInProgress: (network, ...page) => after(`network = ? AND ${inProgress}`, [network], ...page),
    // deposits_in_progress
    depositsInProgressAfter: (network, afterSeq, limit) =>
      run.rows(
        'deposits',
        `SELECT * FROM deposits WHERE ${inProgress} AND (network, seq) > (?, ?) ORDER BY network, seq LIMIT CAST(? AS INTEGER)`,
        [network, afterSeq, limit],
      ),
    // deposits_unattributed
    depositsUnattributed: (stage, ...page) => after('account_id = 0 AND stage = ?', [stage], ...page),
    // deposits_by_block
    depositsInBlocksAbove: (network, height, ...page) =>
      after('network = ? AND block_height > ?', [network, height], ...page),
    // deposits_in_progress, deposits_by_block, deposits_reorganised
    networksWithDepositsToFollow: async () => {
      const found = await run.values(networksToFollow, []);
      return new Set(found.map((row) => textIn(row, 'network')));
    },
    // deposits_reorganised
    depositsReorganised: (...page) => after('reorganised_at IS NOT NULL', [], ...page),
    // deposits_with_remainder
    depositsWithRemainder: (...page) => after("remainder <> '0'", [], ...page),
  };
}

function ofAccount(accountId: number, filter: DepositFilter): Conditions {
  const where = conditions(
    ['account_id = ?', accountId],
    ['asset = ?', filter.asset],
    ['tx_id = ?', filter.txId],
    ['inserted_at >= ?', filter.from],
    ['inserted_at <= ?', filter.to],
  );
  addStages(where, filter.stages);
  return where;
}
