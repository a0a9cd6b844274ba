import { isRejection } from '../../../../contract/errors.ts';
import { capitalDepositAddress } from '../../../../contract/sapi/capital/deposit-address.ts';
import { depositAddressOf } from '../../../deposit-address-of.ts';
import { viewDepositAddress } from '../../../deposit-address-view.ts';
import { implement } from '../../../handler.ts';

export const capitalDepositAddressHandler = implement(
  capitalDepositAddress,
  async ({ coin: asset, network }, { account }, parts) => {
    const found = await depositAddressOf(account.id, { asset, network }, parts);
    return isRejection(found) ? found : viewDepositAddress(asset, found, parts.catalog());
  },
);
