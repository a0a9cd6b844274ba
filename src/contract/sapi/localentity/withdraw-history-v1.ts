import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { questionnaireFields, questionnaireHistory, questionnaireWindow } from './withdrawal-row.ts';

/** Newest first; times and questionnaires are texts, as documented. */
export const localentityWithdrawHistoryV1 = operation({
  id: 'localentityWithdrawHistoryV1',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/localentity/withdraw/history'],
  weights: { address: 1 },
  window: questionnaireWindow,
  order: 'newest first',
  summary: 'Fetch the withdrawals of an account that have a questionnaire, with times as text.',
  parameters: questionnaireHistory,
  reply: Type.Array(
    Type.Object({
      ...questionnaireFields,
      questionnaire: Type.String({ description: 'The answers, as JSON text.' }),
    }),
  ),
});
