/** Calls of the operations on deposits and withdrawals. */

import { capitalDepositAddress } from '../../../src/contract/sapi/capital/deposit-address.ts';
import { capitalDepositAddressList } from '../../../src/contract/sapi/capital/deposit-address-list.ts';
import { capitalWithdrawApply } from '../../../src/contract/sapi/capital/withdraw-apply.ts';
import { withoutAddresses } from '../address-calls.ts';
import { calls, query } from '../operation-calls.ts';
import { goodWithdrawal, withdrawalProvocations } from '../withdrawal-calls.ts';

const withdrawal = goodWithdrawal('coin');

export const sapiCapitalCalls = [
  calls(
    capitalWithdrawApply,
    withdrawal,
    withdrawalProvocations('coin', (world) =>
      world.call({ operation: capitalWithdrawApply, query: `${withdrawal}&withdrawOrderId=one` }),
    ),
  ),
  calls(capitalDepositAddress, 'coin=ETH', {
    'deposit-address-unavailable': withoutAddresses('coin='),
    'asset-unknown': query('coin=NOPE'),
    'network-unknown': query('coin=ETH&network=NOPE', { network: 'NOPE', asset: 'ETH' }),
  }),
  calls(capitalDepositAddressList, 'coin=ETH', {
    'asset-unknown': query('coin=NOPE'),
    'network-unknown': query('coin=ETH&network=NOPE', { network: 'NOPE', asset: 'ETH' }),
  }),
];
