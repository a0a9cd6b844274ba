import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, Type } from '../../schema.ts';

/** Shown to an account without a quota, so that what remains of it suffices for every withdrawal. */
export const unlimitedQuotaUsd = '1000000000000';

/** deviation: an account without a quota has a `wdQuota` of 1000000000000, and no withdrawal is rejected by it. */
export const capitalWithdrawQuota = operation({
  id: 'capitalWithdrawQuota',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/capital/withdraw/quota'],
  weights: { address: 10 },
  summary: 'Fetch the withdrawal quota of an account.',
  reply: Type.Object({
    wdQuota: decimalText(
      `What the withdrawals of 24 hours may be worth, in USD; ${unlimitedQuotaUsd} without a quota.`,
    ),
    usedWdQuota: decimalText(
      'The value of the withdrawals of the last 24 hours, on-chain and internal, from both wallets, in USD at the current prices. Assets without a price do not count.',
    ),
  }),
});
