import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { milliseconds, optional, Type } from '../../schema.ts';
import { depositFields } from './deposit-row.ts';
import { capitalHistory, capitalHistoryDays, depositFilter } from './history-parameters.ts';

/**
 * Newest first. There are no deposits of status 2, 7 or 8.
 * deviation: `sourceAddress` is empty, because the chains do not report who paid.
 */
export const capitalDepositHisrec = operation({
  id: 'capitalDepositHisrec',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/capital/deposit/hisrec'],
  weights: { address: 1 },
  window: { days: capitalHistoryDays, error: 'history-interval-too-long' },
  order: 'newest first',
  summary: 'Fetch the deposits of an account.',
  parameters: {
    ...depositFilter,
    ...capitalHistory,
    includeSource: optional.boolean({ description: 'Whether rows have `sourceAddress`.' }),
  },
  reply: Type.Array(
    Type.Object({
      ...depositFields,
      completeTime: Type.Optional(milliseconds('Time from which it could be withdrawn; only with status 1')),
      travelRuleStatus: Type.Integer({ enum: [0], description: '0: no questionnaire is due.' }),
      sourceAddress: Type.Optional(Type.String({ description: 'Always empty.' })),
    }),
  ),
});
