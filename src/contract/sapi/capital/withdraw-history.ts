import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, Type } from '../../schema.ts';
import { capitalHistory, capitalHistoryDays } from './history-parameters.ts';
import { withdrawalRow } from './withdrawal-row.ts';

/** Newest first, and across both dialects. */
export const capitalWithdrawHistory = operation({
  id: 'capitalWithdrawHistory',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/capital/withdraw/history'],
  weights: { account: 18_000, per: 'second' },
  window: { days: capitalHistoryDays, withOrderIdDays: 7, error: 'history-interval-too-long' },
  order: 'newest first',
  summary: 'Fetch the withdrawals of an account.',
  parameters: {
    coin: optional.string({ description: 'Only this asset.', maximum: 20 }),
    withdrawOrderId: optional.string({
      description:
        'Only the withdrawal with this idempotency key. The interval is then at most 7 days, which is also the default.',
      maximum: 64,
    }),
    status: optional.integer({
      description:
        '0: Email Sent, 1: Cancelled, 2: Awaiting Approval, 3: Rejected, 4: Processing, 5: Failure, 6: Completed. All when absent.',
      allowed: [0, 1, 2, 3, 4, 5, 6],
    }),
    idList: optional.list({ description: 'Only the withdrawals with these ids.', maximum: 45 }),
    ...capitalHistory,
  },
  reply: Type.Array(withdrawalRow),
});
