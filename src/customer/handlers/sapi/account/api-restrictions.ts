import { apiRestrictions } from '../../../../contract/sapi/account/api-restrictions.ts';
import { implement } from '../../../handler.ts';

export const apiRestrictionsHandler = implement(apiRestrictions, (_values, { key }) => {
  const { permissions, allowedAddresses, createdAtMs, expiresAtMs } = key;
  return {
    ipRestrict: allowedAddresses !== null,
    createTime: createdAtMs,
    enableReading: permissions.has('reading'),
    enableSpotAndMarginTrading: permissions.has('trading'),
    enableWithdrawals: permissions.has('withdrawals'),
    enableInternalTransfer: permissions.has('internal-transfers'),
    permitsUniversalTransfer: permissions.has('universal-transfers'),
    enableMargin: false,
    enableFutures: false,
    enableVanillaOptions: false,
    enablePortfolioMarginTrading: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
    ...(expiresAtMs !== null && { tradingAuthorityExpirationTime: expiresAtMs }),
  };
});
