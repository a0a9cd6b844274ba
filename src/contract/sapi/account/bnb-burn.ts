import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, Type } from '../../schema.ts';

const reply = Type.Object({
  spotBNBBurn: Type.Boolean({ description: 'Whether fees of trading are paid in BNB.' }),
  interestBNBBurn: Type.Boolean({ description: 'Whether interest is paid in BNB.' }),
});

export const bnbBurnStatus = operation({
  id: 'bnbBurnStatus',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/bnbBurn'],
  weights: { address: 1 },
  summary: 'Whether fees and interest are paid in BNB.',
  reply,
});

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
  reply,
});
