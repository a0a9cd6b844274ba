import { isRejection } from '../../../../contract/errors.ts';
import { subAccountDepositAddress } from '../../../../contract/sapi/sub-account/deposit-address.ts';
import { depositAddressOf } from '../../../deposit-address-of.ts';
import { viewDepositAddress } from '../../../deposit-address-view.ts';
import { subAccountOf } from '../../../family.ts';
import { implement } from '../../../handler.ts';

export const subAccountDepositAddressHandler = implement(
  subAccountDepositAddress,
  async ({ email, coin: asset, network }, { account }, parts) => {
    const sub = await subAccountOf(email, account, parts);
    if (isRejection(sub)) return sub;
    const found = await depositAddressOf(sub.id, { asset, network }, parts);
    return isRejection(found) ? found : viewDepositAddress(asset, found, parts.catalog());
  },
);
