/** Calls of the operations under /sapi/…/asset. */
import { sapiTradeFee } from '../../../src/contract/sapi/asset/trade-fee.ts';
import { userUniversalTransfer } from '../../../src/contract/sapi/asset/user-universal-transfer.ts';
import { userUniversalTransferHistory } from '../../../src/contract/sapi/asset/user-universal-transfer-history.ts';
import { calls, query } from '../operation-calls.ts';

const toFunding = 'type=MAIN_FUNDING';

export const sapiAssetCalls = [
  calls(userUniversalTransfer, `${toFunding}&asset=ETH&amount=1`, {
    'operation-unsupported': query('type=MAIN_UMFUTURE&asset=ETH&amount=1'),
    'asset-unknown': query(`${toFunding}&asset=NOPE&amount=1`),
    'precision-exceeded': query(`${toFunding}&asset=ETH&amount=1e-9`),
    'balance-insufficient': query('type=FUNDING_MAIN&asset=CAP&amount=1'),
  }),
  calls(userUniversalTransferHistory, toFunding),
  calls(sapiTradeFee, '', { 'symbol-unknown': query('symbol=NOPE') }),
];
