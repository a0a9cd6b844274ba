import { Type } from '../../schema.ts';

export const bnbBurnSwitches = Type.Object({
  spotBNBBurn: Type.Boolean({ description: 'Whether fees of trading are paid in BNB.' }),
  interestBNBBurn: Type.Boolean({ description: 'Whether interest is paid in BNB.' }),
});
