/** All operations of the customer API, in the order of the specification. */

import { exchangeInfo } from './api/exchange-info.ts';
import { ping } from './api/ping.ts';
import { serverTime } from './api/server-time.ts';
import { accountStatus } from './wapi/account-status.ts';
import { apiTradingStatus } from './wapi/api-trading-status.ts';
import { assetDetail } from './wapi/asset-detail.ts';
import { assetDividend } from './wapi/asset-dividend.ts';
import { depositAddress } from './wapi/deposit-address.ts';
import { depositHistory } from './wapi/deposit-history.ts';
import { dustConvert } from './wapi/dust-convert.ts';
import { dustLog } from './wapi/dust-log.ts';
import { subAccountAssets } from './wapi/sub-account-assets.ts';
import { subAccountList } from './wapi/sub-account-list.ts';
import { subAccountTransfer } from './wapi/sub-account-transfer.ts';
import { subAccountTransferHistory } from './wapi/sub-account-transfer-history.ts';
import { systemStatus } from './wapi/system-status.ts';
import { tradeFee } from './wapi/trade-fee.ts';
import { withdraw } from './wapi/withdraw.ts';
import { withdrawHistory } from './wapi/withdraw-history.ts';

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
