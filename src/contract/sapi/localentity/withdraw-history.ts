import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { milliseconds, Type } from '../../schema.ts';
import { questionnaireFields, questionnaireHistory, questionnaireWindow } from './withdrawal-row.ts';

/**
 * Newest first.
 * deviation: version 2 of the history of localentity has times in milliseconds and questionnaires as objects, as the
 * exchange was recorded to answer in 2026: a client that cannot read them here cannot read them there. The documentation,
 * and with it the official clients of Go, Java and Rust, have texts, which version 1 returns.
 */
export const localentityWithdrawHistory = operation({
  id: 'localentityWithdrawHistory',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v2/localentity/withdraw/history'],
  weights: { address: 1 },
  window: questionnaireWindow,
  order: 'newest first',
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
