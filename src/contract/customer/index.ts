/** All operations of the customer's API, in the order of the specification. */
import { accountStatus } from './account-status.ts';
import { apiTradingStatus } from './api-trading-status.ts';
import { assetDetail } from './asset-detail.ts';
import { assetDividend } from './asset-dividend.ts';
import { depositAddress } from './deposit-address.ts';
import { depositHistory } from './deposit-history.ts';
import { dustConvert } from './dust-convert.ts';
import { dustLog } from './dust-log.ts';
import { exchangeInfo } from './exchange-info.ts';
import { ping } from './ping.ts';
import { serverTime } from './server-time.ts';
import { subAccountAssets } from './sub-account-assets.ts';
import { subAccountList } from './sub-account-list.ts';
import { subAccountTransfer } from './sub-account-transfer.ts';
import { subAccountTransferHistory } from './sub-account-transfer-history.ts';
import { systemStatus } from './system-status.ts';
import { tradeFee } from './trade-fee.ts';
import { withdraw } from './withdraw.ts';
import { withdrawHistory } from './withdraw-history.ts';

export const customerOperations = {
  withdraw,
  depositHistory,
  withdrawHistory,
  depositAddress,
  accountStatus,
  systemStatus,
  apiTradingStatus,
  dustLog,
  tradeFee,
  assetDetail,
  subAccountList,
  subAccountTransferHistory,
  subAccountTransfer,
  subAccountAssets,
  dustConvert,
  assetDividend,
  ping,
  serverTime,
  exchangeInfo,
};

export type CustomerOperations = typeof customerOperations;
export type CustomerOperationName = keyof CustomerOperations;
