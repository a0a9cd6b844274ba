import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, Type } from '../../schema.ts';
import { depositFields } from '../capital/deposit-row.ts';
import { capitalHistory, capitalHistoryDays, depositFilter } from '../capital/history-parameters.ts';
import { subAccountEmail } from './fields.ts';

/** The deposits of a sub-account, newest first. */
export const subAccountDepositHisrec = operation({
  id: 'subAccountDepositHisrec',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/capital/deposit/subHisrec'],
  weights: { address: 1 },
  masterOnly: true,
  window: { days: capitalHistoryDays, error: 'history-interval-too-long' },
  order: 'newest first',
  summary: 'Get sub-account deposit history.',
  parameters: {
    email: subAccountEmail,
    ...depositFilter,
    ...capitalHistory,
    includeSource: optional.boolean({ description: 'Whether rows have `sourceAddress`.' }),
  },
  reply: Type.Array(
    Type.Object({
      ...depositFields,
      sourceAddress: Type.Optional(Type.String({ description: 'Always empty.' })),
    }),
  ),
  errors: ['sub-account-unrelated'],
});
