import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';

/** There is one VIP level and no margin, futures or options here. */
export const accountInfo = operation({
  id: 'accountInfo',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/account/info'],
  weights: { address: 1 },
  summary: 'Level of the account, and what it may trade.',
  reply: Type.Object({
    vipLevel: Type.Integer(),
    isMarginEnabled: Type.Boolean(),
    isFutureEnabled: Type.Boolean(),
    isOptionsEnabled: Type.Boolean(),
    isPortfolioMarginRetailEnabled: Type.Boolean(),
  }),
});
