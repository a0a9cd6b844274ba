import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional } from '../../schema.ts';
import { bnbBurnSwitches } from './bnb-burn-fields.ts';

const spot = optional.boolean({ description: 'Whether to pay fees of trading in BNB.' });
const interest = optional.boolean({ description: 'Whether to pay interest in BNB.' });

/**
 * The switches are stored; there are no fees of trading and no interest here. The Python SDK of the exchange spells the
 * parameters as in `spotBnbBurn`.
 */
export const bnbBurn = operation({
  id: 'bnbBurn',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/bnbBurn'],
  permission: 'trading',
  weights: { address: 1 },
  summary: 'Turn the payment of fees and of interest in BNB on or off.',
  parameters: { spotBNBBurn: spot, spotBnbBurn: spot, interestBNBBurn: interest, interestBnbBurn: interest },
  reply: bnbBurnSwitches,
});
