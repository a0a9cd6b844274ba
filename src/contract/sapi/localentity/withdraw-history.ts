import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { questionnaireFields, questionnaireHistory, questionnaireWindow } from './withdrawal-row.ts';

/**
 * Newest first.
 * deviation: the history of localentity has times in milliseconds and questionnaires as objects, as recorded in 2026;
 * the documentation has texts, which version 1 returns.
 */
export const localentityWithdrawHistory = operation({
  id: 'localentityWithdrawHistory',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v2/localentity/withdraw/history'],
  weights: { address: 1 },
  window: questionnaireWindow,
  summary: 'Fetch the withdrawals of an account that have a questionnaire.',
  parameters: questionnaireHistory,
  reply: Type.Array(
    Type.Object({
      ...questionnaireFields,
      applyTime: milliseconds('Time of the request'),
      questionnaire: Type.Unsafe<object>({ type: 'object', description: 'The answers, as sent.' }),
      completeTime: Type.Optional(milliseconds('Time of completion; only with status 6')),
    }),
  ),
});
