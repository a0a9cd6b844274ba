import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, required, Type } from '../../schema.ts';
import { withdrawalErrors, withdrawalId, withdrawalParameters } from '../../withdrawal-terms.ts';

/**
 * The withdrawal of wapi, also from the Funding wallet. An order id is the same in both dialects.
 * deviation: a key that may withdraw needs no list of IP addresses.
 */
export const capitalWithdrawApply = operation({
  id: 'capitalWithdrawApply',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/capital/withdraw/apply'],
  permission: 'withdrawals',
  weights: { account: 900 },
  summary: 'Submit a withdrawal.',
  parameters: {
    coin: required.string({ description: 'Asset code, for example ETH.', maximum: 20 }),
    ...withdrawalParameters,
    walletType: optional.integer({
      description: 'The wallet that pays. 0: Spot, also when absent; 1: Funding.',
      allowed: [0, 1],
    }),
  },
  reply: Type.Object({ id: withdrawalId }),
  errors: withdrawalErrors,
});
