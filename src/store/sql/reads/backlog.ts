/** Counts open withdrawals, deposits and unsealed transfers in one statement. */
import type { BacklogReads } from '../../reads/backlog.ts';
import type { SqlRunner } from '../sql-runner.ts';

// Indexes: withdrawals_by_stage (SQLite requires each stage to be spelled as in the index), withdrawals_waiting,
// deposits_in_progress, the primary keys.
const statement = `
  SELECT 'email-sent' AS what, count(*) AS total FROM withdrawals WHERE stage = 'email-sent'
  UNION ALL SELECT 'awaiting-approval', count(*) FROM withdrawals WHERE stage = 'awaiting-approval'
  UNION ALL SELECT 'queued', count(*) FROM withdrawals WHERE stage = 'queued'
  UNION ALL SELECT 'waiting', count(*) FROM withdrawals WHERE stage = 'waiting'
  UNION ALL SELECT 'claimed', count(*) FROM withdrawals WHERE stage = 'claimed'
  UNION ALL SELECT 'unknown', count(*) FROM withdrawals WHERE stage = 'unknown'
  UNION ALL SELECT 'broadcast', count(*) FROM withdrawals WHERE stage = 'broadcast'
  UNION ALL SELECT waiting_for, count(*) FROM withdrawals WHERE waiting_for IS NOT NULL GROUP BY waiting_for
  UNION ALL SELECT 'deposits', count(*) FROM deposits WHERE stage IN ('pending', 'suspended', 'credited')
  UNION ALL SELECT 'unattributed deposits', count(*) FROM deposits WHERE account_id = 0
    AND stage IN ('pending', 'suspended', 'below-minimum', 'unattributed')
  UNION ALL SELECT 'last transfer', max(seq) FROM transfers
  UNION ALL SELECT 'last sealed', max(last_seq) FROM transfer_seals`;

export function backlogReads(run: SqlRunner): BacklogReads {
  return {
    backlog: async () => {
      const rows = await run.values(statement, []);
      const total = (what: string) => Number(rows.find((row) => row.what === what)?.total ?? 0);
      return {
        withdrawals: {
          'email-sent': total('email-sent'),
          'awaiting-approval': total('awaiting-approval'),
          queued: total('queued'),
          waiting: total('waiting'),
          claimed: total('claimed'),
          unknown: total('unknown'),
          broadcast: total('broadcast'),
        },
        waitingFor: {
          liquidity: total('liquidity'),
          'network-closed': total('network-closed'),
          'account-disabled': total('account-disabled'),
          'own-address': total('own-address'),
        },
        deposits: total('deposits'),
        unattributedDeposits: total('unattributed deposits'),
        unsealedTransfers: Math.max(0, total('last transfer') - total('last sealed')),
      };
    },
  };
}
