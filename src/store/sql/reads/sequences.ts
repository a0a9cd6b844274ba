/** Compares sequences with the numbers in use. */
import type { SequenceReads, SequenceState } from '../../reads/sequences.ts';
import type { SqlRunner } from '../sql-runner.ts';

// The primary keys.
const statement = `
  SELECT used.name, s.last, used.highest
  FROM (
    SELECT 'account_ids' AS name, (SELECT max(id) FROM accounts) AS highest
    UNION ALL
    SELECT 'tran_ids', (SELECT max(tran_id) FROM (
      SELECT max(tran_id) AS tran_id FROM sub_account_transfers
      UNION ALL SELECT max(tran_id) FROM wallet_transfers
      UNION ALL SELECT max(tran_id) FROM dust_conversions
      UNION ALL SELECT max(tran_id) FROM dividends
      UNION ALL SELECT max(tr_id) FROM withdrawal_questionnaires) AS numbered)
  ) AS used
  LEFT JOIN sequences AS s ON s.name = used.name`;

export function sequenceReads(run: SqlRunner): SequenceReads {
  return {
    sequences: async () =>
      (await run.values(statement, [])).map(({ name, last, highest }) => ({
        // cast: the table holds only these names.
        name: name as SequenceState['name'],
        last: last == null ? null : Number(last),
        highest: Number(highest ?? 0),
      })),
  };
}
