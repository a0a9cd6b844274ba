import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { milliseconds, Type } from '../../schema.ts';

/**
 * The permissions of the key of the request, and whether it is restricted to addresses.
 * deviation: a key may withdraw and trade without a list of IP addresses; the exchange requires one.
 */
export const apiRestrictions = operation({
  id: 'apiRestrictions',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/account/apiRestrictions'],
  weights: { address: 1 },
  summary: 'Permissions of the key.',
  reply: Type.Object({
    ipRestrict: Type.Boolean({ description: 'Whether only some IP addresses may use the key.' }),
    createTime: milliseconds('Time at which the key was created'),
    enableReading: Type.Boolean(),
    enableSpotAndMarginTrading: Type.Boolean(),
    enableWithdrawals: Type.Boolean(),
    enableInternalTransfer: Type.Boolean({ description: 'Transfers between the accounts of a master.' }),
    permitsUniversalTransfer: Type.Boolean({ description: 'Transfers between the wallets of the account.' }),
    enableMargin: Type.Boolean(),
    enableFutures: Type.Boolean(),
    enableVanillaOptions: Type.Boolean(),
    enablePortfolioMarginTrading: Type.Boolean(),
    enableFixApiTrade: Type.Boolean(),
    enableFixReadOnly: Type.Boolean(),
    tradingAuthorityExpirationTime: Type.Optional(milliseconds('Time at which the key expires')),
  }),
});
