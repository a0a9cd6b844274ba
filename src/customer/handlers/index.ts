/** The handlers of all operations. */
import type { Implementation } from '../handler.ts';
import { accountStatus, apiTradingStatus } from './account-status.ts';
import { assetDividend } from './asset-dividend.ts';
import { depositAddress, depositHistory } from './deposits.ts';
import { dust, userAssetDribbletLog } from './dust.ts';
import { assetDetail, tradeFee } from './reference.ts';
import {
  subAccountAssets,
  subAccountList,
  subAccountTransfer,
  subAccountTransferHistory,
} from './sub-accounts.ts';
import { exchangeInfo, ping, serverTime, systemStatus } from './system.ts';
import { withdraw } from './withdraw.ts';
import { withdrawHistory } from './withdraw-history.ts';

export const implementations: readonly Implementation[] = [
  withdraw,
  depositHistory,
  withdrawHistory,
  depositAddress,
  accountStatus,
  systemStatus,
  apiTradingStatus,
  userAssetDribbletLog,
  tradeFee,
  assetDetail,
  subAccountList,
  subAccountTransferHistory,
  subAccountTransfer,
  subAccountAssets,
  dust,
  assetDividend,
  ping,
  serverTime,
  exchangeInfo,
];
