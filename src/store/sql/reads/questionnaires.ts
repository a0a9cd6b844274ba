/** Reads of withdrawals that have a questionnaire. */
import type { QuestionnaireReads } from '../../reads/questionnaires.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { addKeys, amongKeys, conditions } from './statement-parts.ts';

const joined = 'withdrawal_questionnaires AS q JOIN withdrawals AS w ON w.id = q.withdrawal_id';

export function questionnaireReads(run: SqlRunner): QuestionnaireReads {
  return {
    // withdrawal_questionnaires_by_account and the primary keys
    questionnaires: async (accountId, filter, { limit, offset }) => {
      const where = conditions(
        ['q.account_id = ?', accountId],
        ['q.at >= ?', filter.from],
        ['q.at <= ?', filter.to],
        ['w.asset = ?', filter.asset],
        ['w.network = ?', filter.network],
        ['w.order_id = ?', filter.orderId],
      );
      if (filter.trIds !== undefined) addKeys(where, 'q.tr_id', filter.trIds);
      if (filter.txIds !== undefined) addKeys(where, 'w.tx_id', filter.txIds);
      const withdrawals = await run.rows(
        'withdrawals',
        `SELECT w.* FROM ${joined} WHERE ${where.sql.join(' AND ')} ORDER BY q.at DESC, q.tr_id DESC LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`,
        [...where.parameters, limit, offset],
      );
      if (withdrawals.length === 0) return [];
      const among = amongKeys(
        'withdrawal_id',
        withdrawals.map(({ id }) => id),
      );
      const answers = await run.rows(
        'withdrawal_questionnaires',
        `SELECT * FROM withdrawal_questionnaires WHERE ${among.sql}`,
        among.parameters,
      );
      const byWithdrawal = new Map(answers.map((row) => [row.withdrawalId, row]));
      return withdrawals.flatMap((withdrawal) => {
        const answered = byWithdrawal.get(withdrawal.id);
        return answered === undefined ? [] : [{ withdrawal, answered }];
      });
    },
  };
}
