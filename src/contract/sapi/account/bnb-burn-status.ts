import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { bnbBurnSwitches } from './bnb-burn-fields.ts';

export const bnbBurnStatus = operation({
  id: 'bnbBurnStatus',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/bnbBurn'],
  weights: { address: 1 },
  summary: 'Whether fees and interest are paid in BNB.',
  reply: bnbBurnSwitches,
});
