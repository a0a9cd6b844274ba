/** Fields of the operations that list balances. */
import { decimalText, optional } from '../../schema.ts';

export const balanceParameters = {
  asset: optional.string({ description: 'Only this asset, also without a balance.', maximum: 20 }),
  needBtcValuation: optional.boolean({
    description: 'Whether to value each balance in BTC, by the prices of the operator.',
  }),
};

export const amounts = {
  free: decimalText('What can be used.'),
  locked: decimalText('Held by orders, which do not exist here: always zero.'),
  freeze: decimalText('Held by deposits that are credited and cannot be used yet.'),
  withdrawing: decimalText('Held by open withdrawals.'),
};

export const btcValuation = decimalText('Value in BTC, or 0 if it was not asked for or there is no price.');
