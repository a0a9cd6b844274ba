import { decimalText, exactNumber, Type } from './schema.ts';

/**
 * The terms of an asset, in every dialect. Fee and minimum are those of the default network; a status is false only if
 * it is false for all networks.
 */
export const assetDetailFields = Type.Object({
  minWithdrawAmount: decimalText('Minimum gross amount.'),
  depositStatus: Type.Boolean(),
  withdrawFee: exactNumber('Fee of a withdrawal.'),
  withdrawStatus: Type.Boolean(),
  depositTip: Type.Optional(Type.String()),
});
