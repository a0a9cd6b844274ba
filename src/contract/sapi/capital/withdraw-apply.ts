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
    transactionFeeFlag: optional.boolean({
      description:
        'If the recipient has an account here, the fee goes to the recipient (true) or back to the sender (false), and the history shows a fee of 0. When absent, or if the recipient is elsewhere, the exchange gets it.',
    }),
  },
  reply: Type.Object({ id: withdrawalId }),
  errors: withdrawalErrors,
});
