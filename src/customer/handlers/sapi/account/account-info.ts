import { accountInfo } from '../../../../contract/sapi/account/account-info.ts';
import { implement } from '../../../handler.ts';

export const accountInfoHandler = implement(accountInfo, () => ({
  vipLevel: 0,
  isMarginEnabled: false,
  isFutureEnabled: false,
  isOptionsEnabled: false,
  isPortfolioMarginRetailEnabled: false,
}));
