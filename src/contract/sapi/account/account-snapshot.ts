import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, milliseconds, optional, required, Type } from '../../schema.ts';

const daily = { days: 30, defaultDays: 7, error: 'interval-too-long' } as const;

/**
 * deviation: days of more than a month ago are shown too.
 * deviation: the value in BTC of a past day is computed by the present prices, because past prices are not kept.
 */
export const accountSnapshot = operation({
  id: 'accountSnapshot',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/accountSnapshot'],
  weights: { address: 2400 },
  window: daily,
  order: 'oldest first',
  summary: 'Fetch the Spot balances at the ends of days, in UTC, oldest first.',
  parameters: {
    type: required.string({
      description: 'SPOT; the lists of the others are empty.',
      allowed: ['SPOT', 'MARGIN', 'FUTURES'],
    }),
    startTime: optional.long({ description: 'Earliest time, inclusive (ms).' }),
    endTime: optional.long({ description: 'Latest time, inclusive (ms).' }),
    limit: optional.integer({
      description: 'The newest days, at most this many; 7 when absent.',
      minimum: 7,
      maximum: 30,
    }),
  },
  reply: Type.Object({
    code: Type.Literal(200),
    msg: Type.Literal(''),
    snapshotVos: Type.Array(
      Type.Object({
        type: Type.Literal('spot'),
        updateTime: milliseconds('The last second of the day'),
        data: Type.Object({
          totalAssetOfBtc: decimalText('The value of the balances in BTC.'),
          balances: Type.Array(
            Type.Object({
              asset: Type.String(),
              free: decimalText('Spendable.'),
              locked: decimalText('Held by withdrawals and by deposits that cannot be withdrawn yet.'),
            }),
          ),
        }),
      }),
    ),
  }),
});
