/** Reads of claims, of the withdrawals that can be claimed, and of imported addresses. */
import type { ClaimReads } from '../../reads/claims.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { amongKeys, rowsAfter } from './statement-parts.ts';

const toClaim = `stage = 'queued' AND network IN (SELECT network FROM networks WHERE connector = 'manual')`;

function ofNetwork(network: string | undefined) {
  return network === undefined
    ? { sql: '', parameters: [] }
    : { sql: ' AND withdrawals.network = ?', parameters: [network] };
}

export function claimReads(run: SqlRunner): ClaimReads {
  return {
    ...addressPoolReads(run),
    // withdrawal_claims_open (SQLite requires the state to be spelled as in the index)
    claimsInState: (state, network, afterId, limit) => {
      const { sql, parameters } = ofNetwork(network);
      return run.rows(
        'withdrawal_claims',
        `SELECT * FROM withdrawal_claims WHERE state = '${state}' AND id > ?
         AND EXISTS (SELECT 1 FROM withdrawals WHERE withdrawals.id = withdrawal_claims.withdrawal_id${sql})
         ORDER BY id LIMIT CAST(? AS INTEGER)`,
        [afterId, ...parameters, limit],
      );
    },
    // the primary key
    claimsNamed: async (ids) => {
      if (ids.length === 0) return [];
      const { sql, parameters } = amongKeys('id', ids);
      return run.rows('withdrawal_claims', `SELECT * FROM withdrawal_claims WHERE ${sql}`, parameters);
    },
    // withdrawals_by_stage
    withdrawalsToClaim: (network, ...page) => {
      const { sql, parameters } = ofNetwork(network);
      return rowsAfter(run, 'withdrawals', `${toClaim}${sql}`, parameters, ...page);
    },
    // withdrawal_claims_held
    heldClaims: (limit) =>
      run.rows(
        'withdrawal_claims',
        `SELECT * FROM withdrawal_claims WHERE state = 'held' ORDER BY expires_at LIMIT CAST(? AS INTEGER)`,
        [limit],
      ),
  };
}

function addressPoolReads(
  run: SqlRunner,
): Pick<ClaimReads, 'freeAddresses' | 'timeOfUse' | 'countFreeAddresses'> {
  return {
    // address_pool_free
    freeAddresses: (addressGroup, limit) =>
      run.rows(
        'address_pool',
        `SELECT * FROM address_pool WHERE address_group = ? AND account_id IS NULL
         ORDER BY seq LIMIT CAST(? AS INTEGER)`,
        [addressGroup, limit],
      ),
    // the primary key: addresses are used in the order of their import
    timeOfUse: async (addressGroup, nth) => {
      const [row] = await run.values(
        `SELECT used_at FROM address_pool WHERE address_group = ? AND account_id IS NOT NULL
         ORDER BY seq DESC LIMIT 1 OFFSET CAST(? AS INTEGER)`,
        [addressGroup, nth - 1],
      );
      return row === undefined ? undefined : Number(row.used_at);
    },
    // address_pool_free
    countFreeAddresses: async () => {
      const rows = await run.values(
        `SELECT address_group, count(*) AS total FROM address_pool WHERE account_id IS NULL GROUP BY address_group`,
        [],
      );
      return new Map(rows.map((row) => [String(row.address_group), Number(row.total)]));
    },
  };
}
