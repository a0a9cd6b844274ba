import { unwrap } from '../../../../command/outcome.ts';
import { isRejection, reject } from '../../../../contract/errors.ts';
import { isServed } from '../../../../contract/sapi/asset/transfer-types.ts';
import { userUniversalTransfer } from '../../../../contract/sapi/asset/user-universal-transfer.ts';
import { implement } from '../../../handler.ts';
import { walletLeft } from '../../../wallet-left.ts';

export const userUniversalTransferHandler = implement(
  userUniversalTransfer,
  async ({ type, asset, amount }, { account, notAfterMs }, { commands }) => {
    if (!isServed(type)) return reject('operation-unsupported');
    const transfer = { accountId: account.id, from: walletLeft[type], asset, amount };
    const outcome = unwrap(await commands.submit('transferBetweenWallets', transfer, notAfterMs));
    return isRejection(outcome) ? outcome : { tranId: outcome.done.tranId };
  },
);
